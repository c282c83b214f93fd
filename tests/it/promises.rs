//! `docs/SECURITY.md` and `docs/OPERATIONS.md` name the tests that show what they promise: each is there.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

const SECURITY: &str = include_str!("../../docs/SECURITY.md");
const OPERATIONS: &str = include_str!("../../docs/OPERATIONS.md");

/// Every test below a folder, as `module::test`.
fn tests_below(folder: &Path, module: &str, found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let inner = match (module, name.as_str()) {
            (module, "mod" | "main" | "lib") => module.to_owned(),
            ("", name) => name.to_owned(),
            (module, name) => format!("{module}::{name}"),
        };
        if path.is_dir() {
            tests_below(&path, &inner, found);
        } else if path.extension().is_some_and(|it| it == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            found.extend(tests_of(&text).map(|test| format!("{inner}::{test}")));
        }
    }
}

/// The functions that stand below `#[test]`, `#[tokio::test]` and their like.
fn tests_of(text: &str) -> impl Iterator<Item = &str> {
    let mut is_test = false;
    text.lines().filter_map(move |line| {
        let line = line.trim_start();
        if line.starts_with("#[test") || line.starts_with("#[tokio::test") {
            is_test = true;
            return None;
        }
        let function = line.trim_start_matches("async ").strip_prefix("fn ")?;
        std::mem::take(&mut is_test).then(|| function.split('(').next().unwrap_or_default())
    })
}

/// What stands in the second column of the tables.
fn named() -> Vec<&'static str> {
    let rows = SECURITY.lines().filter(|line| line.starts_with("| "));
    let shown = rows.filter_map(|row| row.trim_end_matches('|').rsplit('|').next());
    shown
        .flat_map(|cell| cell.split('`').skip(1).step_by(2))
        .collect()
}

#[test]
fn every_test_that_is_named_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = BTreeSet::new();
    tests_below(&root.join("tests/it"), "", &mut found);
    tests_below(&root.join("src"), "", &mut found);
    let named = named();
    assert!(named.len() > 60, "{}", named.len());
    let gone: Vec<_> = named.iter().filter(|it| !found.contains(**it)).collect();
    assert!(
        gone.is_empty(),
        "docs/SECURITY.md names tests that are not there: {gone:#?}"
    );
}

#[test]
fn what_the_operator_is_promised_is_shown() {
    let mut found = BTreeSet::new();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it");
    tests_below(&folder, "", &mut found);
    let rows = OPERATIONS.lines().filter(|line| line.contains("`faults::"));
    let cells = rows.filter_map(|row| row.trim_end_matches('|').rsplit('|').next());
    let named: Vec<&str> = cells
        .flat_map(|cell| cell.split('`').skip(1).step_by(2))
        .collect();
    assert!(named.len() > 12, "{}", named.len());
    // A test, or a file with some.
    let is_there = |name: &&&str| {
        let file = format!("{name}::");
        found.contains(**name) || found.iter().any(|it| it.starts_with(&file))
    };
    let gone: Vec<_> = named.iter().filter(|it| !is_there(it)).collect();
    assert!(gone.is_empty(), "docs/OPERATIONS.md names {gone:#?}");
    // Nor is there a fault of which the operator is told nothing, but for what tests the tests.
    let untold: Vec<_> = found
        .iter()
        .filter(|it| it.starts_with("faults::") && !it.starts_with("faults::proxy::"))
        .filter(|it| !named.contains(&it.as_str()))
        .collect();
    assert!(untold.is_empty(), "not in docs/OPERATIONS.md: {untold:#?}");
}

#[test]
fn every_promise_names_a_test() {
    for row in SECURITY.lines().filter(|line| line.starts_with("| ")) {
        let is_head = row.starts_with("| promise") || row.starts_with("| ---");
        assert!(is_head || row.contains("::"), "{row}");
    }
}
