//! What `lilium doctor` says of a shop once a fault is over, or while something is still away.

use crate::programs::{Folder, Said, lilium};
use tokio::task::block_in_place;

/// Fails the test unless the doctor finds everything whole.
pub fn finds_all_whole(folder: &Folder, settings: &[(&str, &str)]) {
    examined(folder, settings).well();
}

/// Fails the test unless the doctor finds one thing wrong, which is called so in its table, and everything else whole.
pub fn finds_nothing_but(about: &str, folder: &Folder, settings: &[(&str, &str)]) {
    let said = examined(folder, settings);
    let faults = said
        .out
        .lines()
        .filter_map(|line| line.split_once(" FAULT "));
    let faults: Vec<&str> = faults.map(|(about, _)| about.trim_end()).collect();
    assert_eq!((said.code, faults), (Some(1), vec![about]), "{said:#?}");
}

fn examined(folder: &Folder, settings: &[(&str, &str)]) -> Said {
    block_in_place(|| Said::by(&mut lilium(folder, &["doctor"], settings)))
}
