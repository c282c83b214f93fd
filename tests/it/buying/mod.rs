//! From a cart to an order that each vendor works on, from outside: all of it happens, or none.

pub mod chance;
pub mod counter;
mod crowds;
mod gateway;
mod happy;
pub mod kill;
mod races;
mod refusals;
mod repeats;

use crate::support::Shop;
use lilium::platform::secret::Secret;
use serde_json::{Value, json};
use tokio_postgres::Client;
use uuid::Uuid;

use counter::Counter;

/// Cards of the TEST gateway, by what it does with them.
pub mod card {
    pub const APPROVE: &str = "4242424242424242";
    pub const DECLINE: &str = "4000000000000002";
    pub const DECLINE_FUNDS: &str = "4000000000009995";
    pub const DELAY: &str = "4000000000000077";
    pub const LOSE_ANSWER: &str = "4000000000000119";
    pub const LOSE_REQUEST: &str = "4000000000000127";
    pub const GO_AWAY: &str = "4000000000000341";
}

/// What everybody at the demo shop signs in with.
const PASSWORD: &str = "lilium-demo";

/// A variant that can be bought, and who sells it.
#[derive(Debug, Clone)]
pub struct Goods {
    pub variant: Uuid,
    pub product: Uuid,
    pub vendor: Uuid,
    pub handle: String,
}

impl Goods {
    pub fn gid(&self) -> String {
        format!("gid://lilium/ProductVariant/{}", self.variant)
    }

    pub fn vendor_gid(&self) -> String {
        format!("gid://lilium/Vendor/{}", self.vendor)
    }

    pub fn owner(&self) -> String {
        format!("owner@{}.example", self.handle)
    }

    pub fn clerk(&self) -> String {
        format!("clerk@{}.example", self.handle)
    }
}

/// Variants of different products that everybody in every market may buy at least ten of: one of each vendor, then the next of each.
pub async fn goods(sql: &Client, how_many: i64) -> Vec<Goods> {
    let rows = sql
        .query(
            "SELECT id, product_id, vendor_id, handle FROM (SELECT DISTINCT ON (va.product_id) va.id, va.product_id, va.vendor_id, v.handle,
                 dense_rank() OVER (PARTITION BY va.vendor_id ORDER BY va.product_id) AS place
             FROM variants va JOIN vendors v ON v.id = va.vendor_id AND v.state = 'ACTIVE'
             WHERE (SELECT sum(s.on_hand - s.reserved) FROM stock_levels s WHERE s.variant_id = va.id) >= 10
             AND NOT EXISTS (SELECT FROM markets m WHERE NOT EXISTS (SELECT FROM variant_prices p, listings l
                 WHERE p.variant_id = va.id AND p.price_list_id = m.price_list_id AND l.product_id = va.product_id AND l.market_id = m.id
                 AND l.visible_from < now() AND l.visible_until IS NULL))
             ORDER BY va.product_id, va.position) picked ORDER BY place, handle LIMIT $1",
            &[&how_many],
        )
        .await
        .unwrap();
    assert_eq!(i64::try_from(rows.len()).unwrap(), how_many);
    let goods = |row: &tokio_postgres::Row| Goods {
        variant: row.get(0),
        product: row.get(1),
        vendor: row.get(2),
        handle: row.get(3),
    };
    rows.iter().map(goods).collect()
}

/// Two variants of one vendor.
pub async fn of_one_vendor(sql: &Client) -> [Goods; 2] {
    let all = goods(sql, 40).await;
    let second = all[1..].iter().find(|other| other.vendor == all[0].vendor);
    [all[0].clone(), second.unwrap().clone()]
}

/// Sets how much of a variant there is, at one of its locations, with the movements that say so. Nothing of it may be reserved.
pub async fn stock(sql: &Client, variant: Uuid, units: i32) {
    let set = "WITH due AS (SELECT location_id, on_hand, CASE WHEN row_number() OVER (ORDER BY location_id) = 1 THEN $2::int ELSE 0 END AS units
            FROM stock_levels WHERE variant_id = $1),
        moved AS (INSERT INTO stock_movements (id, variant_id, location_id, kind, quantity, moved_at)
            SELECT gen_random_uuid(), $1, location_id, 'CORRECTION', units - on_hand, now() FROM due WHERE units <> on_hand)
        UPDATE stock_levels s SET on_hand = due.units FROM due WHERE s.variant_id = $1 AND s.location_id = due.location_id AND s.reserved = 0";
    assert!(sql.execute(set, &[&variant, &units]).await.unwrap() >= 1);
}

/// What is on hand and what of it is reserved, of all its locations.
async fn level(sql: &Client, goods: &Goods) -> (i64, i64) {
    let sum = "SELECT sum(on_hand), sum(reserved) FROM stock_levels WHERE variant_id = $1";
    let row = sql.query_one(sum, &[&goods.variant]).await.unwrap();
    (row.get(0), row.get(1))
}

/// One number.
pub async fn count(sql: &Client, query: &str) -> i64 {
    sql.query_one(query, &[]).await.unwrap().get(0)
}

/// What one unit costs in a currency, minor units.
async fn price(sql: &Client, goods: &Goods, currency: &str) -> i64 {
    let amount = "SELECT amount FROM variant_prices p JOIN price_lists l ON l.id = p.price_list_id WHERE variant_id = $1 AND currency::text = $2";
    sql.query_one(amount, &[&goods.variant, &currency])
        .await
        .unwrap()
        .get(0)
}

