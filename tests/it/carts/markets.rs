//! A cart is of its country: prices, currency, what can be bought; and each vendor's part of it.

use super::{
    add, begin, goods, identify, kept, line_id, quantities, read, remove, variants, wanted,
};
use crate::support::Shop;
use serde_json::{Value, json};
use tokio_postgres::Client;
use uuid::Uuid;

/// What a variant costs in a currency, minor units.
async fn price(client: &Client, variant: Uuid, currency: &str) -> i64 {
    let sql = "SELECT amount FROM variant_prices vp JOIN price_lists pl ON pl.id = vp.price_list_id WHERE variant_id = $1 AND currency::text = $2";
    client
        .query_one(sql, &[&variant, &currency])
        .await
        .unwrap()
        .get(0)
}

fn decimal(minor: i64, digits: u32) -> String {
    let scale = 10_i64.pow(digits);
    format!(
        "{}.{:0width$}",
        minor / scale,
        minor % scale,
        width = digits as usize
    )
}

fn total(cart: &Value) -> (&str, &str) {
    let total = &cart["cost"]["totalAmount"];
    (
        total["amount"].as_str().unwrap(),
        total["currencyCode"].as_str().unwrap(),
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn prices_are_those_of_the_carts_country_at_this_moment() {
    let shop = Shop::open().await;
    let client = shop.sql().await;
    let some = variants(&client, 2).await;
    let id = begin(
        &shop,
        json!({ "lines": [wanted(some[0], 2), wanted(some[1], 1)] }),
    )
    .await;
    let sum = async |currency: &str| {
        2 * price(&client, some[0], currency).await + price(&client, some[1], currency).await
    };
    let usd = sum("USD").await;
    assert_eq!(
        total(&read(&shop, &id).await),
        (decimal(usd, 2).as_str(), "USD")
    );

    let answer = identify(&shop, &id, json!({ "countryCode": "KW" })).await;
    assert_eq!(
        total(&answer["cart"]),
        (decimal(sum("KWD").await, 3).as_str(), "KWD")
    );
    let node = &answer["cart"]["lines"]["nodes"][0]["cost"];
    assert_eq!(
        node["totalAmount"]["amount"],
        decimal(2 * price(&client, some[0], "KWD").await, 3)
    );

    let sql =
        "UPDATE variant_prices SET amount = amount + 1, compare_at = NULL WHERE variant_id = $1";
    client.execute(sql, &[&some[0]]).await.unwrap();
    assert_eq!(
        total(&read(&shop, &id).await).0,
        decimal(sum("KWD").await, 3)
    );
    let answer = identify(&shop, &id, json!({ "countryCode": "US" })).await;
    assert_eq!(
        total(&answer["cart"]),
        (decimal(usd + 2, 2).as_str(), "USD")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cart_begins_in_the_country_that_is_said_else_in_the_requests() {
    let shop = Shop::open().await;
    let begin = async |context: &str, input: Value| {
        let document = format!("mutation Begin($input: CartInput) {context} {{ cartCreate(input: $input) {{
            cart {{ buyerIdentity {{ countryCode }} cost {{ totalAmount {{ currencyCode }} }} }} }} }}");
        let cart =
            shop.data(&document, json!({ "input": input })).await["cartCreate"]["cart"].clone();
        (
            cart["buyerIdentity"]["countryCode"].clone(),
            cart["cost"]["totalAmount"]["currencyCode"].clone(),
        )
    };
    let kuwait = json!({ "buyerIdentity": { "countryCode": "KW" } });
    assert_eq!(begin("", Value::Null).await, (json!("US"), json!("USD")));
    assert_eq!(
        begin("@inContext(country: KW)", json!({})).await,
        (json!("KW"), json!("KWD"))
    );
    assert_eq!(begin("", kuwait.clone()).await, (json!("KW"), json!("KWD")));
    assert_eq!(
        begin("@inContext(country: US)", kuwait).await,
        (json!("KW"), json!("KWD"))
    );
    // A country that no market names is the buyer's all the same, and buys in the default market.
    let nowhere = json!({ "buyerIdentity": { "countryCode": "ZZ" } });
    assert_eq!(begin("", nowhere).await, (json!("ZZ"), json!("USD")));
}

#[tokio::test(flavor = "multi_thread")]
async fn merchandise_is_read_in_the_context_of_the_request() {
    let shop = Shop::open().await;
    let client = shop.sql().await;
    let some = variants(&client, 1).await;
    let id = begin(
        &shop,
        json!({ "lines": [wanted(some[0], 1)], "buyerIdentity": { "countryCode": "KW" } }),
    )
    .await;
    let sql = "DELETE FROM variant_prices vp USING price_lists pl WHERE pl.id = vp.price_list_id AND pl.currency = 'USD' AND variant_id = $1";
    assert_eq!(client.execute(sql, &[&some[0]]).await.unwrap(), 1);
    let document = |context: &str| {
        format!("query Q($id: ID!) {context} {{ cart(id: $id) {{ lines(first: 1) {{ nodes {{ merchandise {{
        ... on ProductVariant {{ id price {{ currencyCode }} }} }} }} }} }} }}")
    };
    let (code, message) = shop.refusal(&document(""), json!({ "id": id })).await;
    assert_eq!(code, "BAD_USER_INPUT");
    assert!(message.contains("@inContext(country: KW)"), "{message}");
    let data = shop
        .data(&document("@inContext(country: KW)"), json!({ "id": id }))
        .await;
    assert_eq!(
        data["cart"]["lines"]["nodes"][0]["merchandise"],
        json!({ "id": goods(some[0]), "price": { "currencyCode": "KWD" } })
    );
}

