//! Mixed load for long: memory, tasks, descriptors, threads and what is open stay where they were.

use super::is_calm;
use super::numbers::numbers;
use super::scene::{HEALS, LONG, SHORT, Scale, Scene};
use crate::support::{Contents, database};
use std::time::{Duration, Instant};

/// How long it may take on a busy machine until a program knows who has gone.
const NOTICED: Duration = Duration::from_secs(15);

/// What a program holds.
#[derive(Debug, Clone, Copy)]
struct Holds {
    memory: f64,
    files: f64,
    threads: f64,
    tasks: f64,
    open: f64,
}

impl Holds {
    /// What it holds when connections of clients that have gone were noticed, which takes a moment.
    async fn of(address: &str) -> Self {
        let begin = Instant::now();
        loop {
            tokio::time::sleep(Duration::from_secs(1)).await;
            let holds = Self::now(address).await;
            if holds.open < 1.0 || begin.elapsed() > NOTICED {
                return holds;
            }
        }
    }

    async fn now(address: &str) -> Self {
        let numbers = numbers(address).await;
        let number = |name: &str| {
            let found = numbers.find(name);
            found.unwrap_or_else(|| panic!("no {name}"))
        };
        Self {
            memory: number("process_resident_memory_bytes"),
            files: number("process_open_fds"),
            threads: number("process_threads"),
            tasks: number("lilium_tasks"),
            open: number("lilium_sockets_open")
                + number("lilium_streams_open")
                + number("lilium_subscriptions_open"),
        }
    }
}

async fn soak(scale: Scale, rounds: usize, bought: usize) {
    let scene = Scene::on(database(Contents::Demo).await, &[], false).await;
    let serving = scene.serve();
    let mut all = Vec::new();
    for round in 0..rounds {
        let crowd = scene.crowd(scale).await;
        crowd.bought(bought, Duration::from_secs(600)).await;
        scene.is_whole(crowd).await;
        let holds = Holds::of(&serving.address).await;
        println!("round {round}: {holds:?}");
        all.push(holds);
    }
    // The first round fills caches and pools.
    let (first, last) = (all[rounds / 3], all[rounds - 1]);
    let both = format!("{first:?}\n{last:?}\n{}", scene.asking.record.tail());
    assert!(last.memory < first.memory * 1.2 + 16e6, "{both}");
    assert!(last.files < first.files + 20.0, "{both}");
    assert!(last.threads < first.threads + 8.0, "{both}");
    // Those of connections that are kept, as files are.
    assert!(last.tasks < first.tasks + 20.0, "{both}");
    assert!(last.open < 1.0, "{both}");
    scene.heals(HEALS).await;
    is_calm(&serving);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_holds_no_more_after_a_crowd_than_before() {
    soak(SHORT, 3, 12).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "long: make prove"]
async fn a_program_under_load_for_long_holds_no_more_than_at_first() {
    soak(LONG, 8, 1_500).await;
}
