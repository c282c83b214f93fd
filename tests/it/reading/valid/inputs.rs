//! The same of variables that are lists and objects: what is good in them stands beside what is not, at every depth.

use super::{LEFT_OUT, assert_alike};
use crate::carts::{goods, variants};
use crate::support::{Contents, Shop};
use serde_json::{Value, json};

/// Lists of this id.
fn ids(one: &str) -> Vec<(&'static str, Vec<Value>)> {
    let values = vec![
        json!([one]),
        json!([one, one, one]),
        json!(vec![one; 250]),
        json!(vec![one; 251]),
        json!([]),
        json!(one),
        json!(["none"]),
        json!([one, "none"]),
        json!([5]),
        json!([one, 5]),
        json!([-5]),
        json!([18_446_744_073_709_551_615_u64]),
        json!([5.5]),
        json!([true]),
        json!([null]),
        json!([one, null]),
        json!([[one]]),
        json!([{ "id": one }]),
        json!({}),
        json!(null),
    ];
    vec![(
        "query($v: [ID!]!) { nodes(ids: $v) { __typename id } }",
        values,
    )]
}

/// Carts with these variants.
fn carts(one: &str, other: &str) -> Vec<(&'static str, Vec<Value>)> {
    let line = |id: &str, quantity: i32| json!({ "merchandiseId": id, "quantity": quantity });
    let named =
        |id: &str, attributes: Value| json!({ "merchandiseId": id, "attributes": attributes });
    let lines = vec![
        json!([]),
        json!([line(one, 1)]),
        json!([line(one, 2), line(other, 1)]),
        json!([
            line(other, 1),
            named(one, json!([{ "key": "a", "value": "b" }]))
        ]),
        json!([named(one, json!([{ "key": "a" }]))]),
        json!([named(one, json!({ "key": "a", "value": "b" }))]),
        json!([named(one, json!([{ "key": "a", "value": 5 }]))]),
        json!([named(one, json!([null]))]),
        json!([named(one, json!(null))]),
        json!(line(one, 1)),
        json!({ "merchandiseId": other }),
        json!({ "quantity": 1 }),
        json!([{ "merchandiseId": one }]),
        json!([{ "merchandiseId": null }]),
        json!([{ "merchandiseId": "none" }]),
        json!([{ "merchandiseId": 5 }]),
        json!([{ "merchandiseId": [one] }]),
        json!([{ "merchandiseId": one, "quantity": "1" }]),
        json!([{ "merchandiseId": one, "quantity": 1.5 }]),
        json!([{ "merchandiseId": one, "quantity": null }]),
        json!([{ "merchandiseId": one, "quantity": 3_000_000_000_u64 }]),
        json!([{ "merchandiseId": one, "quantity": 18_446_744_073_709_551_615_u64 }]),
        json!([line(one, -1)]),
        json!([line(one, 0)]),
        json!([{ "merchandiseId": one, "colour": "red" }]),
        json!([line(one, 1), { "quantity": 1 }]),
        json!([line(one, 1), null]),
        json!([null]),
        json!([[line(one, 1)]]),
        json!([one]),
        json!(5),
        json!(null),
        json!(LEFT_OUT),
    ];
    let cart = vec![
        json!({}),
        json!({ "lines": [line(one, 1)], "note": "a" }),
        json!({ "lines": [line(one, 1)], "note": "x".repeat(4_000) }),
        json!({ "lines": line(one, 1) }),
        json!({ "lines": [{ "quantity": 1 }] }),
        json!({ "note": 5 }),
        json!({ "note": null }),
        json!({ "note": ["a"] }),
        json!({ "notes": "a" }),
        json!({ "attributes": [{ "key": "a", "value": "b" }] }),
        json!({ "attributes": [{ "key": "a" }] }),
        json!({ "buyerIdentity": { "countryCode": "US" } }),
        json!({ "buyerIdentity": { "countryCode": "KW" } }),
        json!({ "buyerIdentity": { "countryCode": "XX" } }),
        json!({ "buyerIdentity": { "countryCode": "us" } }),
        json!({ "buyerIdentity": { "countryCode": 5 } }),
        json!({ "buyerIdentity": { "countryCode": "x".repeat(100) } }),
        json!({ "buyerIdentity": { "email": "a@example.com", "phone": null } }),
        json!({ "buyerIdentity": { "mail": "a@example.com" } }),
        json!({ "buyerIdentity": [] }),
        json!([]),
        json!("a"),
        json!(true),
        json!(null),
        json!(LEFT_OUT),
    ];
    let (few, id) = (
        vec![line(one, 1), line(other, 3), json!({}), json!(null)],
        vec![json!(one), json!(other), json!("none"), json!(5), json!(-5)],
    );
    vec![
        (
            "mutation($v: [CartLineInput!]) { cartCreate(input: { lines: $v }) { ...made } }
            fragment made on CartCreatePayload { cart { totalQuantity lines(first: 10) { nodes { quantity attributes { key value } } } } userErrors { code field message } }",
            lines.clone(),
        ),
        (
            "mutation($v: [CartLineInput!]!) { cartLinesAdd(cartId: \"none\", lines: $v) { cart { totalQuantity } userErrors { code field message } } }",
            lines,
        ),
        (
            "mutation($v: CartInput) { cartCreate(input: $v) { cart { note totalQuantity attributes { key value } buyerIdentity { countryCode email } } userErrors { code field message } } }",
            cart,
        ),
        (
            "mutation($v: CartLineInput!) { cartCreate(input: { lines: [$v, $v] }) { cart { totalQuantity } userErrors { code field message } } }",
            few,
        ),
        (
            "mutation($v: ID!) { cartCreate(input: { lines: [{ merchandiseId: $v }] }) { cart { totalQuantity } userErrors { code field message } } }",
            id.clone(),
        ),
        // An object stands for a list of itself, in which the library lets stand a variable of any type.
        (
            "mutation($v: String!) { cartCreate(input: { lines: { merchandiseId: $v } }) { cart { totalQuantity } userErrors { code field message } } }",
            id,
        ),
        (
            "mutation($v: Float!) { cartCreate(input: { lines: { merchandiseId: $v } }) { cart { totalQuantity } userErrors { code field message } } }",
            vec![json!(5), json!(6), json!(-5), json!(5.5), json!(18_446_744_073_709_551_615_u64)],
        ),
    ]
}

