//! What a buyer does with a cart, from outside.

mod bounds;
mod changing;
pub mod documents;
mod lost;
mod many;
mod markets;
mod refusals;
mod stock;

use crate::support::Shop;
use serde_json::{Value, json};
use tokio_postgres::Client;
use uuid::Uuid;

/// What most tests read of a cart.
const CART: &str = "fragment cart on Cart { id totalQuantity note updatedAt attributes { key value }
    cost { subtotalAmount { amount currencyCode } totalAmount { amount currencyCode } }
    lines(first: 250) { nodes { id quantity attributes { key value } cost { amountPerQuantity { amount } totalAmount { amount currencyCode } } } }
    unavailableLines { id title quantity reason } }";

/// What every change answers.
const ANSWER: &str =
    "cart { ...cart } userErrors { code field message } warnings { code target message }";

/// Runs one mutation of carts; `call` is its field with arguments that name `$input`, `$cart` and `$list`.
async fn send(shop: &Shop, definitions: &str, call: &str, variables: Value) -> Value {
    let document =
        format!("mutation Change({definitions}) {{ done: {call} {{ {ANSWER} }} }} {CART}");
    shop.data(&document, variables).await["done"].clone()
}

/// Begins a cart.
async fn create(shop: &Shop, input: Value) -> Value {
    send(
        shop,
        "$input: CartInput",
        "cartCreate(input: $input)",
        json!({ "input": input }),
    )
    .await
}

/// Begins a cart that must come to be; its id.
pub async fn begin(shop: &Shop, input: Value) -> String {
    let answer = create(shop, input).await;
    assert_eq!(answer["userErrors"], json!([]));
    answer["cart"]["id"].as_str().unwrap().to_owned()
}

/// Puts lines in a cart.
async fn add(shop: &Shop, cart: &str, lines: Value) -> Value {
    let call = "cartLinesAdd(cartId: $cart, lines: $lines)";
    let variables = json!({ "cart": cart, "lines": lines });
    send(
        shop,
        "$cart: ID!, $lines: [CartLineInput!]!",
        call,
        variables,
    )
    .await
}

/// Changes lines of a cart.
async fn update(shop: &Shop, cart: &str, lines: Value) -> Value {
    let call = "cartLinesUpdate(cartId: $cart, lines: $lines)";
    let variables = json!({ "cart": cart, "lines": lines });
    send(
        shop,
        "$cart: ID!, $lines: [CartLineUpdateInput!]!",
        call,
        variables,
    )
    .await
}

/// Takes lines out of a cart.
async fn remove(shop: &Shop, cart: &str, ids: Value) -> Value {
    let call = "cartLinesRemove(cartId: $cart, lineIds: $ids)";
    send(
        shop,
        "$cart: ID!, $ids: [ID!]!",
        call,
        json!({ "cart": cart, "ids": ids }),
    )
    .await
}

/// Says who buys.
async fn identify(shop: &Shop, cart: &str, who: Value) -> Value {
    let call = "cartBuyerIdentityUpdate(cartId: $cart, buyerIdentity: $who)";
    send(
        shop,
        "$cart: ID!, $who: CartBuyerIdentityInput!",
        call,
        json!({ "cart": cart, "who": who }),
    )
    .await
}

/// Writes the note of a cart.
async fn note(shop: &Shop, cart: &str, note: &str) -> Value {
    let call = "cartNoteUpdate(cartId: $cart, note: $note)";
    send(
        shop,
        "$cart: ID!, $note: String!",
        call,
        json!({ "cart": cart, "note": note }),
    )
    .await
}

/// Replaces the attributes of a cart.
async fn attributes(shop: &Shop, cart: &str, list: Value) -> Value {
    let call = "cartAttributesUpdate(cartId: $cart, attributes: $list)";
    send(
        shop,
        "$cart: ID!, $list: [AttributeInput!]!",
        call,
        json!({ "cart": cart, "list": list }),
    )
    .await
}

/// The cart as it is read.
async fn read(shop: &Shop, cart: &str) -> Value {
    let document = format!("query Read($id: ID!) {{ cart(id: $id) {{ ...cart }} }} {CART}");
    shop.data(&document, json!({ "id": cart })).await["cart"].clone()
}

