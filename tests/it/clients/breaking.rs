//! What a change of the schema takes from its clients: nothing that is not said in `docs/breaking-changes.md`.

use super::script_of;
use crate::programs::{Folder, Said};
use std::fs;
use std::path::Path;
use std::process::Command;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// A file as a commit has it; `None` where git, the history or the file is absent.
fn at(commit: &str, file: &str) -> Option<String> {
    let mut git = Command::new("git");
    git.args(["-C", ROOT, "show", &format!("{commit}:{file}")]);
    let shown = git.output().ok()?;
    let text = shown.status.success().then_some(shown.stdout)?;
    Some(String::from_utf8(text).unwrap())
}

/// What `breaking.mjs` says of two schemas, and a list of changes that are meant.
async fn compare(before: &str, now: &str, meant: &str) -> Option<Said> {
    let folder = Folder::new();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let files = [
        write("before.graphql", before),
        write("now.graphql", now),
        write("meant.md", meant),
    ];
    let files: Vec<&str> = files.iter().map(String::as_str).collect();
    script_of("breaking.mjs", &files).await
}

#[tokio::test]
async fn no_change_of_the_schema_breaks_clients_unsaid() {
    let read = |file: &str| fs::read_to_string(Path::new(ROOT).join(file)).unwrap();
    let (now, meant) = (read("schema.graphql"), read("docs/breaking-changes.md"));
    for commit in ["HEAD^", "HEAD"] {
        let Some(before) = at(commit, "schema.graphql") else {
            // A copy without its history is no fault of the machine: it is said, under `CI` too.
            println!("skipped: breaking changes of the schema: git does not show {commit}");
            continue;
        };
        let Some(said) = compare(&before, &now, &meant).await else {
            return;
        };
        println!("since {commit}:\n{}", said.out);
        said.well();
    }
}

const BEFORE: &str = r#"
    type Query { kept: Int going: Int @deprecated(reason: "Use kept.") many(first: Int, old: Int @deprecated(reason: "No.")): Int, color: Color }
    enum Color { RED GREEN BLUE @deprecated(reason: "Nobody likes it.") }
"#;

/// The lines for changes that are no mere notes.
fn breaking(said: &Said) -> Vec<&str> {
    let lines = said.out.lines();
    lines.filter(|line| !line.starts_with("note")).collect()
}

#[tokio::test]
async fn what_is_removed_is_found() {
    let now = "type Query { many(first: Int!): Int!, color: Color } enum Color { RED YELLOW }";
    let Some(said) = compare(BEFORE, now, "").await else {
        return;
    };
    let unlisted =
        |what: &str, kind: &str| format!("breaks: {what} ({kind}: it does not stand in the list)");
    let mut found = breaking(&said);
    found.sort_unstable();
    let due = [
        "6 faults".to_owned(),
        unlisted(
            "BLUE was removed from enum type Color.",
            "VALUE_REMOVED_FROM_ENUM",
        ),
        unlisted(
            "GREEN was removed from enum type Color.",
            "VALUE_REMOVED_FROM_ENUM",
        ),
        unlisted("Query.going was removed.", "FIELD_REMOVED"),
        unlisted("Query.kept was removed.", "FIELD_REMOVED"),
        unlisted(
            "Query.many arg first has changed type from Int to Int!.",
            "ARG_CHANGED_KIND",
        ),
        unlisted("Query.many arg old was removed.", "ARG_REMOVED"),
    ];
    assert_eq!(found, due);
    assert!(said.out.contains("note: YELLOW was added"), "{}", said.out);
    assert_eq!(said.code, Some(1));
}

#[tokio::test]
async fn what_is_listed_may_go_when_it_was_deprecated() {
    let now = "type Query { many(first: Int): Int, color: Color } enum Color { RED GREEN }";
    let removed = [
        "Query.kept was removed.",
        "Query.going was removed.",
        "Query.many arg old was removed.",
        "BLUE was removed from enum type Color.",
    ];
    let list: String = removed
        .map(|what| format!("- `{what}`: for a test.\n"))
        .concat();
    let Some(said) = compare(BEFORE, now, &list).await else {
        return;
    };
    let mut found = breaking(&said);
    found.sort_unstable();
    let due = [
        "1 faults",
        "breaks: Query.kept was removed. (FIELD_REMOVED: it was not deprecated before)",
        "meant: BLUE was removed from enum type Color.",
        "meant: Query.going was removed.",
        "meant: Query.many arg old was removed.",
    ];
    assert_eq!(found, due);
    // A line without a reason says nothing.
    let bare = list.replace(" for a test.", "");
    let said = compare(BEFORE, now, &bare).await.unwrap();
    assert!(said.out.ends_with("4 faults\n"), "{}", said.out);
}
