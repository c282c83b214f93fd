//! Rules that the database keeps by itself only in part. Each is a statement that counts what breaks it.

/// A rule.
pub struct Invariant {
    /// What it is about, in the first column of the table.
    pub about: &'static str,
    /// Counts the rows that break it.
    pub broken: &'static str,
}

/// All rules, in the order in which they are looked at.
pub fn all() -> impl Iterator<Item = &'static Invariant> {
    [STOCK, LISTING, ORDERS, TOGETHER, PAYMENTS, EVENTS]
        .into_iter()
        .flatten()
}

const STOCK: &[Invariant] = &[
    Invariant {
        about: "stock",
        broken: "SELECT count(*) FROM stock_levels WHERE reserved > on_hand OR on_hand < 0 OR reserved < 0",
    },
    Invariant {
        about: "stock movements",
        broken: "SELECT count(*) FROM stock_levels l LEFT JOIN \
            (SELECT variant_id, location_id, sum(quantity) AS moved FROM stock_movements GROUP BY variant_id, location_id) m \
            USING (variant_id, location_id) WHERE l.on_hand <> coalesce(m.moved, 0)",
    },
    Invariant {
        about: "stock reserved",
        broken: "SELECT count(*) FROM stock_levels l LEFT JOIN \
            (SELECT variant_id, location_id, sum(quantity) AS promised FROM stock_reservations WHERE state = 'OPEN' GROUP BY variant_id, location_id) r \
            USING (variant_id, location_id) WHERE l.reserved <> coalesce(r.promised, 0)",
    },
    // Goods that came back were fulfilled once.
    Invariant {
        about: "reservations",
        broken: "SELECT count(*) FROM stock_reservations r LEFT JOIN order_lines l ON l.id = r.order_line_id \
            LEFT JOIN vendor_orders v ON v.id = l.vendor_order_id \
            WHERE l.variant_id IS DISTINCT FROM r.variant_id OR r.state::text IS DISTINCT FROM CASE \
            WHEN v.state IN ('AWAITING_PAYMENT', 'PENDING', 'ACCEPTED', 'PREPARING') THEN 'OPEN' \
            WHEN v.state IN ('SHIPPED', 'DELIVERED', 'RETURNED') THEN 'FULFILLED' \
            WHEN v.state IN ('REJECTED', 'CANCELLED') THEN 'RELEASED' END",
    },
    Invariant {
        about: "lines with stock",
        broken: "SELECT count(*) FROM order_lines l JOIN vendor_orders v ON v.id = l.vendor_order_id LEFT JOIN \
            (SELECT order_line_id, sum(quantity) AS covered FROM stock_reservations WHERE state <> 'RELEASED' GROUP BY order_line_id) r \
            ON r.order_line_id = l.id \
            WHERE v.state NOT IN ('REJECTED', 'CANCELLED') AND l.quantity <> coalesce(r.covered, 0)",
    },
];

const LISTING: &[Invariant] = &[
    Invariant {
        about: "listed prices",
        broken: "SELECT count(*) FROM (TABLE listing_prices EXCEPT TABLE listing_prices_due UNION ALL (TABLE listing_prices_due EXCEPT TABLE listing_prices)) drift",
    },
    Invariant {
        about: "listings",
        broken: "SELECT count(*) FROM (TABLE listings EXCEPT TABLE listings_due UNION ALL (TABLE listings_due EXCEPT TABLE listings)) drift",
    },
    Invariant {
        about: "placements",
        broken: "SELECT count(*) FROM (TABLE placements EXCEPT TABLE placements_due UNION ALL (TABLE placements_due EXCEPT TABLE placements)) drift",
    },
    Invariant {
        about: "search texts",
        broken: "SELECT count(*) FROM product_texts have FULL JOIN product_texts_due due USING (product_id) WHERE have.document IS DISTINCT FROM due.document",
    },
    // What the listings have is compared by number: a value without one would be missing from both.
    Invariant {
        about: "facets",
        broken: "SELECT count(*) FROM (SELECT DISTINCT kind, field, value FROM product_facets_due) due \
            WHERE NOT EXISTS (SELECT FROM facet_values have WHERE have.kind = due.kind AND have.field = due.field AND have.value = due.value)",
    },
    Invariant {
        about: "names of facets",
        broken: "SELECT (SELECT count(*) FROM facet_values f WHERE EXISTS (SELECT FROM listings l WHERE l.product_id = f.said_by) \
            AND NOT EXISTS (SELECT FROM product_facets_due d WHERE d.product_id = f.said_by AND d.kind = f.kind AND d.field = f.field \
            AND d.value = f.value AND (d.field_name, d.value_name, d.swatch) IS NOT DISTINCT FROM (f.field_name, f.value_name, f.swatch))) \
            + (SELECT count(*) FROM facet_value_translations t JOIN facet_values f ON f.id = t.facet_id \
            WHERE EXISTS (SELECT FROM listings l WHERE l.product_id = t.said_by) \
            AND NOT EXISTS (SELECT FROM product_facet_names_due d WHERE d.product_id = t.said_by AND d.kind = f.kind AND d.field = f.field \
            AND d.value = f.value AND d.language = t.language AND (d.field_name, d.value_name) IS NOT DISTINCT FROM (t.field_name, t.value_name)))",
    },
    Invariant {
        about: "search words",
        broken: "SELECT count(*) FROM (SELECT word, min(visible_from) AS visible_from FROM search_words_due WHERE word <> '' GROUP BY word) due \
            LEFT JOIN search_words have USING (word) WHERE have.word IS NULL OR have.visible_from > due.visible_from",
    },
    Invariant {
        about: "attributes",
        broken: "SELECT count(*) FROM product_attributes pa JOIN attributes a ON a.id = pa.attribute_id JOIN products p ON p.id = pa.product_id \
            LEFT JOIN attribute_choices c ON c.id = pa.choice_id WHERE NOT EXISTS (SELECT FROM product_type_attributes t \
            WHERE t.type_id = p.type_id AND t.attribute_id = pa.attribute_id) OR CASE a.kind WHEN 'TEXT' THEN pa.text IS NULL \
            WHEN 'NUMBER' THEN pa.number IS NULL WHEN 'BOOLEAN' THEN pa.yes IS NULL ELSE c.attribute_id IS DISTINCT FROM a.id END",
    },
    Invariant {
        about: "choices of variants",
        broken: "SELECT count(*) FROM variants va JOIN option_values x ON x.id IN (va.value1_id, va.value2_id, va.value3_id) \
            JOIN product_options o ON o.id = x.option_id WHERE o.product_id <> va.product_id",
    },
];

