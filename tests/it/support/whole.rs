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
    let mut faults = Vec::new();
    for rule in invariants::all() {
        let broken: i64 = client.query_one(rule.broken, &[]).await.unwrap().get(0);
        if broken != 0 {
            faults.push(format!("{}: {broken}", rule.about));
        }
    }
    assert_eq!(faults, Vec::<String>::new());
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
