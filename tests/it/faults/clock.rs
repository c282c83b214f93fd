//! The clock of one of two programs is wrong, and is set right under everybody. The system's own clock is everybody's, and a program
//! has no setting for another one: `libfaketime` shows it one, where it is on this machine.

use super::scene::{HEALS, LONG, SHORT, Scale, Scene};
use super::{is_calm, kill};
use crate::buying::count;
use crate::programs::{Folder, skipped};
use crate::support::{Contents, database};
use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// How long it may take until somebody has bought at the program whose clock is wrong.
const PATIENCE: Duration = Duration::from_secs(60);

/// The library, where distributions put it.
fn library() -> Option<PathBuf> {
    let name = "faketime/libfaketime.so.1";
    let folders = [
        "/usr/lib/x86_64-linux-gnu",
        "/usr/lib/aarch64-linux-gnu",
        "/usr/lib64",
        "/usr/lib",
    ];
    let mut all = folders
        .iter()
        .map(|folder| PathBuf::from(folder).join(name));
    let found = all.find(|path| path.is_file());
    if found.is_none() {
        skipped(
            "a clock that is wrong",
            "libfaketime is not on this machine",
        );
    }
    found
}

/// Nobody who is signed in: a program takes no token that another one will sign only in a while.
async fn moved(scale: Scale, offset: &str) {
    let scale = Scale {
        vendors: 0,
        followers: 0,
        ..scale
    };
    let Some(library) = library() else {
        return;
    };
    let scene = Scene::on(database(Contents::Demo).await, &[], true).await;
    let right = scene.serve();
    let crowd = scene.crowd(scale).await;
    crowd.bought(5, Duration::from_secs(30)).await;
    let library = library.to_str().unwrap();
    let wrong = scene.serve_with(&[
        ("LD_PRELOAD", library),
        ("FAKETIME", offset),
        // What waits goes by the clock that only counts.
        ("FAKETIME_DONT_FAKE_MONOTONIC", "1"),
    ]);
    crowd.bought(20, Duration::from_secs(60)).await;
    let sql = scene.sql().await;
    // By what it wrote, and not by a header: its clock is really another one.
    let far = "SELECT count(*) FROM orders WHERE abs(extract(epoch FROM placed_at - now())) > 300";
    assert!(count(&sql, far).await > 0, "{}", scene.asking.record.tail());
    scene.heals(HEALS).await;
    // Set right: by its next start.
    kill(&scene, wrong);
    scene.heals(HEALS).await;
    scene.is_whole(crowd).await;
    is_calm(&right);
}

/// The clock of one of two programs jumps under everybody: forwards, far back, and to where it should be.
#[tokio::test(flavor = "multi_thread")]
async fn the_clock_of_a_program_jumps_under_everybody() {
    let scale = Scale {
        vendors: 0,
        followers: 0,
        carts: 600,
        ..SHORT
    };
    let Some(library) = library() else {
        return;
    };
    let folder = Folder::new();
    let clock = folder.path().join("clock");
    // Whole at every moment: it is read at any.
    let show = |offset: &str| {
        let next = folder.path().join("next");
        fs::write(&next, format!("{offset}\n")).unwrap();
        fs::rename(next, &clock).unwrap();
    };
    show("+0");
    let scene = Scene::on(database(Contents::Demo).await, &[], true).await;
    let right = scene.serve();
    let jumping = scene.serve_with(&[
        ("LD_PRELOAD", library.to_str().unwrap()),
        ("FAKETIME_TIMESTAMP_FILE", clock.to_str().unwrap()),
        ("FAKETIME_CACHE_DURATION", "1"),
        ("FAKETIME_DONT_FAKE_MONOTONIC", "1"),
    ]);
    let (crowd, sql) = (scene.crowd(scale).await, scene.sql().await);
    for (offset, far) in [
        ("+600", "placed_at > now() + interval '5 minutes'"),
        ("-600", "placed_at < now() - interval '5 minutes'"),
    ] {
        show(offset);
        let (begin, far) = (
            Instant::now(),
            format!("SELECT count(*) FROM orders WHERE {far}"),
        );
        while count(&sql, &far).await == 0 {
            let tail = scene.asking.record.tail();
            assert!(begin.elapsed() < PATIENCE, "{offset} was not seen\n{tail}");
            crowd.bought(1, PATIENCE).await;
        }
        crowd.bought(5, PATIENCE).await;
        scene.heals(HEALS).await;
    }
    show("+0");
    crowd.bought(5, PATIENCE).await;
    scene.heals(HEALS).await;
    scene.is_whole(crowd).await;
    is_calm(&right);
    is_calm(&jumping);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_whose_clock_is_ten_minutes_fast_sells_like_the_other() {
    moved(SHORT, "+600").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_whose_clock_is_ten_minutes_slow_sells_like_the_other() {
    moved(SHORT, "-600").await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "long: make prove"]
async fn a_program_whose_clock_is_wrong_serves_many() {
    for offset in ["+3600", "-3600"] {
        moved(LONG, offset).await;
    }
}
