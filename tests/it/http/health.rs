//! Whether the server lives, and whether it can serve.

use super::header;
use crate::support::{Contents, Shop};
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use uuid::Uuid;

async fn get(shop: &Shop, path: &str) -> (u16, Value) {
    let url = format!("{}{path}", shop.address);
    let response = shop.http().get(url).send().await.unwrap();
    assert_eq!(header(&response, "content-type"), "application/json");
    (response.status().as_u16(), response.json().await.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shop_is_alive_and_ready() {
    let shop = Shop::open().await;
    assert_eq!(get(&shop, "/healthz").await, (200, json!({"status": "ok"})));
    let ready = json!({
        "status": "ok",
        "database": "ok",
        "cache": { "kind": "in the process", "state": "ok" },
    });
    assert_eq!(get(&shop, "/readyz").await, (200, ready));
    for path in ["/healthz", "/readyz"] {
        let url = format!("{}{path}", shop.address);
        let response = shop.http().get(&url).send().await.unwrap();
        assert_eq!(header(&response, "cache-control"), "no-store");
        let response = shop.http().post(&url).send().await.unwrap();
        assert_eq!(response.status(), 405);
        assert!(header(&response, "allow").contains("GET"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_path_of_nothing_is_answered_in_json() {
    let shop = Shop::open().await;
    for path in [
        "/nothing",
        "/graphql/",
        "/api/graphql.json",
        "/media",
        "/.env",
    ] {
        let (status, body) = get(&shop, path).await;
        assert_eq!(status, 404, "{path}");
        assert_eq!(body["errors"][0]["extensions"]["code"], "NOT_FOUND");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_without_a_shop_is_not_ready() {
    let shop = Shop::with(Contents::Empty, &[]).await;
    let (status, body) = get(&shop, "/readyz").await;
    assert_eq!((status, &body["status"]), (503, &json!("unavailable")));
    assert_eq!(body["database"], "no shop yet: run `lilium seed`");
    assert_eq!(get(&shop, "/healthz").await.0, 200);

    for accept in ["application/json", "application/graphql-response+json"] {
        let request = shop.http().post(format!("{}/graphql", shop.address));
        let request = request.json(&json!({ "query": "{ shop { name } }" }));
        let answer = request.header("accept", accept).send().await.unwrap();
        let retry = header(&answer, "retry-after").to_owned();
        assert_eq!((answer.status().as_u16(), retry.as_str()), (503, "1"));
        let body: Value = answer.json().await.unwrap();
        assert_eq!(body["errors"][0]["extensions"]["code"], "SHOP_NOT_READY");
        assert_eq!(body.get("data"), None);
    }
}

/// Asks `/readyz` until it answers `status`: what is known of the shop is kept for a few seconds.
async fn until_ready_is(shop: &Shop, status: u16) -> Value {
    let begin = Instant::now();
    loop {
        let (answered, body) = get(shop, "/readyz").await;
        if answered == status {
            return body;
        }
        assert!(
            begin.elapsed() < Duration::from_secs(20),
            "{answered}: {body}"
        );
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_goes_away_is_named_and_all_heals_when_it_is_back() {
    let shop = Shop::open().await;
    let query = "{ products(first: 3) { nodes { title } } }";
    let before = shop.data(query, json!({})).await;
    let name: String = {
        let client = shop.sql().await;
        let row = client.query_one("SELECT current_database()::text", &[]);
        row.await.unwrap().get(0)
    };
    let client = shop.server.database("postgres").client().await.unwrap();
    let end = format!(
        "SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity WHERE datname = '{name}'"
    );
    // Nobody can connect to it, as if the server were down.
    client
        .batch_execute(&format!("ALTER DATABASE {name} ALLOW_CONNECTIONS false"))
        .await
        .unwrap();
    client.batch_execute(&end).await.unwrap();

    let body = until_ready_is(&shop, 503).await;
    assert_eq!(body["status"], "unavailable");
    assert_eq!(body["database"], "unreachable");
    assert_eq!(get(&shop, "/healthz").await.0, 200);
    let (code, message) = shop.refusal(query, json!({})).await;
    assert_eq!(code, "SERVICE_UNAVAILABLE");
    assert!(!message.contains(&name), "{message}");
    let picture = format!("{}/media/{}/original.jpg", shop.address, Uuid::now_v7());
    let answer = shop.http().get(picture).send().await.unwrap();
    let retry = header(&answer, "retry-after");
    assert_eq!((answer.status().as_u16(), retry), (503, "1"));

    client
        .batch_execute(&format!("ALTER DATABASE {name} ALLOW_CONNECTIONS true"))
        .await
        .unwrap();
    until_ready_is(&shop, 200).await;
    assert_eq!(shop.data(query, json!({})).await, before);

    // Connections that are cut while the pool holds them are not lent again.
    client.batch_execute(&end).await.unwrap();
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(shop.data(query, json!({})).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cache_that_is_not_there_is_told_and_is_no_hindrance() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("redis+unix://{}/redis.sock", folder.path().display());
    let shop = Shop::with(Contents::Demo, &[("REDIS_URL", &url)]).await;
    let (status, body) = get(&shop, "/readyz").await;
    let cache = json!({ "kind": "Redis", "state": "unreachable" });
    assert_eq!((status, &body["cache"]), (200, &cache));
    assert_eq!(body["status"], "degraded");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_goes_away_gives_its_connection_back() {
    let shop = Shop::with(Contents::Demo, &[("DATABASE_POOL", "1")]).await;
    let query = "{ products(first: 3) { nodes { title } } }";
    let before = shop.data(query, json!({})).await;
    let mut blocker = shop.sql().await;
    let lock = blocker.transaction().await.unwrap();
    lock.batch_execute("LOCK TABLE listings").await.unwrap();

    // The only connection waits for the lock, and nobody waits for it any more.
    for _ in 0..3 {
        let asked = tokio::time::timeout(Duration::from_millis(300), shop.ask(query, json!({})));
        assert!(asked.await.is_err());
    }
    // Who comes while it is in use is told in time, not left waiting.
    let (holder, refused) = tokio::join!(
        tokio::time::timeout(Duration::from_secs(8), shop.ask(query, json!({}))),
        async {
            tokio::time::sleep(Duration::from_millis(200)).await;
            shop.refusal(query, json!({})).await
        }
    );
    assert!(holder.is_err());
    assert_eq!(refused.0, "SERVICE_UNAVAILABLE");

    lock.rollback().await.unwrap();
    assert_eq!(shop.data(query, json!({})).await, before);
}
