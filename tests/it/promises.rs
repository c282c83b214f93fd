//! `docs/SECURITY.md` names the tests that show what it promises: each is there.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

const SECURITY: &str = include_str!("../../docs/SECURITY.md");

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
fn every_promise_names_a_test() {
    for row in SECURITY.lines().filter(|line| line.starts_with("| ")) {
        let is_head = row.starts_with("| promise") || row.starts_with("| ---");
        assert!(is_head || row.contains("::"), "{row}");
    }
}
