//! Whether a shop is whole: what `lilium doctor` looks at, after a test.

use super::Shop;
use lilium::cli::doctor::invariants;
use lilium::platform::db::Server;
use std::time::{Duration, Instant};
use tokio_postgres::Client;

/// Fails the test when anything in the shop's database is not as it should be, once every event has its position.
pub async fn whole(shop: &Shop) {
    whole_in(&shop.server).await;
}

/// As [`whole`], for a database that some other program serves.
pub async fn whole_in(server: &Server) {
    let client = server.client().await.unwrap();
    moved(&client).await;
    assert_eq!(faults(&client).await, Vec::<String>::new());
}

/// The same while people are at work. What is written in several transactions one after the other may be half way, for a moment.
pub async fn stands_in(server: &Server) {
    let (client, begin) = (server.client().await.unwrap(), Instant::now());
    loop {
        let found = faults(&client).await;
        if found.is_empty() {
            return;
        }
        assert!(begin.elapsed() < Duration::from_secs(20), "{found:?}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// What is not as it should be.
async fn faults(client: &Client) -> Vec<String> {
    let mut faults = Vec::new();
    for rule in invariants::all() {
        let broken: i64 = client.query_one(rule.broken, &[]).await.unwrap().get(0);
        if broken != 0 {
            faults.push(format!("{}: {broken}", rule.about));
        }
    }
    faults
}

/// Waits until every event has its position.
pub async fn moved(client: &Client) {
    let begin = Instant::now();
    let left = "SELECT count(*) FROM outbox_new";
    while client.query_one(left, &[]).await.unwrap().get::<_, i64>(0) > 0 {
        assert!(
            begin.elapsed() < Duration::from_secs(20),
            "events stay in the outbox"
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