/// Minor units as an answer writes them.
fn decimal(minor: i64, digits: u32) -> String {
    let (scale, width) = (10_i64.pow(digits), usize::try_from(digits).unwrap());
    format!("{}.{:0width$}", minor / scale, minor % scale)
}

/// A line of a cart.
pub fn line(goods: &Goods, quantity: i32) -> Value {
    json!({ "merchandiseId": goods.gid(), "quantity": quantity })
}

/// Carts with the same lines each, written at once as the shop itself would write them; their ids.
pub async fn carts(sql: &Client, how_many: usize, lines: &[(&Goods, i32)]) -> Vec<String> {
    let mut made = Vec::new();
    for _ in 0..how_many {
        let (id, secret) = (Uuid::now_v7(), Secret::new().unwrap());
        let cart = "INSERT INTO carts (id, secret_hash, market_id, country, created_at, updated_at)
            SELECT $1, $2, id, 'US', now(), now() FROM markets WHERE is_default";
        sql.execute(cart, &[&id, &secret.hash().to_vec()])
            .await
            .unwrap();
        for (goods, quantity) in lines {
            let line = "INSERT INTO cart_lines (id, cart_id, variant_id, quantity, created_at) VALUES ($1, $2, $3, $4, now())";
            sql.execute(line, &[&Uuid::now_v7(), &id, &goods.variant, quantity])
                .await
                .unwrap();
        }
        made.push(format!("gid://lilium/Cart/{id}?key={}", secret.text()));
    }
    made
}

/// What is said to buy a cart in cash.
pub fn cash(cart: &str) -> Value {
    json!({ "cartId": cart, "email": "guest@example.com", "paymentMethod": "CASH_ON_DELIVERY",
        "shippingAddress": { "firstName": "Ann", "lastName": "Weaver", "address1": "1 Loom Street", "city": "Springfield",
            "zip": "62701", "provinceCode": "IL", "countryCode": "US", "phone": "+1 555 0100" } })
}

/// What is said to buy a cart by card.
pub fn by_card(cart: &str, number: &str) -> Value {
    with(
        with(cash(cart), "/paymentMethod", json!("TEST")),
        "/testCard",
        json!({ "number": number }),
    )
}

/// An input with one field changed, or taken out when `value` is null; `path` is a JSON pointer.
pub fn with(mut input: Value, path: &str, value: Value) -> Value {
    let (parent, field) = path.rsplit_once('/').unwrap();
    let fields = input.pointer_mut(parent).unwrap().as_object_mut().unwrap();
    if value.is_null() {
        fields.remove(field);
    } else {
        fields.insert(field.to_owned(), value);
    }
    input
}

/// A key that nobody had before.
pub fn key() -> String {
    Uuid::now_v7().to_string()
}

/// The row that a global id names.
pub fn row(gid: &Value) -> Uuid {
    let gid = gid.as_str().unwrap();
    let plain = gid.split_once('?').map_or(gid, |(plain, _)| plain);
    Uuid::try_parse(plain.rsplit_once('/').unwrap().1).unwrap()
}

/// A global id without its key.
pub fn keyless(gid: &str) -> String {
    gid.split_once('?')
        .map_or(gid, |(plain, _)| plain)
        .to_owned()
}

/// Everything that buying may change, as one text: to see that nothing changed. What gateways, relays and the clock do by themselves
/// is left out.
async fn kept(sql: &Client) -> String {
    let sql_text = "SELECT jsonb_build_array(
        (SELECT count(*) FROM orders), (SELECT jsonb_agg(to_jsonb(v) ORDER BY v.id) FROM vendor_orders v),
        (SELECT count(*) FROM order_lines), (SELECT count(*) FROM order_contacts), (SELECT count(*) FROM order_timeline),
        (SELECT jsonb_agg(to_jsonb(p) ORDER BY p.id) FROM payments p), (SELECT count(*) FROM payment_operations), (SELECT count(*) FROM payment_allocations),
        (SELECT count(*) FROM stock_reservations), (SELECT count(*) FROM stock_movements),
        (SELECT jsonb_build_array(sum(on_hand), sum(reserved), max(updated_at)) FROM stock_levels),
        (SELECT count(*) FROM listings WHERE in_stock), (SELECT count(*) FROM customers), (SELECT count(*) FROM idempotency_keys),
        (SELECT jsonb_agg(to_jsonb(c) ORDER BY c.id) FROM carts c), (SELECT jsonb_agg(to_jsonb(l) ORDER BY l.id) FROM cart_lines l),
        (SELECT count(*) FROM outbox_new) + (SELECT position FROM relay_head), (SELECT count(*) FROM test_gateway_charges))::text";
    sql.query_one(sql_text, &[]).await.unwrap().get(0)
}

/// Waits until a query answers this number.
pub async fn until(sql: &Client, query: &str, wanted: i64, patience: std::time::Duration) {
    let begin = std::time::Instant::now();
    loop {
        let found = count(sql, query).await;
        if found == wanted {
            return;
        }
        assert!(
            begin.elapsed() < patience,
            "{found} and not {wanted}: {query}"
        );
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
}

/// A shop with somebody at its counter.
async fn open() -> (Shop, Client, Counter) {
    let shop = Shop::open().await;
    let sql = shop.sql().await;
    let counter = Counter::at(&shop.address);
    (shop, sql, counter)
}
