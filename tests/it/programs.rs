//! Programs that tests run as processes: Lilium itself, and what others wrote.

mod folder;
mod lilium;
mod redis;
mod serving;

pub use folder::Folder;
pub use lilium::{Said, configure, lilium, proved, url_of};
pub use redis::Redis;
pub use serving::Serving;

use std::process::{Command, Stdio};

/// Whether `program` is on this machine. Where it is not, says that `what` was not tested; under `CI` that is a failure.
pub fn there_is(program: &str, what: &str) -> bool {
    let mut asked = Command::new(program);
    asked
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let found = asked.status().is_ok_and(|status| status.success());
    found || skipped(what, &format!("{program} is not on this machine"))
}

/// Says that `what` was not tested, and why; under `CI` that is a failure. Always `false`.
pub fn skipped(what: &str, why: &str) -> bool {
    assert!(
        std::env::var_os("CI").is_none(),
        "{what} must be tested here: {why}"
    );
    println!("skipped: {what}: {why}");
    false
}
