//! `docs/ERRORS.md` tells of every code, and of none that there is not.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use async_graphql::parser::{
    parse_schema,
    types::{TypeKind, TypeSystemDefinition},
};
use axum::http::StatusCode;

use super::super::{negotiation::MediaType, refusal::Refusal, response::Answer};
use crate::graphql::error::{ErrorCode, request_error};

const DOCUMENT: &str = include_str!("../../../../docs/ERRORS.md");

/// Cells of the tables below a heading, by the code in the first.
fn table(heading: &str) -> BTreeMap<&'static str, Vec<&'static str>> {
    let at = |line: &str| line.trim_start_matches('#').trim() == heading;
    let lines = DOCUMENT.lines().skip_while(|line| !at(line)).skip(1);
    let rows = lines.take_while(|line| !line.starts_with('#'));
    let rows = rows.filter_map(|line| {
        let mut cells = line.strip_prefix("| `")?.split('|').map(str::trim);
        let code = cells.next()?.trim_matches('`');
        Some((code, cells.filter(|cell| !cell.is_empty()).collect()))
    });
    rows.collect()
}

/// The status of an answer of this error alone, under both media types, new and old.
fn status(code: ErrorCode) -> [StatusCode; 2] {
    let refusals = [
        Refusal::bad_request(""),
        Refusal::method_not_allowed(),
        Refusal::not_acceptable(),
        Refusal::foreign_origin(),
        Refusal::unsupported_media_type(),
        Refusal::body_too_large(1),
        Refusal::body_too_slow(),
    ];
    let own = refusals.into_iter().find(|it| code.is_of(&it.error));
    let own = own.and_then(|it| it.status);
    [MediaType::GraphqlResponse, MediaType::Json].map(|media_type| {
        own.unwrap_or_else(|| {
            let answer = Answer::refused(request_error(code, "x").into(), media_type);
            answer.status()
        })
    })
}

#[test]
fn every_code_has_its_line_and_every_line_its_code() {
    let told = table("Errors of a request");
    let mut faults = Vec::new();
    for code in ErrorCode::ALL {
        let [new, old] = status(*code).map(|it| it.as_u16().to_string());
        let Some(cells) = told.get(code.as_str()) else {
            faults.push(format!(
                "docs/ERRORS.md does not tell of {0}: add the line \"| `{0}` | {new} | {old} | what it means | what to do | does it help to try again? |\"",
                code.as_str()
            ));
            continue;
        };
        if cells.len() != 5 || cells[..2] != [new.as_str(), old.as_str()] {
            faults.push(format!(
                "the line of {} must have five cells after the code and begin with | {new} | {old} |: {cells:?}",
                code.as_str()
            ));
        }
    }
    let known: BTreeSet<_> = ErrorCode::ALL.iter().map(|it| it.as_str()).collect();
    assert_eq!(known.len(), ErrorCode::ALL.len(), "a code is there twice");
    for code in told.keys().filter(|it| !known.contains(*it)) {
        faults.push(format!(
            "docs/ERRORS.md tells of {code}, which the program does not know: take the line out, or add the code to ErrorCode"
        ));
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

/// The enums of codes in the schema, with their values.
fn enums() -> BTreeMap<String, BTreeSet<String>> {
    let sdl = include_str!("../../../../schema.graphql");
    let of_codes = |name: &str| name.ends_with("ErrorCode") || name.ends_with("WarningCode");
    let mut found = BTreeMap::new();
    for definition in parse_schema(sdl).unwrap().definitions {
        let TypeSystemDefinition::Type(it) = definition else {
            continue;
        };
        if let (true, TypeKind::Enum(kind)) = (of_codes(&it.node.name.node), it.node.kind) {
            let values = kind.values.iter().map(|it| it.node.value.to_string());
            found.insert(it.node.name.node.to_string(), values.collect());
        }
    }
    found
}

#[test]
fn every_code_of_user_errors_has_its_line() {
    let enums = enums();
    assert!(enums.len() >= 5, "{enums:?}");
    for (name, values) in &enums {
        let told = table(name);
        let lines: BTreeSet<String> = told.keys().map(|it| (*it).to_owned()).collect();
        assert_eq!(
            &lines, values,
            "the table below \"### {name}\" in docs/ERRORS.md must have a line for each value of that enum, and no other"
        );
        assert!(told.values().all(|cells| cells.len() == 3), "{told:?}");
    }
    let headings = DOCUMENT
        .lines()
        .filter_map(|line| line.strip_prefix("### "));
    let headings: BTreeSet<_> = headings.collect();
    let names: BTreeSet<_> = enums.keys().map(String::as_str).collect();
    assert_eq!(headings, names, "an enum that is none of the schema");
}

#[test]
fn every_close_code_has_its_line() {
    let source = include_str!("../ws/close.rs");
    let digits = |text: &str| {
        let code: String = text
            .trim_start_matches(|it: char| it.is_whitespace() || it == '(')
            .chars()
            .take_while(char::is_ascii_digit)
            .collect();
        (code.len() == 4).then_some(code)
    };
    let mut codes: BTreeSet<String> = source
        .split("Self::new")
        .skip(1)
        .filter_map(digits)
        .collect();
    // A client's close without a code.
    assert!(source.contains("code.unwrap_or(1005)"));
    codes.insert("1005".to_owned());
    assert!(codes.len() >= 14, "{codes:?}");
    let told = table("Why a socket is closed");
    let told: BTreeSet<String> = told.keys().map(|it| (*it).to_owned()).collect();
    assert_eq!(
        told, codes,
        "the table \"Why a socket is closed\" in docs/ERRORS.md must have a line for each code of src/edge/graphql/ws/close.rs"
    );
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|it| it == "rs") {
            found.push(path);
        }
    }
}

#[test]
fn codes_are_written_in_one_place() {
    let mut files = Vec::new();
    sources(
        Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src")),
        &mut files,
    );
    let at_home = ["graphql/error.rs", "tests.rs"];
    let codes: Vec<String> = ErrorCode::ALL
        .iter()
        .map(|it| format!("\"{}\"", it.as_str()))
        .collect();
    let mut faults = Vec::new();
    let mut read = 0;
    for file in files {
        let name = file.display().to_string();
        if at_home.iter().any(|it| name.ends_with(it)) || name.contains("/tests/") {
            continue;
        }
        let text = fs::read_to_string(&file).unwrap();
        let text = text.split("#[cfg(test)]").next().unwrap();
        read += 1;
        let squeezed: String = text.chars().filter(|it| !it.is_whitespace()).collect();
        for code in &codes {
            if squeezed.contains(code) {
                faults.push(format!("{name}: {code} is written out: use ErrorCode"));
            }
        }
        for written in ["(\"code\",\"", "\"code\":\"", "\\\"code\\\":\\\""] {
            if squeezed.contains(written) {
                faults.push(format!(
                    "{name}: a code that is not from ErrorCode: add it there, and to docs/ERRORS.md"
                ));
            }
        }
    }
    assert!(read > 200, "{read}");
    assert!(faults.is_empty(), "{faults:#?}");
}
