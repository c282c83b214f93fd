//! The clock of one of two programs is wrong, and is set right under everybody. The system's own clock is everybody's, and a program
//! has no setting for another one: `libfaketime` shows it one, where it is on this machine.

use super::scene::{BUYER, HEALS, LONG, SHORT, Scale, Scene, token};
use super::{is_calm, kill};
use crate::buying::count;
use crate::buying::counter::Counter;
use crate::programs::{Folder, Serving, skipped};
use crate::support::{Contents, database};
use serde_json::json;
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

/// A buyer and a vendor with their tokens of before a clock was wrong.
struct SignedIn([(String, String); 2]);

impl SignedIn {
    async fn at(scene: &Scene, serving: &Serving) -> Self {
        let (buyer, owner) = (BUYER.to_owned(), scene.owner());
        let tokens = [
            token(&serving.address, &buyer).await,
            token(&serving.address, &owner).await,
        ];
        let [of_buyer, of_owner] = tokens;
        Self([(buyer, of_buyer), (owner, of_owner)])
    }

    /// Whether a program knows both by their tokens. One that does not refuses them, and takes them for nobody else.
    async fn are_known(&self, serving: &Serving) -> bool {
        let mut known = 0;
        for (email, token) in &self.0 {
            let person = Counter::at(&serving.address).of(token);
            let answer = person.ask("{ viewer { email } }", json!({})).await;
            match answer["errors"][0]["extensions"]["code"].as_str() {
                None => {
                    assert_eq!(answer["data"]["viewer"]["email"], *email, "{answer:#}");
                    known += 1;
                }
                code => assert_eq!(code, Some("UNAUTHENTICATED"), "{answer:#}"),
            }
        }
        known == self.0.len()
    }

    /// Waits until a program knows them, whose clock was set right.
    async fn are_known_again(&self, serving: &Serving) {
        let begin = Instant::now();
        while !self.are_known(serving).await {
            assert!(begin.elapsed() < HEALS, "{}", serving.log());
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

/// Whether a token of now is one of the future, or none any more, where the clock is so far off: it is good for a quarter of an hour. A
/// clock that is ahead by less takes it for the time that is left.
fn is_worthless(offset: &str) -> bool {
    let seconds: i64 = offset.parse().unwrap();
    !(0..15 * 60).contains(&seconds)
}

/// People who are signed in go where the clock is right: a program takes no token that another one will sign only in a while.
async fn moved(scale: Scale, offset: &str) {
    let Some(library) = library() else {
        return;
    };
    let scene = Scene::on(database(Contents::Demo).await, &[], true).await;
    let right = scene.serve();
    let signed_in = SignedIn::at(&scene, &right).await;
    let crowd = scene.crowd(scale).await;
    crowd.bought(5, Duration::from_secs(30)).await;
    let library = library.to_str().unwrap();
    let wrong = scene.serve_guests(&[
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
    if is_worthless(offset) {
        assert!(!signed_in.are_known(&wrong).await);
    }
    assert!(signed_in.are_known(&right).await);
    // Set right: by its next start.
    kill(&scene, wrong);
    let mended = scene.serve();
    assert!(signed_in.are_known(&mended).await);
    scene.heals(HEALS).await;
    scene.is_whole(crowd).await;
    is_calm(&right);
    is_calm(&mended);
}

/// The clock of one of two programs jumps under everybody: forwards, far back, and to where it should be.
#[tokio::test(flavor = "multi_thread")]
async fn the_clock_of_a_program_jumps_under_everybody() {
    let scale = Scale {
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
    let jumping = scene.serve_guests(&[
        ("LD_PRELOAD", library.to_str().unwrap()),
        ("FAKETIME_TIMESTAMP_FILE", clock.to_str().unwrap()),
        ("FAKETIME_CACHE_DURATION", "1"),
        ("FAKETIME_DONT_FAKE_MONOTONIC", "1"),
    ]);
    let signed_in = SignedIn::at(&scene, &right).await;
    assert!(signed_in.are_known(&jumping).await);
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
        assert!(signed_in.are_known(&right).await);
        if is_worthless(offset) {
            assert!(!signed_in.are_known(&jumping).await);
        }
        scene.heals(HEALS).await;
    }
    show("+0");
    // The same tokens, of before: nobody has to sign in again.
    signed_in.are_known_again(&jumping).await;
    scene.asking.doors.open_to_all(&jumping.address);
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
