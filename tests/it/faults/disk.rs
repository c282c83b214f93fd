//! The database's disk is full. A small disk of its own takes rights that tests do not have: PostgreSQL's processes may not let a
//! file grow beyond a size instead, so that writing fails where it would fail on a full disk. Only the reason that the system gives
//! is another one (`EFBIG`, "File too large").

use super::cluster::Cluster;
use super::is_calm;
use super::scene::{HEALS, LONG, SHORT, Scale, Scene};
use crate::buying::chance::Chance;
use crate::support::whole_in;
use std::time::{Duration, Instant};
use tokio_postgres::Client;

/// As large as a file of PostgreSQL's log of writing: these are made before, and written within.
const BOUND: u64 = 16 * 1024 * 1024;

/// Fills the table of keys, which every purchase writes to, until its file has reached the bound: nothing more can be added to it.
async fn fill(sql: &Client) {
    let begin = Instant::now();
    loop {
        let size = "SELECT pg_relation_size('idempotency_keys')";
        let bytes: i64 = sql.query_one(size, &[]).await.unwrap().get(0);
        if u64::try_from(bytes).unwrap() >= BOUND {
            return;
        }
        assert!(begin.elapsed() < Duration::from_secs(60), "{bytes}");
        let some = "INSERT INTO idempotency_keys (mutation, scope, key, input_hash, outcome_id, created_at)
            SELECT 'filling', 'user:' || gen_random_uuid(), repeat('x', 200), sha256('filling'::bytea), gen_random_uuid(), now()
            FROM generate_series(1, 5000)";
        sql.execute(some, &[]).await.unwrap();
    }
}

async fn full(scale: Scale, lasts: Duration) {
    let cluster = Cluster::start().await;
    let scene = Scene::on(cluster.server.clone(), &[], false).await;
    let serving = scene.serve();
    fill(&scene.sql().await).await;
    let crowd = scene.crowd(scale).await;
    crowd.bought(3, Duration::from_secs(30)).await;
    cluster.bound(Some(BOUND));
    // What is left of the last page is sold first.
    let (record, begin) = (&scene.asking.record, Instant::now());
    while record.times("SERVICE_UNAVAILABLE") == 0 {
        assert!(
            begin.elapsed() < Duration::from_secs(30),
            "{}",
            record.tail()
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    // Reading goes on.
    let mut chance = Chance(3);
    for _ in 0..4 {
        let read = scene.asking.read(&serving.address, &mut chance).await;
        assert!(read, "{}", record.tail());
    }
    tokio::time::sleep(lasts).await;
    assert!(cluster.is_there(), "PostgreSQL has ended");
    cluster.bound(None);
    scene.heals(HEALS).await;
    scene.is_whole(crowd).await;
    is_calm(&serving);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_more_can_be_written_for_a_while() {
    full(SHORT, Duration::from_secs(2)).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "long: make prove"]
async fn nothing_more_can_be_written_for_half_a_minute() {
    full(LONG, Duration::from_secs(30)).await;
}

/// Not even the log of writing: PostgreSQL ends itself, and an operator who has made room starts it again.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "long: make prove"]
async fn postgresql_ends_for_want_of_room_and_is_started_again() {
    let mut cluster = Cluster::start().await;
    let scene = Scene::on(cluster.server.clone(), &[], false).await;
    let serving = scene.serve();
    let crowd = scene.crowd(LONG).await;
    crowd.bought(10, Duration::from_secs(30)).await;
    cluster.bound(Some(64 * 1024));
    let began = Instant::now();
    while cluster.is_there() {
        assert!(began.elapsed() < Duration::from_secs(30), "it does not end");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    tokio::time::sleep(Duration::from_secs(10)).await;
    let record = &scene.asking.record;
    assert!(record.times("SERVICE_UNAVAILABLE") > 0, "{}", record.tail());
    // What is left of it goes with its bound: whoever starts the next one gives it none.
    cluster.kill().await;
    cluster.again().await;
    scene.heals(HEALS).await;
    scene.is_whole(crowd).await;
    whole_in(&cluster.server).await;
    is_calm(&serving);
}