const ORDERS: &[Invariant] = &[
    Invariant {
        about: "carts",
        broken: "SELECT count(*) FROM carts c WHERE c.state = 'PAYING' \
            AND NOT EXISTS (SELECT FROM orders o WHERE o.cart_id = c.id AND o.state = 'AWAITING_PAYMENT') \
            OR c.state = 'BOUGHT' \
            AND NOT EXISTS (SELECT FROM orders o WHERE o.cart_id = c.id AND o.cancel_reason IS DISTINCT FROM 'DECLINED')",
    },
    Invariant {
        about: "orders",
        broken: "SELECT count(*) FROM orders o LEFT JOIN \
            (SELECT order_id, sum(subtotal) AS subtotal, sum(delivery) AS delivery, sum(tax) AS tax, sum(discount) AS discount, sum(total) AS total \
            FROM vendor_orders GROUP BY order_id) parts ON parts.order_id = o.id \
            WHERE (o.subtotal, o.delivery, o.tax, o.discount, o.total) \
            IS DISTINCT FROM (parts.subtotal, parts.delivery, parts.tax, parts.discount, parts.total)",
    },
    Invariant {
        about: "vendor orders",
        broken: "SELECT count(*) FROM vendor_orders v LEFT JOIN \
            (SELECT l.vendor_order_id, sum(l.subtotal) AS subtotal, sum(l.tax) AS tax, sum(l.discount) AS discount, sum(l.total) AS total, \
            count(*) FILTER (WHERE l.order_id <> p.order_id) AS strange \
            FROM order_lines l JOIN vendor_orders p ON p.id = l.vendor_order_id GROUP BY l.vendor_order_id) lines ON lines.vendor_order_id = v.id \
            WHERE (v.subtotal, v.tax, v.discount, v.total, 0) \
            IS DISTINCT FROM (lines.subtotal, lines.tax, lines.discount, lines.total + v.delivery, lines.strange)",
    },
    // The state of the part that is furthest behind: `OrderState::of_whole`.
    Invariant {
        about: "order states",
        broken: "SELECT count(*) FROM orders o WHERE o.state IS DISTINCT FROM \
            (SELECT v.state FROM vendor_orders v WHERE v.order_id = o.id ORDER BY array_position(ARRAY['AWAITING_PAYMENT', 'PENDING', \
            'ACCEPTED', 'PREPARING', 'SHIPPED', 'DELIVERED', 'RETURNED', 'REJECTED', 'CANCELLED']::order_state[], v.state) LIMIT 1)",
    },
    Invariant {
        about: "timeline",
        broken: "SELECT count(*) FROM vendor_orders v WHERE v.state IS DISTINCT FROM \
            (SELECT t.state FROM order_timeline t WHERE t.order_id = v.order_id AND t.vendor_order_id = v.id AND t.state IS NOT NULL \
            ORDER BY t.id DESC LIMIT 1)",
    },
];

