//! The only program is killed at random moments under everybody.

use super::scene::{HEALS, LONG, SHORT, Scale, Scene, millis};
use super::{is_calm, kill};
use crate::buying::chance::Chance;
use crate::support::{Contents, database, stands_in};
use std::time::Duration;

/// After so many rounds it is looked at more closely.
const LOOKS: usize = 10;

async fn killed(scale: Scale, rounds: usize) {
    let mut chance = Chance(0x0d1e_2026);
    let scene = Scene::on(database(Contents::Demo).await, &[], true).await;
    let mut serving = scene.serve();
    let crowd = scene.crowd(scale).await;
    for round in 0..rounds {
        crowd
            .bought(chance.below(10), Duration::from_secs(20))
            .await;
        tokio::time::sleep(millis(chance.below(60))).await;
        kill(&scene, serving);
        serving = scene.serve();
        if round % LOOKS == LOOKS - 1 {
            scene.heals(HEALS).await;
            // Between two kills it is whole, too, and not only when all is over.
            stands_in(&scene.server).await;
        }
    }
    scene.heals(HEALS).await;
    // Whoever asked was told something each time, or nothing at all when it was killed.
    let record = &scene.asking.record;
    let acknowledged = record.acknowledged() - scale.own;
    assert!(acknowledged > rounds, "{}", record.tail());
    assert!(record.times("nothing") >= rounds / 2, "{}", record.tail());
    scene.is_whole(crowd).await;
    is_calm(&serving);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_program_is_killed_under_everybody() {
    killed(SHORT, 3).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "long: make prove"]
async fn the_program_is_killed_a_hundred_times() {
    // Quicker than elsewhere, so that somebody asks at every moment.
    let scale = Scale {
        carts: 9_000,
        pause: 500,
        ..LONG
    };
    killed(scale, 100).await;
}
