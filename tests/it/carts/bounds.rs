//! What a cart may hold as a whole, what it costs to read, whose it is, and waiting for it.

use super::{
    add, attributes, begin, create, fault, goods, identify, kept, line_id, note, quantities, read,
    stock, update, variants, wanted,
};
use crate::support::{Contents, Shop};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// So many attributes whose values have a thousand of these characters.
fn long(count: usize, character: &str) -> Value {
    let each = (0..count)
        .map(|number| json!({ "key": format!("k{number}"), "value": character.repeat(1000) }));
    each.collect()
}

fn refused(code: &str, field: &str) -> (String, String) {
    (code.to_owned(), field.to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cart_and_its_lines_remember_64_kb_together() {
    let shop = Shop::open().await;
    let client = shop.sql().await;
    let some = variants(&client, 3).await;
    let line = |place: usize, list: Value| json!({ "merchandiseId": goods(some[place]), "quantity": 1, "attributes": list });
    let id = begin(
        &shop,
        json!({ "lines": [line(0, long(25, "v")), line(1, long(25, "v"))] }),
    )
    .await;
    let first = line_id(&read(&shop, &id).await, 0);
    // 50130 bytes stand in the lines.
    assert_eq!(
        attributes(&shop, &id, long(15, "v")).await["userErrors"],
        json!([])
    );
    let before = kept(&client).await;
    let too_large = |field| refused("CART_TOO_LARGE", field);
    assert_eq!(
        fault(&attributes(&shop, &id, long(16, "v")).await),
        too_large("attributes")
    );
    assert_eq!(
        fault(&add(&shop, &id, json!([line(2, long(1, "v"))])).await),
        too_large("lines")
    );
    let wider = json!([{ "id": first, "attributes": long(25, "\u{e9}") }]);
    assert_eq!(fault(&update(&shop, &id, wider).await), too_large("lines"));
    let lines: Vec<Value> = (0..3).map(|place| line(place, long(25, "v"))).collect();
    assert_eq!(
        fault(&create(&shop, json!({ "lines": lines })).await),
        too_large("input.lines")
    );
    assert_eq!(
        fault(&create(&shop, json!({ "attributes": long(25, "\u{20ac}") })).await),
        too_large("input.attributes")
    );
    assert_eq!(kept(&client).await, before);
    let answer = add(&shop, &id, json!([wanted(some[2], 1)])).await;
    assert_eq!(quantities(&answer["cart"]), [1, 1, 1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_reads_a_cart_once_and_no_more_than_an_answer_may_hold() {
    let shop = Shop::open().await;
    let client = shop.sql().await;
    let some = variants(&client, 1).await;
    stock(&client, some[0], 1000).await;
    let small = begin(&shop, json!({ "lines": [wanted(some[0], 2)] })).await;
    let nodes = "query Many($ids: [ID!]!) { nodes(ids: $ids) { ... on Cart { totalQuantity } } }";
    let answer = shop.ask(nodes, json!({ "ids": vec![&small; 250] })).await;
    assert_eq!(answer.body["data"]["nodes"][249]["totalQuantity"], 2);
    assert_eq!(answer.statements, 2);

    // A secret that is wrong opens nothing, also beside one that is right.
    let (plain, _) = small.split_once("?key=").unwrap();
    let other = begin(&shop, json!({})).await;
    let wrong = format!("{plain}?key={}", other.split_once("?key=").unwrap().1);
    let found = shop.data(nodes, json!({ "ids": [small, wrong] })).await;
    assert_eq!(found["nodes"], json!([{ "totalQuantity": 2 }, null]));

    let line = |number: usize| json!({ "merchandiseId": goods(some[0]), "attributes": [{ "key": "n", "value": number.to_string() }] });
    let lines: Vec<Value> = (0..250).map(line).collect();
    let large = begin(&shop, json!({ "lines": lines })).await;
    let refusal = shop
        .refusal(nodes, json!({ "ids": vec![large; 250] }))
        .await;
    assert_eq!(refusal.0, "ANSWER_TOO_LARGE");
}

#[tokio::test(flavor = "multi_thread")]
async fn null_takes_the_cart_from_its_owner_and_its_country_from_the_request() {
    let shop = Shop::open().await;
    let client = shop.sql().await;
    let token = shop.sign_in("ada@example.com", "lilium-demo").await;
    let known = json!({ "buyerIdentity": { "customerAccessToken": token, "countryCode": "KW" } });
    let id = begin(&shop, known).await;
    let stands = async || {
        let sql = "SELECT user_id IS NOT NULL, country::text FROM carts";
        let row = client.query_one(sql, &[]).await.unwrap();
        (row.get::<_, bool>(0), row.get::<_, String>(1))
    };
    let is = |owned, country: &str| (owned, country.to_owned());
    assert_eq!(stands().await, is(true, "KW"));
    identify(&shop, &id, json!({})).await;
    assert_eq!(stands().await, is(true, "KW"));
    identify(&shop, &id, json!({ "countryCode": null })).await;
    assert_eq!(stands().await, is(true, "US"));
    identify(&shop, &id, json!({ "customerAccessToken": null })).await;
    assert_eq!(stands().await, is(false, "US"));

    // Whoever is signed in takes it all the same.
    let document = "mutation Take($cart: ID!) { cartBuyerIdentityUpdate(cartId: $cart, buyerIdentity: { customerAccessToken: null }) {
        userErrors { message } } }";
    shop.ask_as(&token, document, json!({ "cart": id })).await;
    assert_eq!(stands().await, is(true, "US"));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_waits_for_a_cart_holds_no_connection_and_not_for_ever() {
    let shop = Arc::new(Shop::with(Contents::Demo, &[("DATABASE_POOL", "1")]).await);
    let mut client = shop.sql().await;
    let id = begin(&shop, json!({})).await;
    let claim =
        "SELECT pg_advisory_xact_lock(hashtextextended('cart:' || (SELECT id FROM carts), 74101))";
    let claimed = client.transaction().await.unwrap();
    claimed.batch_execute(claim).await.unwrap();
    let waiting = {
        let (shop, id) = (Arc::clone(&shop), id.clone());
        tokio::spawn(async move { note(&shop, &id, "waited").await })
    };
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(read(&shop, &id).await["note"], Value::Null);
    assert!(!waiting.is_finished());
    claimed.commit().await.unwrap();
    assert_eq!(waiting.await.unwrap()["cart"]["note"], "waited");

    let claimed = client.transaction().await.unwrap();
    claimed.batch_execute(claim).await.unwrap();
    let document = "mutation Note($cart: ID!) { cartNoteUpdate(cartId: $cart, note: \"late\") { cart { id } } }";
    let refusal = shop.refusal(document, json!({ "cart": id })).await;
    assert_eq!(refusal.0, "SERVICE_UNAVAILABLE");
    assert!(refusal.1.contains("try again"), "{}", refusal.1);
    claimed.commit().await.unwrap();
    assert_eq!(read(&shop, &id).await["note"], "waited");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_waits_for_the_row_of_a_cart_is_told_after_two_seconds() {
    let shop = Shop::open().await;
    let mut client = shop.sql().await;
    let id = begin(&shop, json!({})).await;
    let held = client.transaction().await.unwrap();
    held.batch_execute("SELECT FROM carts FOR UPDATE")
        .await
        .unwrap();
    let document = "mutation Note($cart: ID!) { cartNoteUpdate(cartId: $cart, note: \"late\") { cart { id } } }";
    let asked = Instant::now();
    let refusal = shop.refusal(document, json!({ "cart": id })).await;
    let told = asked.elapsed();
    assert_eq!(refusal.0, "SERVICE_UNAVAILABLE");
    assert!(refusal.1.contains("Many change this"), "{}", refusal.1);
    // A statement would be ended after ten.
    let in_time = Duration::from_secs(2)..Duration::from_secs(8);
    assert!(in_time.contains(&told), "{told:?}");
    held.commit().await.unwrap();
    assert_eq!(note(&shop, &id, "then").await["cart"]["note"], "then");
}