const TOGETHER: &[Invariant] = &[Invariant {
    about: "bought together",
    broken: "SELECT count(*) FROM bought_together have FULL JOIN (SELECT a.id AS product_id, b.id AS other_id, count(*)::integer AS orders \
        FROM bought_together_orders o CROSS JOIN unnest(o.products) a(id) CROSS JOIN unnest(o.products) b(id) \
        WHERE a.id <> b.id AND EXISTS (SELECT FROM products p WHERE p.id = a.id) AND EXISTS (SELECT FROM products p WHERE p.id = b.id) \
        GROUP BY a.id, b.id) due USING (product_id, other_id) WHERE have.orders IS DISTINCT FROM due.orders",
}];

const PAYMENTS: &[Invariant] = &[
    Invariant {
        about: "payments",
        broken: "SELECT count(*) FROM orders o LEFT JOIN payments p ON p.order_id = o.id \
            WHERE (p.amount, p.currency, p.method) IS DISTINCT FROM (o.total, o.currency, o.payment_method)",
    },
    Invariant {
        about: "payments allocated",
        broken: "SELECT count(*) FROM payments p LEFT JOIN \
            (SELECT a.payment_id, sum(a.amount) AS allocated, count(*) FILTER (WHERE v.order_id <> b.order_id) AS strange \
            FROM payment_allocations a JOIN vendor_orders v ON v.id = a.vendor_order_id JOIN payments b ON b.id = a.payment_id \
            GROUP BY a.payment_id) parts ON parts.payment_id = p.id WHERE (p.amount, 0) IS DISTINCT FROM (parts.allocated, parts.strange)",
    },
    Invariant {
        about: "paid",
        broken: "SELECT count(*) FROM payments p WHERE p.paid <> CASE p.method \
            WHEN 'TEST' THEN (SELECT coalesce(sum(o.amount), 0) FROM payment_operations o \
            WHERE o.payment_id = p.id AND o.kind = 'CHARGE' AND o.state = 'DONE') \
            WHEN 'CASH_ON_DELIVERY' THEN (SELECT coalesce(sum(a.amount), 0) FROM payment_allocations a \
            JOIN vendor_orders v ON v.id = a.vendor_order_id WHERE a.payment_id = p.id AND v.state = 'DELIVERED') END",
    },
    Invariant {
        about: "refunded",
        broken: "SELECT count(*) FROM payments p WHERE p.refunded <> (SELECT coalesce(sum(o.amount), 0) FROM payment_operations o \
            WHERE o.payment_id = p.id AND o.kind = 'REFUND' AND o.state = 'DONE')",
    },
    Invariant {
        about: "forgone",
        broken: "SELECT count(*) FROM payments p WHERE p.forgone <> (SELECT coalesce(sum(a.amount), 0) FROM payment_allocations a \
            JOIN vendor_orders v ON v.id = a.vendor_order_id WHERE a.payment_id = p.id AND v.state IN ('REJECTED', 'CANCELLED', 'RETURNED'))",
    },
    // What a gateway took for parts that were given up is given back, or is on its way.
    Invariant {
        about: "refunds",
        broken: "SELECT count(*) FROM payments p WHERE p.method = 'TEST' AND p.paid > 0 AND p.forgone <> (SELECT coalesce(sum(o.amount), 0) \
            FROM payment_operations o WHERE o.payment_id = p.id AND o.kind = 'REFUND' AND o.state <> 'FAILED')",
    },
    Invariant {
        about: "gateway",
        broken: "SELECT count(*) FROM payment_operations WHERE state IN ('PLANNED', 'UNKNOWN') AND created_at < now() - interval '10 minutes'",
    },
];

const EVENTS: &[Invariant] = &[
    // The log begins with 1, or with a partition when those before it were dropped; it has no gap, and ends at the head.
    Invariant {
        about: "events",
        broken: "SELECT abs(h.position - coalesce(e.first, 1) + 1 - e.held) \
            + (coalesce(e.last, 0) <> h.position)::int + coalesce(e.first <> 1 AND e.first % 1000000 <> 0, false)::int \
            FROM (SELECT coalesce(max(position), -1) AS position FROM relay_head) h, \
            (SELECT count(*) AS held, min(position) AS first, max(position) AS last FROM events) e",
    },
    Invariant {
        about: "audiences of events",
        broken: "SELECT count(*) FROM (SELECT DISTINCT position, unnest(audiences) AS audience FROM events) due \
            FULL JOIN event_audiences have USING (position, audience) WHERE due.audience IS NULL OR have.audience IS NULL",
    },
    Invariant {
        about: "outbox",
        broken: "SELECT count(*) FROM outbox_new WHERE told_at < now() - interval '1 minute'",
    },
    Invariant {
        about: "idempotency keys",
        broken: "SELECT count(*) FROM idempotency_keys WHERE created_at < now() - interval '8 days'",
    },
];
