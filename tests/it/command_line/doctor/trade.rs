//! Orders, payments, stock and events: whole when they are, and each fault in them is found.

use super::{Folder, Said, doctor, faults};
use crate::support::{Contents, database};
use lilium::platform::db::{Database, Server};
use lilium::platform::outbox::{Wake, relay::Relay};
use tokio_postgres::Client;

/// A function that makes a whole order of parts in these states, each of two units for 500 and a delivery of 100.
const PLACE: &str = r"
CREATE SEQUENCE pg_temp.ids;
CREATE FUNCTION pg_temp.id() RETURNS uuid LANGUAGE sql AS
    $$ SELECT ('019a0000-0000-7000-8000-' || lpad(to_hex(nextval('pg_temp.ids')), 12, '0'))::uuid $$;
CREATE FUNCTION pg_temp.place(by payment_method, whole order_state, parts order_state[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    cart uuid := pg_temp.id(); buyer uuid := pg_temp.id(); bought uuid := pg_temp.id(); payment uuid := pg_temp.id();
    part uuid; line uuid; held uuid; had reservation_state;
    n integer := cardinality(parts);
    awaits boolean := whole = 'AWAITING_PAYMENT';
    given_up integer := (SELECT count(*) FROM unnest(parts) p WHERE p IN ('REJECTED', 'CANCELLED', 'RETURNED'));
    delivered integer := (SELECT count(*) FROM unnest(parts) p WHERE p = 'DELIVERED');
    level record;
BEGIN
    INSERT INTO customers (id, created_at) VALUES (buyer, now());
    INSERT INTO carts (id, secret_hash, state, market_id, country, created_at, updated_at)
    SELECT cart, sha256('cart'), CASE WHEN awaits THEN 'PAYING' ELSE 'BOUGHT' END::cart_state, m.id, 'US', now(), now() FROM markets m LIMIT 1;
    INSERT INTO orders (id, cart_id, customer_id, secret_hash, market_id, currency, language, country, state, payment_method,
        subtotal, delivery, tax, discount, total, note, attributes, placed_at, updated_at)
    SELECT bought, cart, buyer, sha256('order'), market_id, 'USD', 'EN', 'US', whole, by, n * 1000, n * 100, 0, 0, n * 1100, '', '[]', now(), now()
    FROM carts WHERE id = cart;
    INSERT INTO payments (id, order_id, method, state, currency, amount, paid, refunded, forgone, created_at, updated_at)
    VALUES (payment, bought, by, CASE WHEN awaits THEN 'PENDING' ELSE 'PAID' END::payment_state, 'USD', n * 1100,
        CASE WHEN awaits THEN 0 WHEN by = 'TEST' THEN n * 1100 ELSE delivered * 1100 END,
        CASE WHEN by = 'TEST' AND NOT awaits THEN given_up * 1100 ELSE 0 END, given_up * 1100, now(), now());
    IF by = 'TEST' THEN
        INSERT INTO payment_operations (id, payment_id, kind, state, amount, instrument, next_attempt_at, created_at, updated_at)
        VALUES (pg_temp.id(), payment, 'CHARGE', CASE WHEN awaits THEN 'PLANNED' ELSE 'DONE' END::operation_state, n * 1100, 'tok', now(), now(), now()),
               (pg_temp.id(), payment, 'REFUND', 'FAILED', 1, 'tok', now(), now(), now());
        IF given_up > 0 THEN
            INSERT INTO payment_operations (id, payment_id, kind, state, amount, instrument, next_attempt_at, created_at, updated_at)
            VALUES (pg_temp.id(), payment, 'REFUND', 'DONE', given_up * 1100, 'tok', now(), now(), now());
        END IF;
    END IF;
    FOR i IN 1..n LOOP
        part := pg_temp.id(); line := pg_temp.id(); held := pg_temp.id();
        had := CASE WHEN parts[i] IN ('SHIPPED', 'DELIVERED', 'RETURNED') THEN 'FULFILLED'
            WHEN parts[i] IN ('REJECTED', 'CANCELLED') THEN 'RELEASED' ELSE 'OPEN' END;
        SELECT l.variant_id, l.location_id, v.vendor_id, v.product_id INTO level FROM stock_levels l JOIN variants v ON v.id = l.variant_id
        WHERE l.on_hand - l.reserved >= 10 AND v.vendor_id NOT IN (SELECT o.vendor_id FROM vendor_orders o WHERE o.order_id = bought)
        ORDER BY l.variant_id LIMIT 1;
        INSERT INTO vendor_orders (id, order_id, vendor_id, position, state, released, subtotal, delivery, tax, discount, total, placed_at, updated_at)
        VALUES (part, bought, level.vendor_id, i, parts[i], parts[i] <> 'AWAITING_PAYMENT', 1000, 100, 0, 0, 1100, now(), now());
        INSERT INTO order_lines (id, order_id, vendor_order_id, position, product_id, variant_id, title, variant_title, quantity,
            unit_price, subtotal, tax, discount, total, attributes)
        VALUES (line, bought, part, i, level.product_id, level.variant_id, 'Mug', '', 2, 500, 1000, 0, 0, 1000, '[]');
        INSERT INTO stock_reservations (id, variant_id, location_id, order_line_id, quantity, state, made_at, ended_at)
        VALUES (held, level.variant_id, level.location_id, line, 2, had, now(), CASE WHEN had <> 'OPEN' THEN now() END);
        IF had = 'OPEN' THEN
            UPDATE stock_levels SET reserved = reserved + 2 WHERE variant_id = level.variant_id AND location_id = level.location_id;
        ELSIF had = 'FULFILLED' THEN
            UPDATE stock_levels SET on_hand = on_hand - 2 WHERE variant_id = level.variant_id AND location_id = level.location_id;
            INSERT INTO stock_movements (id, variant_id, location_id, kind, quantity, reservation_id, moved_at)
            VALUES (pg_temp.id(), level.variant_id, level.location_id, 'SALE', -2, held, now());
        END IF;
        INSERT INTO payment_allocations (payment_id, vendor_order_id, amount) VALUES (payment, part, 1100);
        INSERT INTO order_timeline (id, order_id, vendor_order_id, kind, state, actor, happened_at)
        VALUES (pg_temp.id(), bought, part, 'PLACED', 'AWAITING_PAYMENT', 'CUSTOMER', now()),
               (pg_temp.id(), bought, part, 'MOVED', parts[i], 'SYSTEM', now()),
               (pg_temp.id(), bought, part, 'NOTED', NULL, 'SYSTEM', now());
        INSERT INTO outbox_new (id, kind, subject_id, audiences, facts, told_at)
        VALUES (pg_temp.id(), 'order.placed', bought, ARRAY['order:' || bought, 'vendor:' || level.vendor_id, 'staff'], '{}', now());
    END LOOP;
END
$$;";

/// Orders of both methods, in every state.
const ORDERS: &str = "
SELECT pg_temp.place('TEST', 'AWAITING_PAYMENT', '{AWAITING_PAYMENT,AWAITING_PAYMENT}'),
       pg_temp.place('TEST', 'PENDING', '{CANCELLED,PENDING}'),
       pg_temp.place('TEST', 'REJECTED', '{CANCELLED,REJECTED}'),
       pg_temp.place('CASH_ON_DELIVERY', 'ACCEPTED', '{ACCEPTED,SHIPPED}'),
       pg_temp.place('CASH_ON_DELIVERY', 'PREPARING', '{DELIVERED,PREPARING,REJECTED}'),
       pg_temp.place('CASH_ON_DELIVERY', 'DELIVERED', '{DELIVERED,RETURNED}'),
       pg_temp.place('CASH_ON_DELIVERY', 'RETURNED', '{RETURNED}');
INSERT INTO carts (id, secret_hash, market_id, country, created_at, updated_at)
SELECT pg_temp.id(), sha256('open'), id, 'US', now(), now() FROM markets LIMIT 1;
INSERT INTO event_consumers (name, position, epoch, updated_at) SELECT 'search', 3, epoch, now() FROM relay_head;
INSERT INTO idempotency_keys (mutation, scope, key, input_hash, outcome_id, created_at) VALUES ('checkoutComplete', 'cart:1', 'k', sha256(''), gen_random_uuid(), now());";

/// The demo shop with orders, whose events have positions.
async fn trading() -> (Server, Client) {
    let server = database(Contents::Demo).await;
    let client = server.client().await.unwrap();
    client
        .batch_execute(&format!("{PLACE}{ORDERS}"))
        .await
        .unwrap();
    let database = Database::connect(&server, 1).unwrap();
    let moved = Relay::new(database, Wake::default()).pass().await.unwrap();
    assert_eq!(moved, 14);
    (server, client)
}

fn consumers(said: &Said) -> &str {
    let line = said.out.lines().find(|line| line.starts_with("consumers"));
    line.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shop_that_trades_is_well() {
    let (folder, (server, client)) = (Folder::with_pictures().await, trading().await);
    let said = doctor(&folder, &server, &[], &[]).await.well();
    assert!(
        consumers(&said).ends_with("ok     search at 3, 11 behind"),
        "{}",
        said.out
    );

    // What was forgotten is no gap.
    let border = "UPDATE relay_head SET position = 999998; UPDATE event_consumers SET position = 999999; \
        INSERT INTO outbox_new SELECT gen_random_uuid(), kind, subject_id, audiences, facts, now() FROM events WHERE position <= 5";
    client.batch_execute(border).await.unwrap();
    let database = Database::connect(&server, 1).unwrap();
    let moved = Relay::new(database, Wake::default()).pass().await.unwrap();
    assert_eq!(moved, 5);
    let said = doctor(&folder, &server, &[], &[]).await;
    assert_eq!(faults(&said), ["events"], "{}", said.out);
    let forget = "SELECT events_forget(now() + interval '1 day')";
    let dropped: i32 = client.query_one(forget, &[]).await.unwrap().get(0);
    assert_eq!(dropped, 1);
    doctor(&folder, &server, &[], &[]).await.well();
}

/// What is harmed, and what the doctor says then.
const HARM: &[(&str, &[&str])] = &[
    (
        "DELETE FROM stock_movements WHERE id = (SELECT id FROM stock_movements WHERE kind = 'SALE' LIMIT 1)",
        &["stock movements"],
    ),
    (
        "UPDATE stock_movements SET quantity = quantity + 1 WHERE id = (SELECT id FROM stock_movements WHERE kind = 'OPENING' LIMIT 1)",
        &["stock movements"],
    ),
    (
        "UPDATE stock_levels SET reserved = reserved + 1 WHERE variant_id = (SELECT variant_id FROM stock_reservations WHERE state = 'OPEN' LIMIT 1)",
        &["stock reserved"],
    ),
    (
        "UPDATE stock_levels SET reserved = 1 WHERE ctid = (SELECT ctid FROM stock_levels WHERE reserved = 0 AND on_hand > 0 LIMIT 1)",
        &["stock reserved"],
    ),
    (
        "UPDATE stock_reservations SET state = 'RELEASED', ended_at = now() WHERE id = (SELECT id FROM stock_reservations WHERE state = 'OPEN' LIMIT 1)",
        &["stock reserved", "reservations", "lines with stock"],
    ),
    (
        "UPDATE stock_reservations SET state = 'RELEASED' WHERE id = (SELECT id FROM stock_reservations WHERE state = 'FULFILLED' LIMIT 1)",
        &["reservations", "lines with stock"],
    ),
    (
        "UPDATE stock_reservations SET state = 'FULFILLED' WHERE id = (SELECT id FROM stock_reservations WHERE state = 'RELEASED' LIMIT 1)",
        &["reservations"],
    ),
    (
        "UPDATE stock_reservations SET order_line_id = gen_random_uuid() WHERE id = (SELECT id FROM stock_reservations WHERE state = 'RELEASED' LIMIT 1)",
        &["reservations"],
    ),
    (
        "UPDATE order_lines SET variant_id = gen_random_uuid() WHERE id = (SELECT order_line_id FROM stock_reservations WHERE state = 'OPEN' LIMIT 1)",
        &["reservations"],
    ),
    (
        "DELETE FROM stock_reservations WHERE id = (SELECT id FROM stock_reservations WHERE state = 'FULFILLED' LIMIT 1)",
        &["lines with stock"],
    ),
    (
        "UPDATE stock_reservations SET quantity = 3 WHERE id = (SELECT id FROM stock_reservations WHERE state = 'FULFILLED' LIMIT 1)",
        &["lines with stock"],
    ),
    (
        "UPDATE carts SET state = 'PAYING' WHERE id = (SELECT id FROM carts WHERE state = 'BOUGHT' LIMIT 1)",
        &["carts"],
    ),
    (
        "UPDATE carts SET state = 'BOUGHT' WHERE state = 'OPEN'",
        &["carts"],
    ),
    (
        "UPDATE orders SET subtotal = subtotal + 1, discount = 1 WHERE state = 'DELIVERED'",
        &["orders"],
    ),
    (
        "UPDATE orders SET delivery = delivery + 1, total = total + 1 WHERE state = 'DELIVERED'",
        &["orders", "payments"],
    ),
    (
        "UPDATE vendor_orders SET tax = 1, discount = 1 WHERE state = 'PENDING'",
        &["orders", "vendor orders"],
    ),
    (
        "UPDATE order_lines SET tax = 1, total = total + 1 WHERE vendor_order_id = (SELECT id FROM vendor_orders WHERE state = 'PENDING')",
        &["vendor orders"],
    ),
    (
        "DELETE FROM order_lines WHERE vendor_order_id = (SELECT id FROM vendor_orders WHERE state = 'PENDING')",
        &["reservations", "vendor orders"],
    ),
    (
        "UPDATE order_lines SET position = 100, order_id = (SELECT id FROM orders WHERE state = 'DELIVERED') \
         WHERE vendor_order_id = (SELECT id FROM vendor_orders WHERE state = 'PENDING')",
        &["vendor orders"],
    ),
    (
        "UPDATE orders SET state = 'SHIPPED' WHERE state = 'DELIVERED'",
        &["order states"],
    ),
    (
        "UPDATE orders SET state = 'CANCELLED' WHERE state = 'REJECTED'",
        &["order states"],
    ),
    (
        "UPDATE order_timeline SET state = 'SHIPPED' WHERE state = 'PREPARING'",
        &["timeline"],
    ),
    (
        "DELETE FROM order_timeline WHERE state = 'PREPARING'",
        &["timeline"],
    ),
    (
        "UPDATE payments SET currency = 'EUR' WHERE method = 'TEST'",
        &["payments"],
    ),
    (
        "UPDATE payments SET amount = amount + 1 WHERE state = 'PENDING'",
        &["payments", "payments allocated"],
    ),
    (
        "UPDATE payment_allocations SET amount = amount + 1 WHERE vendor_order_id = (SELECT id FROM vendor_orders WHERE state = 'PENDING')",
        &["payments allocated"],
    ),
    (
        "UPDATE payment_allocations SET vendor_order_id = (SELECT id FROM vendor_orders WHERE state = 'ACCEPTED') \
         WHERE vendor_order_id = (SELECT id FROM vendor_orders WHERE state = 'PENDING')",
        &["payments allocated"],
    ),
    (
        "DELETE FROM payment_allocations WHERE payment_id = (SELECT id FROM payments WHERE state = 'PENDING')",
        &["payments allocated"],
    ),
    (
        "UPDATE payments SET paid = paid - 1 WHERE method = 'TEST' AND paid > refunded",
        &["paid"],
    ),
    (
        "UPDATE payments SET paid = paid + 1 WHERE method = 'CASH_ON_DELIVERY' AND paid < amount",
        &["paid"],
    ),
    (
        "UPDATE payments SET refunded = refunded - 1 WHERE refunded > 0",
        &["refunded"],
    ),
    (
        "UPDATE payment_operations SET state = 'DONE' WHERE state = 'FAILED'",
        &["refunded", "refunds"],
    ),
    (
        "UPDATE payments SET forgone = forgone - 1 WHERE forgone > 0",
        &["forgone", "refunds"],
    ),
    (
        "UPDATE payment_operations SET created_at = now() - interval '11 minutes' WHERE state = 'PLANNED'",
        &["gateway"],
    ),
    (
        "DELETE FROM events WHERE position = 1",
        &["events", "audiences of events"],
    ),
    (
        "DELETE FROM events WHERE position = 3",
        &["events", "audiences of events"],
    ),
    (
        "DELETE FROM events WHERE position = 14",
        &["events", "audiences of events"],
    ),
    ("UPDATE relay_head SET position = position - 1", &["events"]),
    (
        "DELETE FROM event_audiences WHERE position = 3 AND audience = 'staff'",
        &["audiences of events"],
    ),
    (
        "INSERT INTO event_audiences VALUES ('staff', 30)",
        &["audiences of events"],
    ),
    (
        "INSERT INTO outbox_new SELECT gen_random_uuid(), kind, subject_id, audiences, facts, now() - interval '2 minutes' FROM events WHERE position = 1",
        &["outbox"],
    ),
    (
        "UPDATE idempotency_keys SET created_at = now() - interval '9 days'",
        &["idempotency keys"],
    ),
    ("UPDATE event_consumers SET position = 15", &["consumers"]),
];

#[tokio::test(flavor = "multi_thread")]
async fn each_fault_of_a_shop_that_trades_is_named() {
    let folder = Folder::with_pictures().await;
    for (harm, expected) in HARM {
        let (server, client) = trading().await;
        // Neither triggers nor foreign keys mend or prevent the harm.
        let replica = "SET session_replication_role = replica";
        client.batch_execute(replica).await.unwrap();
        let harmed = client.execute(*harm, &[]).await.unwrap();
        assert!(harmed > 0, "{harm}");
        let said = doctor(&folder, &server, &[], &[]).await;
        assert_eq!(faults(&said), *expected, "{harm}\n{}", said.out);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_consumer_of_another_epoch_is_told_and_no_fault() {
    let (server, client) = trading().await;
    let restored = "UPDATE relay_head SET epoch = gen_random_uuid()";
    client.batch_execute(restored).await.unwrap();
    let said = doctor(&Folder::with_pictures().await, &server, &[], &[])
        .await
        .well();
    assert!(
        consumers(&said).ends_with("search must begin anew"),
        "{}",
        said.out
    );
}
