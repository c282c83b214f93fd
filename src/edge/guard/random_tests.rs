//! The guard against a slow and obvious counter, on documents that nobody wrote.

mod chance;
mod counter;

use super::*;
use async_graphql::Variables;
use async_graphql::parser::parse_query;
use chance::document;
use counter::counted;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::json;
use std::collections::BTreeMap;

/// Small, so that documents of a few lines are on both sides of every limit.
const SMALL: Limits = Limits {
    document_bytes: 65_536,
    tokens: 4_000,
    brackets: 60,
    name_bytes: 128,
    depth: 4,
    nesting: 6,
    fields: 25,
    aliases: 3,
    directives: 3,
    cost: 300,
    page_size: 250,
    variable_depth: 20,
    variable_values: 2_000,
    variable_text: 20_000,
};

const fn called(violation: &Violation) -> &'static str {
    match violation {
        Violation::FragmentCycle(_) => "cycle",
        Violation::Depth(_) => "depth",
        Violation::Nesting(_) => "nesting",
        Violation::Introspection(_) => "introspection",
        Violation::Fields(_) => "fields",
        Violation::Cost { .. } => "cost",
        Violation::Aliases(_) => "aliases",
        Violation::Directives(_) => "directives",
        _ => "something else",
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn the_guard_counts_what_following_every_spread_counts(text in document(), n in prop::option::of(0..400_u32), ids in prop::option::of(0..300_usize), small: bool) {
        let limits = if small { SMALL } else { Limits { nesting: 30, ..Limits::default() } };
        let parsed = parse_query(&text).unwrap();
        let mut variables = json!({});
        if let Some(n) = n {
            variables["n"] = json!(n);
        }
        if let Some(ids) = ids {
            variables["ids"] = json!(vec!["x"; ids]);
        }
        let variables = Variables::from_json(variables);
        let (_, operation) = parsed.operations.iter().find(|(name, _)| name.is_none_or(|name| name == "A")).unwrap();
        let first = parsed.operations.iter().next().map(|(name, _)| name.map(ToString::to_string));
        prop_assume!(first == Some(Some("A".to_owned())));
        let Some(counted) = counted(&parsed, &variables, &limits) else {
            return Err(TestCaseError::reject("too large to follow"));
        };
        match (measure(&parsed, &operation.node, &variables, &limits), counted) {
            (Ok(measured), Ok(counted)) => prop_assert_eq!(measured, counted, "{}", text),
            (Err(violation), Err(over)) => prop_assert!(over.contains(&called(&violation)), "{:?} and not {:?}: {}", violation, over, text),
            (measured, counted) => prop_assert!(false, "{:?} and not {:?}: {}", measured, counted, text),
        }
    }

    #[test]
    fn whatever_is_sent_as_text_is_scanned(text in prop_oneof![".{0,300}", "[{}()\\[\\]\"#\\\\.a \n-]{0,300}"]) {
        let tiny = Limits { tokens: 60, brackets: 8, name_bytes: 9, ..SMALL };
        // What passes holds no more brackets inside one another than it may, strings and comments aside.
        let open = text.bytes().filter(|byte| b"{[(".contains(byte)).count();
        let passes = check_text(&text, &tiny);
        prop_assert!(passes.is_ok() || open > 8 || text.len() > 9, "{:?}", text);
        if !text.contains(['"', '#']) && passes.is_ok() {
            let mut inside = 0_usize;
            for byte in text.bytes() {
                inside = match byte {
                    b'{' | b'[' | b'(' => inside + 1,
                    b'}' | b']' | b')' => inside.saturating_sub(1),
                    _ => inside,
                };
                prop_assert!(inside <= 8, "{:?}", text);
            }
        }
    }

    #[test]
    fn variables_are_counted_one_by_one(values in prop::collection::vec(value(), 0..6)) {
        let tiny = Limits { variable_depth: 3, variable_values: 12, variable_text: 5, ..SMALL };
        let json: serde_json::Map<_, _> = values.iter().enumerate().map(|(at, value)| (format!("v{at}"), value.clone())).collect();
        let (depth, count, text) = values.iter().map(size).fold((0, 0, 0), |(depth, count, text), (a, b, c)| (depth.max(a), count + b, text.max(c)));
        let fits = depth <= 3 && count <= 12 && text <= 5;
        prop_assert_eq!(check_variables(&Variables::from_json(json.into()), &tiny).is_ok(), fits);
    }
}

/// What the counter and the guard are compared on is not all refused, nor all taken, and meets every limit.
#[test]
fn the_documents_are_on_both_sides_of_every_limit() {
    let mut runner = TestRunner::deterministic();
    let mut met: BTreeMap<&str, usize> = BTreeMap::new();
    for _ in 0..2_000 {
        let text = document().new_tree(&mut runner).unwrap().current();
        let parsed = parse_query(&text).unwrap();
        let variables = Variables::from_json(json!({ "n": 200 }));
        match counted(&parsed, &variables, &SMALL) {
            None => *met.entry("endless").or_default() += 1,
            Some(Ok(_)) => *met.entry("taken").or_default() += 1,
            Some(Err(over)) => over
                .iter()
                .for_each(|what| *met.entry(what).or_default() += 1),
        }
    }
    for what in [
        "taken",
        "aliases",
        "cost",
        "cycle",
        "depth",
        "directives",
        "fields",
        "introspection",
        "nesting",
    ] {
        assert!(
            met.get(what).is_some_and(|times| *times >= 10),
            "{what}: {met:?}"
        );
    }
    assert!(
        met.get("endless").is_none_or(|times| *times < 100),
        "{met:?}"
    );
}

/// A value as a client sends it.
fn value() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(json!(null)),
        any::<i32>().prop_map(|it| json!(it)),
        "[a-z]{0,7}".prop_map(|it| json!(it))
    ];
    leaf.prop_recursive(4, 12, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(|it| json!(it)),
            prop::collection::btree_map("[a-c]", inner, 0..3).prop_map(|it| json!(it)),
        ]
    })
}

/// Levels, values and longest text of a value.
fn size(value: &serde_json::Value) -> (usize, usize, usize) {
    let below: Vec<&serde_json::Value> = match value {
        serde_json::Value::Array(items) => items.iter().collect(),
        serde_json::Value::Object(fields) => fields.values().collect(),
        _ => Vec::new(),
    };
    let text = value.as_str().map_or(0, str::len);
    let sizes = below.into_iter().map(size);
    let (depth, count, text) = sizes.fold((0, 0, text), |(depth, count, text), (a, b, c)| {
        (depth.max(a), count + b, text.max(c))
    });
    (depth + 1, count + 1, text)
}
