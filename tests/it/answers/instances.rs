//! Several programs over one database: each knows by itself what holds, and what one made the others give.

use super::{KEEPS, LATEST, statements, until_kept, until_said};
use crate::programs::{Redis, there_is};
use crate::support::{Contents, Shop};
use serde_json::json;
use std::time::{Duration, Instant};

const FIRST: &str = "{ pages(first: 1) { nodes { id title } } }";
const SECOND: &str = "{ pages(first: 2) { nodes { id title } } }";

#[tokio::test(flavor = "multi_thread")]
async fn a_change_is_seen_at_every_instance() {
    let one = Shop::with(Contents::Demo, &[KEEPS]).await;
    let other = one.again(&[KEEPS]).await;
    for shop in [&one, &other] {
        until_kept(shop, FIRST, json!({})).await;
    }
    let change = "UPDATE pages SET title = 'Seen everywhere'";
    one.sql().await.batch_execute(change).await.unwrap();
    for shop in [&one, &other] {
        let took = until_said(shop, FIRST, "Seen everywhere").await;
        assert!(took < LATEST, "{took:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_instance_made_the_others_find_in_redis() {
    if !there_is("redis-server", "answers that instances share") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let server = Redis::start(folder.path());
    let url = Redis::url(folder.path());
    // Instances of one shop have one address, which stands in answers.
    let public = ("PUBLIC_URL", "http://shop.test");
    let settings = [KEEPS, ("REDIS_URL", url.as_str()), public];
    let one = Shop::with(Contents::Demo, &settings).await;
    let other = one.again(&settings).await;
    // Each has heard from the log, and reached Redis.
    for shop in [&one, &other] {
        until_kept(shop, FIRST, json!({})).await;
    }
    // It is put there by itself, and not while Redis rests after it was slow once.
    let begin = Instant::now();
    for count in 10.. {
        let fresh = SECOND.replace('2', &count.to_string());
        until_kept(&one, &fresh, json!({})).await;
        tokio::time::sleep(Duration::from_millis(300)).await;
        if statements(&other, &fresh, json!({})).await == 0 {
            break;
        }
        assert!(begin.elapsed() < Duration::from_secs(15));
    }
    until_kept(&one, SECOND, json!({})).await;

    // What lies there is given by nobody who knows that it holds no more.
    let change = "UPDATE pages SET title = 'Seen everywhere'";
    one.sql().await.batch_execute(change).await.unwrap();
    for shop in [&one, &other] {
        let took = until_said(shop, SECOND, "Seen everywhere").await;
        assert!(took < LATEST, "{took:?}");
    }

    // Another shop in the same Redis has answers of its own.
    let settings = [
        KEEPS,
        ("REDIS_URL", url.as_str()),
        ("PUBLIC_URL", "http://another.test"),
    ];
    let stranger = Shop::with(Contents::Demo, &settings).await;
    let told = until_kept(&stranger, SECOND, json!({})).await;
    assert!(!told.to_string().contains("Seen everywhere"));

    server.stop();
    let third = "{ pages(first: 3) { nodes { id title } } }";
    let begin = Instant::now();
    for shop in [&one, &other] {
        until_kept(shop, third, json!({})).await;
    }
    assert!(begin.elapsed() < Duration::from_secs(5));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_others_write_into_redis_is_not_given() {
    if !there_is("redis-server", "answers that somebody broke") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let _server = Redis::start(folder.path());
    let url = Redis::url(folder.path());
    let settings = [KEEPS, ("REDIS_URL", url.as_str())];
    let one = Shop::with(Contents::Demo, &settings).await;
    until_kept(&one, FIRST, json!({})).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    let client = redis::Client::open(url.as_str()).unwrap();
    let mut redis = client.get_multiplexed_async_connection().await.unwrap();
    let mut keys = redis::cmd("KEYS");
    let keys: Vec<String> = keys
        .arg("lilium:answer:*")
        .query_async(&mut redis)
        .await
        .unwrap();
    assert!(!keys.is_empty());
    for key in keys {
        let mut set = redis::cmd("SET");
        let set = set.arg(key).arg("no answer").arg("KEEPTTL");
        set.query_async::<()>(&mut redis).await.unwrap();
    }
    let other = one.again(&settings).await;
    let answer = other.ask(FIRST, json!({})).await;
    assert_eq!(answer.status, 200);
    assert!(answer.statements > 0);
    assert!(answer.body["data"]["pages"]["nodes"][0]["id"].is_string());
}
