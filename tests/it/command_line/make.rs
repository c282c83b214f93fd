//! `make run`: one command, and a shop answers.

use crate::programs::{Folder, Said, Serving, configure, there_is};
use rustix::process::{Signal, kill_process_group};
use std::os::unix::process::CommandExt;
use std::process::Command;
use std::time::{Duration, Instant};

/// What is left when all is built: a new cluster, the demo shop with its pictures there, and the answer.
const SOON: Duration = Duration::from_secs(60);

/// `make`, as from a terminal: nothing comes along of what an outer `make test` was told.
fn make(folder: &Folder, arguments: &[&str]) -> Command {
    let mut make = Command::new("make");
    configure(&mut make, folder, &[]);
    for name in [
        "ARGS",
        "PROFILE",
        "MAKEFLAGS",
        "MFLAGS",
        "MAKELEVEL",
        "CARGO_TARGET_DIR",
    ] {
        make.env_remove(name);
    }
    make.args(arguments).current_dir(env!("CARGO_MANIFEST_DIR"));
    make
}

#[tokio::test(flavor = "multi_thread")]
async fn make_run_gives_a_shop_that_ctrl_c_stops() {
    if !there_is("make", "make run") {
        return;
    }
    let folder = Folder::with_pictures().await;
    // The program is built already: cargo would build it once more, as it makes other choices where no tests are built.
    let built = format!("LILIUM={}", env!("CARGO_BIN_EXE_lilium"));
    let mut run = make(&folder, &["run", "--old-file=build", &built]);
    let begin = Instant::now();
    let serving = Serving::run({
        run.process_group(0);
        run
    });
    let (status, body) = serving
        .ask("{ products(first: 24) { nodes { title } } }")
        .await;
    println!("a shop after {:?}", begin.elapsed());
    assert!(begin.elapsed() < SOON, "{}", serving.log());
    let nodes = body["data"]["products"]["nodes"].as_array();
    assert_eq!((status, nodes.map(Vec::len)), (200, Some(24)), "{body:#}");

    // Ctrl-C goes to make and to what it started alike.
    let process = serving.process();
    let said = serving.end(|| kill_process_group(process, Signal::INT).unwrap());
    assert!(said.out.ends_with("Stopped.\n"), "{said:#?}");
    assert_eq!(folder.postgres(), None);
}

#[test]
fn make_run_brings_and_builds_what_it_needs_first() {
    if !there_is("make", "make run") {
        return;
    }
    let folder = Folder::new();
    for (profile, path) in [("release", "target/release"), ("dev", "target/debug")] {
        let profile_is = format!("PROFILE={profile}");
        let said = Said::by(&mut make(&folder, &["--dry-run", "run", &profile_is])).well();
        let steps = [
            "scripts/bring-postgres.sh --for-server".to_owned(),
            "scripts/need-rust.sh".to_owned(),
            "scripts/bring-graphiql.sh".to_owned(),
            format!("cargo build --locked --profile {profile}"),
            format!("exec {path}/lilium serve --demo"),
        ];
        let places: Vec<_> = steps.iter().map(|step| said.out.find(step)).collect();
        assert!(
            places.is_sorted() && places[0].is_some(),
            "{places:?}\n{}",
            said.out
        );
    }
}
