//! Two programs over one database, of which one is killed: the other one goes on.

use super::scene::{HEALS, LASTING, SHORT, Scale, Scene, millis};
use super::{is_calm, kill};
use crate::buying::chance::Chance;
use crate::support::{Contents, database};
use std::time::Duration;

async fn one_of_two(scale: Scale, rounds: usize) {
    let mut chance = Chance(0x0002_2026);
    let scene = Scene::on(database(Contents::Demo).await, &[], true).await;
    let mut programs = vec![scene.serve(), scene.serve()];
    let crowd = scene.crowd(scale).await;
    for _ in 0..rounds {
        crowd
            .bought(3 + chance.below(10), Duration::from_secs(20))
            .await;
        let gone = programs.remove(chance.below(2));
        kill(&scene, gone);
        // The other one serves everybody, at once.
        scene.heals(HEALS).await;
        tokio::time::sleep(millis(chance.below(500))).await;
        programs.push(scene.serve());
    }
    scene.heals(HEALS).await;
    scene.is_whole(crowd).await;
    programs.iter().for_each(is_calm);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_of_two_programs_is_killed_and_the_other_serves() {
    one_of_two(SHORT, 2).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "long: make prove"]
async fn one_of_two_programs_is_killed_again_and_again() {
    one_of_two(LASTING, 30).await;
}
