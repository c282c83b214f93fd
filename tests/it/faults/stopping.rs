//! Programs are told to end under everybody: they finish what runs, end well, and leave nothing half done.

use super::scene::{HEALS, LONG, SHORT, Scale, Scene};
use crate::support::{Contents, database};
use std::time::{Duration, Instant};
use tokio::task::block_in_place;

/// What a service manager gives a program, as `docs/OPERATIONS.md` says.
const GIVEN: Duration = Duration::from_secs(30);

async fn told_to_end(scale: Scale, rounds: usize) {
    let settings = [("LILIUM_LOG", "warn"), ("LILIUM_DRAIN_SECONDS", "1")];
    let scene = Scene::on(database(Contents::Demo).await, &settings, true).await;
    let mut serving = scene.serve();
    let crowd = scene.crowd(scale).await;
    for _ in 0..rounds {
        crowd.bought(8, Duration::from_secs(30)).await;
        // People are still led to it, as long as it answers.
        let (address, began) = (serving.address.clone(), Instant::now());
        let said = block_in_place(|| serving.stop()).well();
        assert!(began.elapsed() < GIVEN);
        scene.asking.doors.shut(&address);
        assert!(said.out.ends_with("Stopped.\n"), "{}", said.out);
        for bad in ["did not finish", "panicked", "cut off"] {
            assert!(!said.err.contains(bad), "{}", said.err);
        }
        serving = scene.serve();
        scene.heals(HEALS).await;
    }
    scene.is_whole(crowd).await;
    super::is_calm(&serving);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_is_told_to_end_under_everybody() {
    told_to_end(SHORT, 1).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "long: make prove"]
async fn a_program_is_told_to_end_again_and_again() {
    told_to_end(LONG, 10).await;
}
