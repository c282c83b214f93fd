//! Pictures with a Redis, and when it goes away.

use crate::programs::{Redis, there_is};
use crate::support::{Contents, Shop};
use serde_json::json;
use std::time::{Duration, Instant};

async fn keys(url: &str) -> redis::RedisResult<Vec<String>> {
    let mut redis = redis::Client::open(url)?
        .get_multiplexed_async_connection()
        .await?;
    redis::cmd("KEYS").arg("*").query_async(&mut redis).await
}

/// Asks `/readyz` until it says that the cache is in `state`.
async fn until_cache_is(shop: &Shop, state: &str) {
    let begin = Instant::now();
    loop {
        let url = format!("{}/readyz", shop.address);
        let ready = shop.http().get(url).send().await.unwrap();
        let ready: serde_json::Value = ready.json().await.unwrap();
        if ready["cache"]["state"] == state {
            return;
        }
        assert!(begin.elapsed() < Duration::from_secs(20), "{ready}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pictures_are_kept_in_redis_and_served_without_it() {
    if !there_is("redis-server", "a shop with Redis") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let server = Redis::start(folder.path());
    let url = Redis::url(folder.path());
    let shop = Shop::with(Contents::Demo, &[("REDIS_URL", &url)]).await;
    until_cache_is(&shop, "ok").await;

    let query =
        "{ products(first: 3) { nodes { featuredImage { url(transform: { maxWidth: 96 }) } } } }";
    let data = shop.data(query, json!({})).await;
    let nodes = data["products"]["nodes"].as_array().unwrap();
    let pictures: Vec<&str> = nodes
        .iter()
        .map(|node| node["featuredImage"]["url"].as_str().unwrap())
        .collect();
    let mut first = Vec::new();
    for picture in &pictures {
        first.push(fetch(&shop, picture).await);
    }
    let kept = keys(&url).await.unwrap();
    let ours = |key: &&String| key.starts_with("lilium:media:") && key.ends_with("-96w.jpg");
    assert_eq!(kept.iter().filter(ours).count(), 3, "{kept:?}");

    // Another instance finds them there: it has no originals.
    let empty = tempfile::tempdir().unwrap();
    let settings = [
        ("REDIS_URL", url.as_str()),
        ("LILIUM_DATA", empty.path().to_str().unwrap()),
    ];
    let other = Shop::with(Contents::Demo, &settings).await;
    until_cache_is(&other, "ok").await;
    let elsewhere = pictures[0].replace(&shop.address, &other.address);
    assert_eq!(fetch(&other, &elsewhere).await, first[0]);

    server.stop();
    until_cache_is(&shop, "unreachable").await;
    // What was just made is at hand for some seconds; another size has to be made.
    for picture in &pictures {
        let begin = Instant::now();
        let made = fetch(&shop, &picture.replace("96w", "128w")).await;
        assert!(!made.is_empty());
        assert!(begin.elapsed() < Duration::from_secs(5));
    }
    tokio::time::sleep(Duration::from_secs(6)).await;
    assert_eq!(fetch(&shop, pictures[0]).await, first[0]);

    let _server = Redis::start(folder.path());
    until_cache_is(&shop, "ok").await;
    assert_eq!(fetch(&shop, pictures[1]).await, first[1]);
}

async fn fetch(shop: &Shop, url: &str) -> Vec<u8> {
    let response = shop.http().get(url).send().await.unwrap();
    assert_eq!(response.status(), 200, "{url}");
    response.bytes().await.unwrap().to_vec()
}
