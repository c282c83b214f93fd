//! The database is killed, stands still, ends sessions, or is cut off: programs bear it, say so, and go on by themselves.

use super::cluster::Cluster;
use super::is_calm;
use super::proxy::Way;
use super::record::LONGEST;
use super::scene::{HEALS, LONG, SHORT, Scale, Scene, UNHURRIED, millis};
use crate::buying::chance::Chance;
use crate::support::{Contents, database};
use std::time::Duration;

/// How long people buy before anything happens, at the most.
const SOON: Duration = Duration::from_secs(30);

async fn restarted(scale: Scale, rounds: usize) {
    let mut cluster = Cluster::start().await;
    let scene = Scene::on(cluster.server.clone(), &[], false).await;
    let serving = scene.serve();
    let crowd = scene.crowd(scale).await;
    for _ in 0..rounds {
        crowd.bought(5, SOON).await;
        cluster.kill().await;
        tokio::time::sleep(Duration::from_millis(700)).await;
        cluster.again().await;
        scene.heals(HEALS).await;
    }
    scene.is_whole(crowd).await;
    is_calm(&serving);
}

#[tokio::test(flavor = "multi_thread")]
async fn postgresql_is_killed_and_started_again() {
    restarted(SHORT, 1).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "long: make prove"]
async fn postgresql_is_killed_again_and_again() {
    restarted(LONG, 10).await;
}

async fn paused(scale: Scale, pause: Duration) {
    let cluster = Cluster::start().await;
    let scene = Scene::on(cluster.server.clone(), &[], false).await;
    let serving = scene.serve();
    let crowd = scene.crowd(scale).await;
    crowd.bought(5, SOON).await;
    cluster.pause();
    tokio::time::sleep(pause).await;
    cluster.resume();
    scene.heals(HEALS).await;
    scene.is_whole(crowd).await;
    is_calm(&serving);
}

#[tokio::test(flavor = "multi_thread")]
async fn postgresql_stands_still_for_a_moment() {
    paused(SHORT, Duration::from_secs(3)).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "long: make prove"]
async fn postgresql_stands_still_for_twenty_seconds() {
    paused(LONG, Duration::from_secs(20)).await;
}

async fn sessions_ended(scale: Scale, rounds: usize) {
    let scene = Scene::on(database(Contents::Demo).await, &[], false).await;
    let serving = scene.serve();
    let crowd = scene.crowd(scale).await;
    crowd.bought(3, SOON).await;
    let (sql, mut chance) = (scene.sql().await, Chance(0x5e55_2026));
    let mut ended = 0;
    for _ in 0..rounds {
        let some = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid() AND random() < 0.5";
        ended += crate::buying::count(&sql, some).await;
        tokio::time::sleep(millis(50 + chance.below(300))).await;
    }
    assert!(ended > i64::try_from(rounds).unwrap(), "{ended}");
    scene.heals(HEALS).await;
    scene.is_whole(crowd).await;
    is_calm(&serving);
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_are_ended_at_random() {
    sessions_ended(SHORT, 12).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "long: make prove"]
async fn sessions_are_ended_at_random_for_minutes() {
    sessions_ended(UNHURRIED, 400).await;
}

/// What the way to the database does, one after the other, each for `lasts`.
async fn ways(scale: Scale, all: &[Way], lasts: Duration) {
    let scene = Scene::on(database(Contents::Demo).await, &[], false).await;
    let serving = scene.serve();
    let crowd = scene.crowd(scale).await;
    for way in all {
        println!("{way:?}");
        crowd.bought(3, SOON).await;
        scene.proxy.turn(*way);
        tokio::time::sleep(lasts).await;
        scene.proxy.turn(Way::Open);
        scene.heals(HEALS).await;
    }
    // Each answer came in time: `Record::agrees` looks at that.
    assert!(scene.asking.record.slowest() < LONGEST);
    scene.is_whole(crowd).await;
    is_calm(&serving);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_way_to_the_database_is_cut_half_closed_and_slow() {
    let all = [Way::Cut, Way::Half, Way::Slow(Duration::from_millis(30))];
    ways(SHORT, &all, Duration::from_millis(700)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_of_the_database_are_lost_for_a_moment() {
    ways(SHORT, &[Way::Mute, Way::Held], Duration::from_secs(1)).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "long: make prove"]
async fn the_database_is_unreachable_in_every_way() {
    let slow = Way::Slow(Duration::from_millis(200));
    let all = [Way::Cut, Way::Half, Way::Mute, slow];
    ways(LONG, &all, Duration::from_secs(15)).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "long: make prove"]
async fn a_database_that_is_silent_for_a_minute_holds_nobody() {
    let scene = Scene::on(database(Contents::Demo).await, &[], false).await;
    let serving = scene.serve();
    let crowd = scene.crowd(LONG).await;
    crowd.bought(10, SOON).await;
    scene.proxy.turn(Way::Held);
    tokio::time::sleep(Duration::from_secs(60)).await;
    // Everybody was told, though nothing was heard of the database: by the deadline of an operation, or sooner.
    let record = &scene.asking.record;
    let told = record.times("SERVICE_UNAVAILABLE") + record.times("TIMEOUT");
    assert!(told >= LONG.buyers, "{}", record.tail());
    scene.proxy.turn(Way::Open);
    scene.heals(HEALS).await;
    scene.is_whole(crowd).await;
    is_calm(&serving);
}
