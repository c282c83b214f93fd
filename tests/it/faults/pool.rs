//! All connections of a program are in use: whoever comes is told within seconds, and served as soon as there is one.

use super::is_calm;
use super::numbers::numbers;
use super::scene::{HEALS, LONG, SHORT, Scale, Scene};
use crate::support::{Contents, database};
use std::time::{Duration, Instant};

async fn exhausted(scale: Scale, lasts: Duration) {
    let settings = [("DATABASE_POOL", "2")];
    let scene = Scene::on(database(Contents::Demo).await, &settings, false).await;
    let serving = scene.serve();
    let crowd = scene.crowd(scale).await;
    crowd.bought(3, Duration::from_secs(30)).await;
    let mut sql = scene.sql().await;
    let lock = sql.transaction().await.unwrap();
    // A vendor's step holds an order when it comes to the listings: whoever finds that both wait gives up, and it shall not be the test.
    lock.batch_execute("SET LOCAL deadlock_timeout = '20s'; LOCK TABLE listings, orders")
        .await
        .unwrap();
    let (began, mut waiting) = (Instant::now(), 0_f64);
    while began.elapsed() < lasts {
        let numbers = numbers(&serving.address).await;
        let now = numbers.find("lilium_database_connections_waiting");
        waiting = waiting.max(now.unwrap());
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    lock.rollback().await.unwrap();
    let record = &scene.asking.record;
    let told = record.times("SERVICE_UNAVAILABLE") + record.times("TIMEOUT");
    scene.heals(HEALS).await;
    // For a connection, and not only for what is locked.
    assert!(waiting > 0.0, "nobody waited for a connection");
    assert!(told > 0, "{}", record.tail());
    scene.is_whole(crowd).await;
    is_calm(&serving);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_connection_is_to_be_had_for_some_seconds() {
    exhausted(SHORT, Duration::from_secs(7)).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "long: make prove"]
async fn no_connection_is_to_be_had_for_half_a_minute() {
    exhausted(LONG, Duration::from_secs(30)).await;
}