/// What else has lists and objects in it.
fn others() -> Vec<(&'static str, Vec<Value>)> {
    let price = |price: Value| json!([{ "price": price }]);
    let filters = vec![
        json!([{ "available": true }]),
        json!([{ "available": true }, { "tag": "gift" }]),
        json!([{ "available": true }, { "tag": 5 }]),
        json!([{ "available": true }, null]),
        json!({ "tag": "gift" }),
        json!([{ "tag": "x".repeat(3_000) }]),
        price(json!({ "min": 1.5, "max": 100 })),
        price(json!({ "min": 0.5, "max": 7 })),
        price(json!({ "max": "7" })),
        price(json!({ "max": -7 })),
        price(json!({ "least": 1 })),
        price(json!([])),
        json!([{ "rating": { "min": 3 } }]),
        json!([{ "rating": { "min": 9 } }]),
        json!([{ "rating": { "min": 3.5 } }]),
        json!([{ "rating": {} }]),
        json!([{ "variantOption": { "name": "Size", "value": "M" } }]),
        json!([{ "variantOption": { "name": "Size" } }]),
        json!([]),
        json!([{}]),
        json!(null),
    ];
    let transform = vec![
        json!({ "maxWidth": 100 }),
        json!({ "maxWidth": 200 }),
        json!({ "maxWidth": 0 }),
        json!({ "maxWidth": 200, "crop": "CENTER", "maxHeight": 100 }),
        json!({ "maxWidth": 200, "crop": "MIDDLE", "maxHeight": 100 }),
        json!({ "maxWidth": "200" }),
        json!({ "width": 200 }),
        json!({ "maxWidth": 200, "scale": null }),
        json!({}),
        json!(null),
        json!(LEFT_OUT),
    ];
    let total =
        |amount: Value, currency: &str| json!({ "amount": amount, "currencyCode": currency });
    let bought = |total: Value, method: &str, city: Value| {
        json!({ "cartId": "none", "paymentMethod": method, "expectedTotal": total,
            "shippingAddress": { "city": city, "countryCode": "US" } })
    };
    let checkout = vec![
        bought(total(json!("1.00"), "USD"), "TEST", json!("Oslo")),
        bought(total(json!("29.99"), "USD"), "TEST", json!("Paris")),
        bought(total(json!("much"), "USD"), "TEST", json!("Paris")),
        bought(total(json!(5), "USD"), "TEST", json!("Oslo")),
        bought(total(json!("1.00"), "USD"), "BARTER", json!("Oslo")),
        bought(total(json!("1.00"), "XXX"), "TEST", json!("Oslo")),
        bought(total(json!("1.00"), "USD"), "TEST", json!(5)),
        bought(json!(null), "CASH_ON_DELIVERY", json!(null)),
        json!({ "cartId": "none", "paymentMethod": "TEST" }),
    ];
    vec![
        (
            "query($v: [ProductFilter!]) { collection(handle: \"bestsellers\") { products(first: 2, filters: $v) { nodes { title } } } }",
            filters,
        ),
        (
            "query($v: ImageTransformInput) { product(handle: \"morning-person-mug\") { featuredImage { url(transform: $v) } } }",
            transform,
        ),
        (
            "mutation($v: CheckoutCompleteInput!) { checkoutComplete(input: $v) { order { id } userErrors { code field message } } }",
            checkout,
        ),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_and_objects_that_were_found_valid_before_are_answered_as_those_that_were_not() {
    let shop = Shop::with(Contents::Demo, &[("LILIUM_RATE_CHECKOUTS", "off")]).await;
    let some = variants(&shop.sql().await, 2).await;
    let (one, other) = (goods(some[0]), goods(some[1]));
    for (cases, most) in [(ids(&one), 4), (carts(&one, &other), 25), (others(), 10)] {
        let (good, bad) = assert_alike(&shop, cases).await;
        assert!(good >= most && bad >= most, "{good} {bad}");
    }
}
