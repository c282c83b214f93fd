-- Which products were bought together, for what is recommended with a product.

CREATE TABLE bought_together (
    product_id uuid NOT NULL REFERENCES products ON DELETE CASCADE,
    other_id uuid NOT NULL REFERENCES products ON DELETE CASCADE,
    orders integer NOT NULL CHECK (orders > 0),
    PRIMARY KEY (product_id, other_id),
    CONSTRAINT bought_together_differ CHECK (product_id <> other_id)
);
CREATE INDEX bought_together_most ON bought_together (product_id, orders DESC, other_id);
CREATE INDEX bought_together_other ON bought_together (other_id);
COMMENT ON TABLE bought_together IS 'In how many orders two products stand; each pair in both directions. Kept by a task that follows the timeline of orders.';

CREATE TABLE bought_together_orders (
    order_id uuid PRIMARY KEY,
    products uuid[] NOT NULL
);
COMMENT ON TABLE bought_together_orders IS 'Orders that are counted in bought_together, with the products they are counted for: an order that changes is counted anew.';

CREATE TABLE bought_together_progress (
    single boolean PRIMARY KEY DEFAULT true CHECK (single),
    step_id uuid NOT NULL
);
COMMENT ON TABLE bought_together_progress IS 'How far the timeline of orders is read for bought_together.';

-- Types are known by the reader's name for them, too.
INSERT INTO facet_value_translations (facet_id, language, value_name)
SELECT f.id, t.language, min(t.product_type)
FROM facet_values f
JOIN products p ON left(lower(p.product_type), 200) = f.value
JOIN product_translations t ON t.product_id = p.id AND t.product_type <> ''
WHERE f.kind = 'TYPE'
GROUP BY f.id, t.language
ON CONFLICT DO NOTHING;
