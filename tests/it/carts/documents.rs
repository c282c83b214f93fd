//! The documents that a public storefront sends: a cart is read, begun, filled, changed and emptied by them.

use super::{goods, variants};
use crate::support::Shop;
use serde_json::{Value, json};

/// What that storefront shows of a cart.
pub const SHOWN: &str = "fragment shown on Cart { id checkoutUrl totalQuantity
    cost { subtotalAmount { amount currencyCode } totalAmount { amount currencyCode } totalTaxAmount { amount currencyCode } }
    lines(first: 100) { edges { node { id quantity cost { totalAmount { amount currencyCode } }
        merchandise { ... on ProductVariant { id title selectedOptions { name value } product {
            id handle availableForSale title description descriptionHtml options { id name values }
            priceRange { maxVariantPrice { amount currencyCode } minVariantPrice { amount currencyCode } }
            variants(first: 250) { edges { node { id title availableForSale selectedOptions { name value } price { amount currencyCode } } } }
            featuredImage { url altText width height } images(first: 20) { edges { node { url altText width height } } }
            seo { description title } tags updatedAt } } } } } } }";

/// A cart is begun.
pub const CREATE: &str = "mutation createCart($lineItems: [CartLineInput!]) { cartCreate(input: { lines: $lineItems }) { cart { ...shown } } }";
/// Lines are added.
pub const ADD: &str = "mutation addToCart($cartId: ID!, $lines: [CartLineInput!]!) { cartLinesAdd(cartId: $cartId, lines: $lines) { cart { ...shown } } }";
/// Lines are changed.
pub const EDIT: &str = "mutation editCartItems($cartId: ID!, $lines: [CartLineUpdateInput!]!) { cartLinesUpdate(cartId: $cartId, lines: $lines) { cart { ...shown } } }";
/// Lines are removed.
pub const REMOVE: &str = "mutation removeFromCart($cartId: ID!, $lineIds: [ID!]!) { cartLinesRemove(cartId: $cartId, lineIds: $lineIds) { cart { ...shown } } }";
/// It is read.
pub const READ: &str = "query getCart($cartId: ID!) { cart(id: $cartId) { ...shown } }";

async fn run(shop: &Shop, document: &str, variables: Value) -> Value {
    shop.data(&format!("{document} {SHOWN}"), variables).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_documents_of_a_public_storefront_are_answered() {
    let shop = Shop::open().await;
    let some = variants(&shop.sql().await, 2).await;

    // Begun without lines, as the site does on its first "add to cart".
    let data = run(&shop, CREATE, json!({})).await;
    let cart = &data["cartCreate"]["cart"];
    let id = cart["id"].as_str().unwrap();
    assert_eq!(cart["totalQuantity"], 0);
    assert_eq!(cart["lines"]["edges"], json!([]));
    assert_eq!(
        cart["cost"]["totalTaxAmount"],
        json!({ "amount": "0.00", "currencyCode": "USD" })
    );
    let escaped: String = form_urlencoded::byte_serialize(id.as_bytes()).collect();
    assert_eq!(
        cart["checkoutUrl"],
        format!("{}/checkout?cart={escaped}", shop.address)
    );

    let lines = json!([{ "merchandiseId": goods(some[0]), "quantity": 1 }, { "merchandiseId": goods(some[1]) }]);
    let data = run(&shop, ADD, json!({ "cartId": id, "lines": lines })).await;
    let edges = data["cartLinesAdd"]["cart"]["lines"]["edges"]
        .as_array()
        .unwrap()
        .clone();
    assert_eq!(edges.len(), 2);
    assert_eq!(edges[0]["node"]["merchandise"]["id"], goods(some[0]));
    assert!(edges[0]["node"]["merchandise"]["product"]["featuredImage"]["url"].is_string());
    let (one, two) = (&edges[0]["node"]["id"], &edges[1]["node"]["id"]);

    let lines = json!([{ "id": one, "merchandiseId": goods(some[0]), "quantity": 3 }]);
    let data = run(&shop, EDIT, json!({ "cartId": id, "lines": lines })).await;
    assert_eq!(data["cartLinesUpdate"]["cart"]["totalQuantity"], 4);

    let data = run(&shop, REMOVE, json!({ "cartId": id, "lineIds": [two] })).await;
    assert_eq!(data["cartLinesRemove"]["cart"]["totalQuantity"], 3);

    let data = run(&shop, READ, json!({ "cartId": id })).await;
    assert_eq!(data["cart"]["id"], id);
    assert_eq!(data["cart"]["totalQuantity"], 3);
    let node = &data["cart"]["lines"]["edges"][0]["node"];
    assert_eq!(
        node["cost"]["totalAmount"],
        data["cart"]["cost"]["totalAmount"]
    );

    // A cart that is not there is null and no error: the site then begins another.
    let unknown =
        "gid://lilium/Cart/019aa000-0000-7000-8000-000000000000?key=AAAAAAAAAAAAAAAAAAAAAA";
    let data = run(&shop, READ, json!({ "cartId": unknown })).await;
    assert_eq!(data["cart"], Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cart_is_a_node_for_whoever_has_its_secret() {
    let shop = Shop::open().await;
    let id = super::begin(&shop, json!({ "note": "for Tove" })).await;
    let (bare, _) = id.split_once('?').unwrap();
    let other = super::begin(&shop, json!({})).await;
    let (_, foreign) = other.split_once('?').unwrap();
    let wrong = format!("{bare}?{foreign}");
    let document = "query Some($ids: [ID!]!) { nodes(ids: $ids) { id ... on Cart { note } } }";
    let data = shop
        .data(document, json!({ "ids": [id, bare, wrong] }))
        .await;
    assert_eq!(
        data["nodes"],
        json!([{ "id": id, "note": "for Tove" }, null, null])
    );
}