/// What makes a variant no longer to be bought, what undoes it, and what the cart says. Both the product is changed and what is listed of
/// it: the program compares the two by itself, some seconds after its start.
const ENDS: [(&str, &str, &str); 4] = [
    (
        "UPDATE vendors SET state = 'PAUSED' WHERE id = (SELECT vendor_id FROM variants WHERE id = $1)",
        "UPDATE vendors SET state = 'ACTIVE' WHERE id = (SELECT vendor_id FROM variants WHERE id = $1)",
        "VENDOR_CLOSED",
    ),
    (
        "WITH p AS (UPDATE products SET visible_until = now() WHERE id = (SELECT product_id FROM variants WHERE id = $1) RETURNING id) \
         UPDATE listings SET visible_until = now() WHERE product_id IN (SELECT id FROM p)",
        "WITH p AS (UPDATE products SET visible_until = NULL WHERE id = (SELECT product_id FROM variants WHERE id = $1) RETURNING id) \
         UPDATE listings SET visible_until = NULL WHERE product_id IN (SELECT id FROM p)",
        "UNPUBLISHED",
    ),
    (
        "WITH p AS (UPDATE products SET published_at = now() + interval '1 hour' WHERE id = (SELECT product_id FROM variants WHERE id = $1) RETURNING id) \
         UPDATE listings SET visible_from = now() + interval '1 hour' WHERE product_id IN (SELECT id FROM p)",
        "WITH p AS (UPDATE products SET published_at = now() - interval '1 hour' WHERE id = (SELECT product_id FROM variants WHERE id = $1) RETURNING id) \
         UPDATE listings SET visible_from = now() - interval '1 hour' WHERE product_id IN (SELECT id FROM p)",
        "UNPUBLISHED",
    ),
    (
        "DELETE FROM variant_prices WHERE variant_id = $1",
        "SELECT $1::uuid",
        "NOT_SOLD_HERE",
    ),
];

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_bought_any_more_stands_apart_until_it_is_removed() {
    let shop = Shop::open().await;
    let client = shop.sql().await;
    // Nobody compares listings with what they are made of meanwhile: what is harmed here stays so.
    client
        .batch_execute("SELECT pg_advisory_lock(74101, 8)")
        .await
        .unwrap();
    let some = variants(&client, 2).await;
    let id = begin(
        &shop,
        json!({ "lines": [wanted(some[0], 2), wanted(some[1], 3)] }),
    )
    .await;
    let whole = read(&shop, &id).await;
    let gone = line_id(&whole, 0);
    for (end, undo, reason) in ENDS {
        client.execute(end, &[&some[0]]).await.unwrap();
        let cart = read(&shop, &id).await;
        assert_eq!(quantities(&cart), [3], "{reason}");
        assert_eq!(cart["totalQuantity"], 3);
        assert_eq!(
            cart["cost"]["totalAmount"],
            whole["lines"]["nodes"][1]["cost"]["totalAmount"]
        );
        let line = &cart["unavailableLines"][0];
        assert_eq!(
            (&line["id"], &line["quantity"], &line["reason"]),
            (&json!(gone), &json!(2), &json!(reason))
        );
        let before = kept(&client).await;
        assert_eq!(
            super::fault(&add(&shop, &id, json!([wanted(some[0], 1)])).await).1,
            "lines.0.merchandiseId"
        );
        assert_eq!(kept(&client).await, before);
        client.execute(undo, &[&some[0]]).await.unwrap();
        if undo != "SELECT $1::uuid" {
            assert_eq!(quantities(&read(&shop, &id).await), [2, 3]);
        }
    }
    // What is left may be changed meanwhile, and what is gone can be taken out.
    let answer = add(&shop, &id, json!([wanted(some[1], 1)])).await;
    assert_eq!(
        (quantities(&answer["cart"]), &answer["userErrors"]),
        (vec![4], &json!([]))
    );
    let answer = remove(&shop, &id, json!([gone])).await;
    assert_eq!(
        (
            &answer["cart"]["unavailableLines"],
            quantities(&answer["cart"])
        ),
        (&json!([]), vec![4])
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn another_country_makes_unavailable_what_is_not_sold_there() {
    let shop = Shop::open().await;
    let client = shop.sql().await;
    let some = variants(&client, 2).await;
    let sql = "DELETE FROM variant_prices vp USING price_lists pl WHERE pl.id = vp.price_list_id AND pl.currency = 'KWD' AND variant_id = $1";
    assert_eq!(client.execute(sql, &[&some[0]]).await.unwrap(), 1);
    let id = begin(
        &shop,
        json!({ "lines": [wanted(some[0], 1), wanted(some[1], 1)] }),
    )
    .await;
    let cart = identify(&shop, &id, json!({ "countryCode": "KW" })).await["cart"].clone();
    assert_eq!(
        (quantities(&cart), &cart["unavailableLines"][0]["reason"]),
        (vec![1], &json!("NOT_SOLD_HERE"))
    );
    let cart = identify(&shop, &id, json!({ "countryCode": "US" })).await["cart"].clone();
    assert_eq!(
        (quantities(&cart), &cart["unavailableLines"]),
        (vec![1, 1], &json!([]))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_parts_of_the_vendors_are_the_whole() {
    let shop = Shop::open().await;
    let client = shop.sql().await;
    let some = variants(&client, 16).await;
    let lines: Vec<_> = some
        .iter()
        .zip(1..)
        .map(|(variant, units)| wanted(*variant, units % 5 + 1))
        .collect();
    for country in ["US", "KW"] {
        let id = begin(
            &shop,
            json!({ "lines": lines, "buyerIdentity": { "countryCode": country } }),
        )
        .await;
        let document = "query Groups($id: ID!) { cart(id: $id) { totalQuantity cost { subtotalAmount { amount } } lines(first: 250) { nodes { id } }
            vendorGroups { vendor { id } totalQuantity cost { subtotalAmount { amount } totalAmount { amount currencyCode } }
                lines { id merchandise { ... on ProductVariant { product { soldBy { id } } } } } } } }".replace("($id: ID!)", &format!("($id: ID!) @inContext(country: {country})"));
        let cart = shop.data(&document, json!({ "id": id })).await["cart"].clone();
        let groups = cart["vendorGroups"].as_array().unwrap();
        assert!(groups.len() > 5, "{}", groups.len());
        let minor = |money: &Value| -> i64 {
            money["amount"]
                .as_str()
                .unwrap()
                .replace('.', "")
                .parse()
                .unwrap()
        };
        assert_eq!(
            groups
                .iter()
                .map(|group| minor(&group["cost"]["subtotalAmount"]))
                .sum::<i64>(),
            minor(&cart["cost"]["subtotalAmount"])
        );
        assert_eq!(
            groups
                .iter()
                .map(|group| group["totalQuantity"].as_i64().unwrap())
                .sum::<i64>(),
            cart["totalQuantity"].as_i64().unwrap()
        );
        let mut ids: Vec<&Value> = Vec::new();
        for group in groups {
            for line in group["lines"].as_array().unwrap() {
                assert_eq!(
                    line["merchandise"]["product"]["soldBy"]["id"],
                    group["vendor"]["id"]
                );
                ids.push(&line["id"]);
            }
        }
        let mut texts: Vec<&str> = ids.iter().map(|id| id.as_str().unwrap()).collect();
        texts.sort_unstable();
        let mut all: Vec<&str> = cart["lines"]["nodes"]
            .as_array()
            .unwrap()
            .iter()
            .map(|line| line["id"].as_str().unwrap())
            .collect();
        all.sort_unstable();
        assert_eq!(texts, all);
    }
}
