//! Many at once, many lines, and what must never be written anywhere.

use super::{add, begin, goods, note, quantities, read, stock, variants, wanted};
use crate::support::{Shop, log};
use futures_util::future::join_all;
use serde_json::{Value, json};
use std::sync::Arc;

#[tokio::test(flavor = "multi_thread")]
async fn forty_who_add_at_once_lose_nothing() {
    let shop = Arc::new(Shop::open().await);
    let client = shop.sql().await;
    let some = variants(&client, 20).await;
    stock(&client, some[0], 1000).await;
    let id = begin(&shop, json!({})).await;
    // Twenty put in one and the same variant, twenty others.
    let adding = (0..40).map(|number| {
        let (shop, id) = (Arc::clone(&shop), id.clone());
        let variant = if number % 2 == 0 {
            some[0]
        } else {
            some[number / 2]
        };
        tokio::spawn(async move { add(&shop, &id, json!([wanted(variant, 1)])).await })
    });
    for answer in join_all(adding).await {
        let answer = answer.unwrap();
        assert_eq!(
            (&answer["userErrors"], &answer["warnings"]),
            (&json!([]), &json!([]))
        );
    }
    let cart = read(&shop, &id).await;
    let mut units = quantities(&cart);
    units.sort_unstable();
    assert_eq!(units, [vec![1; 19], vec![21]].concat());
    let row = client.query_one("SELECT version, (SELECT count(*) FROM outbox_new) + (SELECT count(*) FROM events) FROM carts", &[]).await.unwrap();
    assert_eq!((row.get::<_, i32>(0), row.get::<_, i64>(1)), (41, 41));
}

const WHOLE: &str = "query Whole($id: ID!) { cart(id: $id) { id checkoutUrl totalQuantity cost { totalAmount { amount } }
    lines(first: 250) { nodes { quantity cost { totalAmount { amount } } merchandise { ... on ProductVariant {
        id title image { url } price { amount } product { title featuredImage { url } options { name } variants(first: 5) { nodes { title } } } } } } }
    vendorGroups { vendor { name } lines { id } } unavailableLines { title } } }";

#[tokio::test(flavor = "multi_thread")]
async fn a_cart_costs_the_same_statements_however_many_lines_it_has() {
    let shop = Shop::open().await;
    let some = variants(&shop.sql().await, 50).await;
    for how_many in [1, 10, 50] {
        let lines: Vec<Value> = some
            .iter()
            .take(how_many)
            .map(|variant| wanted(*variant, 1))
            .collect();
        let id = begin(&shop, json!({ "lines": lines })).await;
        let answer = shop.ask(WHOLE, json!({ "id": id })).await;
        assert!(answer.body.get("errors").is_none(), "{:#}", answer.body);
        // The cart, its lines; variants by id and vendors; cards; the parts of products.
        assert_eq!(answer.statements, 6, "{how_many} lines");
        let document = "mutation Add($cart: ID!, $lines: [CartLineInput!]!) { cartLinesAdd(cartId: $cart, lines: $lines) { cart { totalQuantity } userErrors { message } } }";
        let answer = shop
            .ask(document, json!({ "cart": id, "lines": lines }))
            .await;
        assert_eq!(
            answer.body["data"]["cartLinesAdd"]["cart"]["totalQuantity"],
            2 * how_many
        );
        // Begin, claim and lock, lines, offers, write, save, tell, commit; the cart, its lines.
        assert_eq!(answer.statements, 10, "{how_many} lines");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_secret_of_a_cart_stands_in_no_log_and_no_table() {
    let shop = Shop::open().await;
    let client = shop.sql().await;
    let some = variants(&client, 1).await;
    let id = begin(&shop, json!({ "lines": [wanted(some[0], 1)], "buyerIdentity": { "email": "nobody.else@example.com" } })).await;
    let (_, secret) = id.split_once("?key=").unwrap();
    note(&shop, &id, "quite private words").await;
    add(
        &shop,
        &id,
        json!([{ "merchandiseId": goods(some[0]), "quantity": 0 }]),
    )
    .await;
    shop.ask(
        "query Q($id: ID!) { cart(id: $id) { lines { nodes { id } } } }",
        json!({ "id": id }),
    )
    .await;
    shop.ask(
        "query Q($id: ID!) { cart(id: $id) { nothing } }",
        json!({ "id": format!("{id}x") }),
    )
    .await;
    let escaped: String = form_urlencoded::byte_serialize(id.as_bytes()).collect();
    for path in [
        format!("/checkout?cart={escaped}"),
        format!("/graphql?query={{cart(id:\"{escaped}\"){{id}}}}"),
    ] {
        shop.http()
            .get(format!("{}{path}", shop.address))
            .send()
            .await
            .unwrap();
    }
    for text in [secret, "nobody.else", "quite private"] {
        assert!(!log::has(text), "{text}");
    }
    assert!(log::has("cartLinesAdd") || log::has("Change"));
    let sql = "SELECT (SELECT string_agg(c::text, ' ') FROM carts c) || (SELECT coalesce(string_agg(o::text, ' '), '') FROM outbox_new o) || (SELECT coalesce(string_agg(e::text, ' '), '') FROM events e)";
    let kept: String = client.query_one(sql, &[]).await.unwrap().get(0);
    assert!(!kept.contains(secret));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_checkout_page_lets_nothing_out() {
    let shop = Shop::open().await;
    for (path, kind) in [
        ("/checkout?cart=x", "text/html"),
        ("/checkout/checkout.js", "text/javascript"),
        ("/checkout/checkout.css", "text/css"),
    ] {
        let answer = shop
            .http()
            .get(format!("{}{path}", shop.address))
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), 200);
        let header = |name: &str| answer.headers()[name].to_str().unwrap().to_owned();
        assert!(header("content-type").starts_with(kind));
        assert!(header("content-security-policy").starts_with("default-src 'self';"));
        assert!(!header("content-security-policy").contains("unsafe"));
        assert_eq!(header("referrer-policy"), "no-referrer");
        assert_eq!(header("x-content-type-options"), "nosniff");
        assert_eq!(header("cache-control"), "no-store");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_checkout_is_a_setting() {
    let settings = [(
        "LILIUM_CHECKOUT_URL",
        "https://pay.example.com/go/{cart}?from=shop",
    )];
    let shop = Shop::with(crate::support::Contents::Demo, &settings).await;
    let id = begin(&shop, json!({})).await;
    let data = shop
        .data(
            "query Q($id: ID!) { cart(id: $id) { checkoutUrl } }",
            json!({ "id": id }),
        )
        .await;
    let escaped: String = form_urlencoded::byte_serialize(id.as_bytes()).collect();
    assert_eq!(
        data["cart"]["checkoutUrl"],
        format!("https://pay.example.com/go/{escaped}?from=shop")
    );
}
