//! A cart: begun, filled and read. Each change is one statement, and so one transaction, that writes what Lilium's writes: the cart, the
//! line, and the event for those who follow it.

use super::Limit;
use super::asked::Asked;
use super::goods::{COLUMNS, DECIDING, Goods, LISTED, PARTS, Selected, goods};
use super::listing::SEEN;
use super::shape::{Edges, Money, answer, gid, money};
use axum::extract::{RawQuery, State};
use axum::response::Response;
use lilium::platform::secret::Secret;
use serde::Serialize;
use std::sync::Arc;
use tokio_postgres::Row;
use uuid::Uuid;

const BEGIN: &str = "WITH cart AS (INSERT INTO carts (id, secret_hash, market_id, country, note, attributes, created_at, updated_at, version) \
       VALUES ($1, $2, $3, 'US', '', '[]', now(), now(), 1) RETURNING id, version) \
     INSERT INTO outbox_new (id, kind, subject_id, audiences, facts, told_at) \
     SELECT $4::uuid, 'cart.changed', cart.id, ARRAY['cart:' || cart.id], jsonb_build_object('version', cart.version), now() FROM cart";

/// One unit of the variant `$4` is put into the cart `$1`, if it is for sale in the market with the price list `$3`.
const ADD: &str = "WITH cart AS (SELECT id, market_id FROM carts WHERE id = $1 AND secret_hash = $2 AND state = 'OPEN' FOR NO KEY UPDATE), \
     line AS (INSERT INTO cart_lines (id, cart_id, variant_id, quantity, attributes, created_at) \
       SELECT $5::uuid, cart.id, va.id, 1, '[]', now() FROM cart, variants va \
       JOIN vendors v ON v.id = va.vendor_id AND v.state = 'ACTIVE' \
       JOIN variant_prices vp ON vp.variant_id = va.id AND vp.price_list_id = $3 \
       WHERE va.id = $4 AND (SELECT sum(s.on_hand - s.reserved) FROM stock_levels s WHERE s.variant_id = va.id) > 0 \
       AND EXISTS (SELECT 1 FROM listings l WHERE l.market_id = cart.market_id AND l.product_id = va.product_id \
         AND l.visible_from <= now() AND (l.visible_until IS NULL OR l.visible_until > now())) \
       ON CONFLICT ON CONSTRAINT cart_lines_once DO UPDATE SET quantity = cart_lines.quantity + 1 RETURNING cart_id), \
     saved AS (UPDATE carts c SET updated_at = now(), version = c.version + 1 FROM line WHERE c.id = line.cart_id RETURNING c.id, c.version) \
     INSERT INTO outbox_new (id, kind, subject_id, audiences, facts, told_at) \
     SELECT $6::uuid, 'cart.changed', saved.id, ARRAY['cart:' || saved.id], jsonb_build_object('version', saved.version), now() FROM saved";

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Cart {
    id: String,
    checkout_url: String,
    total_quantity: i32,
    cost: Cost,
    lines: Edges<Line>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Cost {
    subtotal_amount: Money,
    total_amount: Money,
}

#[derive(Serialize)]
struct Line {
    id: String,
    quantity: i32,
    cost: LineCost,
    merchandise: Merchandise,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LineCost {
    total_amount: Money,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Merchandise {
    id: String,
    title: String,
    selected_options: Vec<Selected>,
    product: Goods,
}

/// What a change answers.
#[derive(Serialize)]
struct Changed {
    cart: Cart,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Begun {
    cart_create: Changed,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Added {
    cart_lines_add: Changed,
}

/// `POST /cart`
pub async fn begin(State(limit): State<Arc<Limit>>) -> Response {
    let (id, secret) = (Uuid::now_v7(), Secret::new().unwrap());
    let mut db = limit.pool.lend().await;
    let statement = db.prepared(("begin", 0), || BEGIN.to_owned()).await;
    let hash = secret.hash().to_vec();
    let written = db
        .client
        .execute(&statement, &[&id, &hash, &limit.market, &Uuid::now_v7()])
        .await
        .unwrap();
    drop(db);
    assert_eq!(written, 1);
    let cart = Cart::of(&limit, &named(id, &secret), &[]);
    answer(Begun {
        cart_create: Changed { cart },
    })
}

/// `POST /cart/lines?cart=...&variant=...`
pub async fn add(State(limit): State<Arc<Limit>>, RawQuery(query): RawQuery) -> Response {
    let asked = Asked::read(query);
    let name = asked.get("cart").unwrap();
    let (id, secret) = opened(&name);
    let variant: Uuid = asked.get("variant").unwrap().parse().unwrap();
    let mut db = limit.pool.lend().await;
    let statement = db.prepared(("add", 0), || ADD.to_owned()).await;
    let hash = secret.hash().to_vec();
    let (line, event) = (Uuid::now_v7(), Uuid::now_v7());
    let written = db
        .client
        .execute(
            &statement,
            &[&id, &hash, &limit.price_list, &variant, &line, &event],
        )
        .await
        .unwrap();
    drop(db);
    assert_eq!(written, 1, "the line was not added");
    answer(Added {
        cart_lines_add: Changed {
            cart: whole(&limit, &name).await,
        },
    })
}

/// `GET /cart?cart=...`
pub async fn read(State(limit): State<Arc<Limit>>, RawQuery(query): RawQuery) -> Response {
    let name = Asked::read(query).get("cart").unwrap();
    answer(Changed {
        cart: whole(&limit, &name).await,
    })
}

async fn whole(limit: &Limit, name: &str) -> Cart {
    let (id, secret) = opened(name);
    let mut db = limit.pool.lend().await;
    let statement = db.prepared(("cart", 0), text).await;
    let rows = db
        .client
        .query(
            &statement,
            &[&limit.market, &limit.price_list, &limit.language, &id],
        )
        .await
        .unwrap();
    drop(db);
    let is_open = |row: &Row| secret.is_of(row.get("secret_hash"));
    assert!(rows.first().is_some_and(is_open), "no such cart");
    Cart::of(limit, name, &rows)
}

fn text() -> String {
    format!(
        "SELECT c.secret_hash, cl.id AS line_id, cl.quantity, cp.amount AS unit, cv.id AS chosen_id, {COLUMNS} \
         FROM carts c JOIN cart_lines cl ON cl.cart_id = c.id JOIN variants cv ON cv.id = cl.variant_id \
         JOIN variant_prices cp ON cp.variant_id = cv.id AND cp.price_list_id = $2 \
         JOIN LATERAL (SELECT {LISTED} FROM listings l{DECIDING}{SEEN} AND l.product_id = cv.product_id) l ON true{PARTS} \
         WHERE c.id = $4 AND c.state <> 'BOUGHT' ORDER BY cl.id"
    )
}

impl Cart {
    fn of(limit: &Limit, name: &str, rows: &[Row]) -> Self {
        let total: i64 = rows.iter().map(total).sum();
        let escaped: String = form_urlencoded::byte_serialize(name.as_bytes()).collect();
        Self {
            id: name.to_owned(),
            checkout_url: format!("{}/checkout?cart={escaped}", limit.origin),
            total_quantity: rows.iter().map(|row| row.get::<_, i32>("quantity")).sum(),
            cost: Cost {
                subtotal_amount: money(total),
                total_amount: money(total),
            },
            lines: rows.iter().map(|row| line(row, &limit.origin)).collect(),
        }
    }
}

fn total(row: &Row) -> i64 {
    row.get::<_, i64>("unit") * i64::from(row.get::<_, i32>("quantity"))
}

fn line(row: &Row, origin: &str) -> Line {
    let product = goods(row, origin);
    let id = gid("ProductVariant", row.get("chosen_id"));
    let (title, selected_options) = product.chosen(&id);
    Line {
        id: gid("CartLine", row.get("line_id")),
        quantity: row.get("quantity"),
        cost: LineCost {
            total_amount: money(total(row)),
        },
        merchandise: Merchandise {
            id,
            title,
            selected_options,
            product,
        },
    }
}

/// The id of a cart, with its secret.
fn named(id: Uuid, secret: &Secret) -> String {
    format!("{}?key={}", gid("Cart", id), secret.text())
}

fn opened(name: &str) -> (Uuid, Secret) {
    let (id, secret) = name.split_once("?key=").unwrap();
    let (_, id) = id.rsplit_once('/').unwrap();
    (id.parse().unwrap(), Secret::read(secret).unwrap())
}
