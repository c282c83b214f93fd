//! Everything that the program depends on goes away and comes back under people who buy, sell, read and follow. After each fault
//! the database holds what was acknowledged and nothing else, the doctor finds everything whole, and the program answers again by
//! itself; errors meanwhile were clear and came in time. `docs/OPERATIONS.md` promises no more than what is shown here.
//!
//! Short forms run among all other tests. Long ones, by `make prove`, are alone on the machine, and take some forty minutes together, a
//! quarter of an hour of them the soak.

mod asking;
mod clock;
mod cluster;
mod crowd;
mod database;
mod disk;
mod doctor;
mod doors;
mod early;
mod healing;
mod instances;
mod kept;
mod kill;
mod migrations;
mod numbers;
mod pool;
mod proxy;
mod record;
mod redis;
mod scale;
mod scene;
mod search;
mod shelf;
mod shopper;
mod soak;
mod starting;
mod stopping;
mod vendors;

use crate::programs::Serving;
use rustix::process::{Signal, kill_process};
use scene::Scene;
use tokio::task::block_in_place;

/// Kills a program at once; nobody is led to it any more.
fn kill(scene: &Scene, serving: Serving) {
    let process = serving.process();
    scene.asking.doors.shut(&serving.address);
    let said = block_in_place(|| serving.end(|| kill_process(process, Signal::KILL).unwrap()));
    assert_eq!(said.code, None, "{said:#?}");
    assert!(!said.err.contains("panicked"), "{}", said.err);
}

/// Fails the test when a program panicked.
fn is_calm(serving: &Serving) {
    let log = serving.log();
    assert!(!log.contains("panicked"), "{log}");
}
