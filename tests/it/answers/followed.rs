//! Who is told that answers hold no more, and what of it.

use super::SOON;
use crate::buying::counter::Counter;
use crate::buying::{cash, goods, line};
use crate::live::client::Socket;
use crate::live::{cursor, head, position};
use crate::support::{Contents, Shop, moved};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::time::Instant;
use tokio_postgres::Client;
use uuid::Uuid;

const FOLLOW: &str =
    "subscription Touched($after: String) { cacheInvalidated(after: $after) { cursor kind tags } }";

async fn follow(socket: &mut Socket, id: &str, after: Value) {
    let payload = json!({ "query": FOLLOW, "variables": { "after": after } });
    socket
        .say(json!({ "id": id, "type": "subscribe", "payload": payload }))
        .await;
}

/// The code that a subscription of whoever has this token is refused with.
async fn refused(shop: &Shop, token: Option<&str>) -> String {
    let mut socket = Socket::join(&shop.address, token).await;
    follow(&mut socket, "a", Value::Null).await;
    socket.refused("a").await.0
}

#[tokio::test(flavor = "multi_thread")]
async fn only_whoever_may_is_told_what_was_touched() {
    let shop = Shop::with(Contents::Demo, &[]).await;
    assert_eq!(refused(&shop, None).await, "UNAUTHENTICATED");
    for email in ["ada@example.com", "owner@ninth-hour.example"] {
        let token = shop.sign_in(email, "lilium-demo").await;
        assert_eq!(refused(&shop, Some(&token)).await, "FORBIDDEN", "{email}");
    }
}

/// The next event of a query that is asked again and again with the cursor of the last one: the answer to it.
async fn next(shop: &Shop, token: &str, after: &mut Value) -> Value {
    let url = format!("{}/graphql", shop.address);
    let body = json!({ "query": FOLLOW, "variables": { "after": after } });
    let request = shop
        .http()
        .post(url)
        .bearer_auth(token)
        .header("accept", "text/event-stream")
        .json(&body);
    let mut stream = request.send().await.unwrap();
    let mut text = String::new();
    loop {
        let whole = text.rsplit_once("\n\n").map_or("", |(whole, _)| whole);
        if let Some(event) = whole.lines().find_map(|line| line.strip_prefix("data: ")) {
            let event: Value = serde_json::from_str(event).unwrap();
            let told = event["data"]["cacheInvalidated"].clone();
            assert!(told.is_object(), "{event:#}");
            *after = told["cursor"].clone();
            return told;
        }
        let more = tokio::time::timeout(5 * SOON, stream.chunk()).await;
        let more = more.expect("nothing is told").unwrap().expect("it ended");
        text.push_str(std::str::from_utf8(&more).unwrap());
    }
}

fn tags(told: &Value) -> Vec<&str> {
    let tags = told["tags"].as_array().unwrap().iter();
    tags.map(|tag| tag.as_str().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_touched_is_told_in_order_and_to_whoever_comes_back_and_no_sale_is() {
    let shop = Shop::with(Contents::Demo, &[]).await;
    let sql = shop.sql().await;
    let token = shop.sign_in("admin@example.com", "lilium-demo").await;
    let mut after = Value::Null;
    let started = next(&shop, &token, &mut after).await;
    assert_eq!(started["kind"], "STARTED");
    assert!(tags(&started).contains(&"products") && tags(&started).contains(&"page:*"));
    assert!(!tags(&started).iter().any(|tag| tag.starts_with("stock")));

    // Nobody hears of a sale, which touches stock alone.
    let sold = goods(&sql, 1).await.remove(0);
    let counter = Counter::at(&shop.address);
    let cart = counter.cart(&[line(&sold, 1)]).await;
    counter.buy(cash(&cart)).await;
    let id: Uuid = sql
        .query_one("SELECT id FROM pages ORDER BY id LIMIT 1", &[])
        .await
        .unwrap()
        .get(0);
    for (change, wanted) in [
        (
            format!("UPDATE pages SET title = 'Touched' WHERE id = '{id}'"),
            vec!["pages".to_owned(), format!("page:{id}")],
        ),
        (
            "UPDATE shop SET name = 'Touched'".to_owned(),
            vec!["shop".to_owned(), "shop:*".to_owned()],
        ),
    ] {
        // While nobody listens.
        sql.batch_execute(&change).await.unwrap();
        let told = next(&shop, &token, &mut after).await;
        assert_eq!(told["kind"], "TOUCHED");
        assert_eq!(tags(&told), wanted);
    }
}

/// Every tag that is told of, but those of single rows.
const EVERY: [&str; 12] = [
    "product:*",
    "products",
    "collection:*",
    "collections",
    "vendor:*",
    "vendors",
    "page:*",
    "pages",
    "menu:*",
    "menus",
    "shop:*",
    "shop",
];

/// Waits until the program has read all that has its position: who comes back before that is told what it knows.
async fn read(shop: &Shop, sql: &Client, token: &str) {
    let (head, begin) = (head(sql).await, Instant::now());
    loop {
        let mut after = Value::Null;
        next(shop, token, &mut after).await;
        if position(after.as_str().unwrap()) >= head {
            return;
        }
        assert!(begin.elapsed() < 5 * SOON, "the log is not read");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_cannot_be_told_what_they_missed_is_told_that_all_was_touched() {
    let shop = Shop::with(Contents::Demo, &[]).await;
    let sql = shop.sql().await;
    let token = shop.sign_in("admin@example.com", "lilium-demo").await;
    let behind = cursor(&sql, head(&sql).await).await;
    // One more than is told one by one.
    let many = "INSERT INTO outbox_new (id, kind, subject_id, audiences, facts, told_at)
        SELECT gen_random_uuid(), 'rows.changed', gen_random_uuid(), ARRAY['storefronts'],
            jsonb_build_object('tags', jsonb_build_array('pages')), now() FROM generate_series(1, 1001)";
    sql.batch_execute(many).await.unwrap();
    moved(&sql).await;
    read(&shop, &sql, &token).await;
    let foreign = format!("{}.1", Uuid::new_v4().simple());
    let ahead = cursor(&sql, i64::MAX).await;
    let every = BTreeSet::from(EVERY);
    for after in [behind, foreign, ahead] {
        let (before, mut after) = (after.clone(), json!(after));
        let told = next(&shop, &token, &mut after).await;
        assert_eq!(told["kind"], "RESYNC", "{before}");
        let named: BTreeSet<&str> = tags(&told).into_iter().collect();
        assert_eq!(named, every, "{before}");
        // From there on nothing is missed.
        sql.batch_execute("UPDATE shop SET name = 'Touched'")
            .await
            .unwrap();
        let told = next(&shop, &token, &mut after).await;
        assert_eq!(told["kind"], "TOUCHED", "{before}");
        assert_eq!(tags(&told), ["shop", "shop:*"], "{before}");
    }
}