/// The quantities of a cart's lines, in order.
fn quantities(cart: &Value) -> Vec<i64> {
    let lines = cart["lines"]["nodes"]
        .as_array()
        .unwrap_or_else(|| panic!("no lines: {cart:#}"));
    lines
        .iter()
        .map(|line| line["quantity"].as_i64().unwrap())
        .collect()
}

/// The id of a cart's line at this place.
fn line_id(cart: &Value, place: usize) -> String {
    cart["lines"]["nodes"][place]["id"]
        .as_str()
        .unwrap()
        .to_owned()
}

/// The only user error of an answer: its code, and its field as one text.
fn fault(answer: &Value) -> (String, String) {
    let errors = answer["userErrors"].as_array().unwrap();
    assert_eq!(errors.len(), 1, "{errors:#?}");
    let path = errors[0]["field"].as_array().unwrap();
    let path: Vec<&str> = path.iter().map(|part| part.as_str().unwrap()).collect();
    (
        errors[0]["code"].as_str().unwrap().to_owned(),
        path.join("."),
    )
}

/// The global id of a variant.
pub fn goods(variant: Uuid) -> String {
    format!("gid://lilium/ProductVariant/{variant}")
}

/// A line that is wanted.
fn wanted(variant: Uuid, quantity: i64) -> Value {
    json!({ "merchandiseId": goods(variant), "quantity": quantity })
}

/// Variants that everybody may buy at least ten of, each of another product, one vendor's after the other's, cheap ones first.
pub async fn variants(client: &Client, how_many: i64) -> Vec<Uuid> {
    let sql = "SELECT id FROM (SELECT DISTINCT ON (va.product_id) va.id, va.vendor_id,
            row_number() OVER (PARTITION BY va.vendor_id ORDER BY va.product_id) AS place
        FROM variants va JOIN stock_levels s ON s.variant_id = va.id AND s.on_hand - s.reserved >= 10
        JOIN listings l ON l.product_id = va.product_id AND l.visible_from < now() AND l.visible_until IS NULL
        JOIN markets m ON m.id = l.market_id AND m.is_default
        JOIN variant_prices vp ON vp.variant_id = va.id AND vp.price_list_id = m.price_list_id
        JOIN vendors v ON v.id = va.vendor_id AND v.state = 'ACTIVE'
        WHERE NOT EXISTS (SELECT 1 FROM markets n WHERE NOT EXISTS (
            SELECT 1 FROM variant_prices np WHERE np.variant_id = va.id AND np.price_list_id = n.price_list_id))
        ORDER BY va.product_id, va.position) picked ORDER BY place, vendor_id, id LIMIT $1";
    let rows = client.query(sql, &[&how_many]).await.unwrap();
    let found: Vec<Uuid> = rows.iter().map(|row| row.get(0)).collect();
    assert_eq!(found.len(), usize::try_from(how_many).unwrap());
    found
}

/// Sets how many of a variant there are, at one location.
async fn stock(client: &Client, variant: Uuid, units: i32) {
    let sql = "UPDATE stock_levels SET on_hand = CASE WHEN location_id = (
            SELECT min(location_id::text)::uuid FROM stock_levels WHERE variant_id = $1) THEN $2 ELSE 0 END, reserved = 0
        WHERE variant_id = $1";
    assert!(client.execute(sql, &[&variant, &units]).await.unwrap() >= 1);
}

/// What stands in the tables of carts and what was told of them, as one text: to see that nothing changed.
async fn kept(client: &Client) -> String {
    let sql = "SELECT jsonb_build_array(
        (SELECT jsonb_agg(c ORDER BY c.id) FROM carts c), (SELECT jsonb_agg(l ORDER BY l.id) FROM cart_lines l),
        (SELECT count(*) FROM outbox_new WHERE kind = 'cart.changed') + (SELECT count(*) FROM events WHERE kind = 'cart.changed'))::text";
    client.query_one(sql, &[]).await.unwrap().get(0)
}
