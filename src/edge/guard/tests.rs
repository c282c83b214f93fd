//! The rules of the guard, by example.

use async_graphql::{Variables, parser::parse_query};
use serde_json::{Value as Json, json};

use super::*;
use crate::graphql::error::ErrorCode;

const LIMITS: Limits = Limits {
    document_bytes: 65_536,
    tokens: 4_000,
    brackets: 60,
    name_bytes: 128,
    depth: 5,
    nesting: 8,
    fields: 50,
    aliases: 3,
    directives: 3,
    cost: 500,
    page_size: 250,
    variable_depth: 3,
    variable_values: 10,
    variable_text: 100,
};

/// Measures the first operation of `text`; what does not parse measures as nothing.
fn measured(text: &str, variables: Json) -> Result<Measure, Violation> {
    let Ok(document) = parse_query(text) else {
        return Ok(Measure::default());
    };
    let variables = Variables::from_json(variables);
    document
        .operations
        .iter()
        .next()
        .map_or(Ok(Measure::default()), |(_, operation)| {
            measure(&document, &operation.node, &variables, &LIMITS)
        })
}

fn cost(text: &str, variables: Json) -> Option<usize> {
    measured(text, variables).ok().map(|it| it.cost)
}

fn violation(text: &str) -> Option<Violation> {
    measured(text, json!({})).err()
}

#[test]
fn fields_are_counted_wherever_their_fragment_is_spread() {
    let text =
        "{ a { ...f } b { ...f ... on X { ...f } } __typename } fragment f on X { c d { e } }";
    let expected = Measure {
        fields: 3 + 3 * 3,
        depth: 3,
        cost: 2 + 3,
        introspects: false,
    };
    assert_eq!(measured(text, json!({})), Ok(expected));
}

#[test]
fn doubled_fragments_are_measured_in_no_time_and_refused() {
    let chain: String = (0..7)
        .map(|it| format!("fragment f{it} on X {{ ...f{n} ...f{n} }} ", n = it + 1))
        .collect();
    let text = format!("{{ ...f0 }} {chain} fragment f7 on X {{ a b }}");
    assert_eq!(violation(&text), Some(Violation::Nesting(8)));
    assert_eq!(
        violation(&text.replace("...f1 ...f1", "a")),
        Some(Violation::Fields(50))
    );
}

#[test]
fn sums_stop_at_the_largest_number() {
    let all = Limits {
        nesting: 400,
        fields: usize::MAX,
        cost: usize::MAX,
        ..LIMITS
    };
    let chain: String = (0..100)
        .map(|it| format!("fragment f{it} on X {{ ...f{n} ...f{n} }} ", n = it + 1))
        .collect();
    let text = format!("{{ ...f0 }} {chain} fragment f100 on X {{ a(first: 9) }}");
    let measure = parse_query(&text).ok().and_then(|document| {
        let (_, operation) = document.operations.iter().next()?;
        measure(&document, &operation.node, &Variables::default(), &all).ok()
    });
    assert_eq!(
        measure,
        Some(Measure {
            fields: usize::MAX,
            depth: 1,
            cost: usize::MAX,
            introspects: false,
        })
    );
}

#[test]
fn a_fragment_that_spreads_itself_is_refused_even_when_unused() {
    for text in [
        "{ ...a } fragment a on X { ...b } fragment b on X { c { ...a } }",
        "{ a } fragment f on X { ...f }",
    ] {
        assert!(
            matches!(violation(text), Some(Violation::FragmentCycle(_))),
            "{text}"
        );
    }
}

#[test]
fn a_fragment_that_is_not_there_is_left_to_validation() {
    assert!(measured("{ ...missing ...missing }", json!({})).is_ok());
}

#[test]
fn every_operation_and_every_fragment_counts() {
    let part = "a b c d e f g h i j k l m n o p q r s t u v w x y z ";
    assert!(violation(&format!("query A {{ {part} }}")).is_none());
    let two = format!("query A {{ {part} }} query B {{ {part} }}");
    assert_eq!(violation(&two), Some(Violation::Fields(50)));
    let unused = "{ a } fragment f on X { a { a { a { a { a { a } } } } } }";
    assert_eq!(violation(unused), Some(Violation::Depth(5)));
}

#[test]
fn depth_counts_fields_and_nesting_counts_fragments_too() {
    assert!(violation("{ a { b { c { d { e } } } } }").is_none());
    assert_eq!(
        violation("{ a { b { c { d { e { f } } } } } }"),
        Some(Violation::Depth(5))
    );
    assert!(violation("{ ... { ... { ... { ... { ... { ... { ... { a } } } } } } } }").is_none());
    let deep = "{ ... { ... { ... { ... { ... { ... { ... { ... { a } } } } } } } } }";
    assert_eq!(violation(deep), Some(Violation::Nesting(8)));
    // The fragment is first met near the surface and then deep down.
    let twice =
        "{ ...f a { b { c { ... { ... { ...f } } } } } } fragment f on X { ... { ... { a } } }";
    assert_eq!(violation(twice), Some(Violation::Nesting(8)));
}

#[test]
fn aliases_and_directives_are_counted_as_written() {
    assert!(violation("{ a: x b: x c: x }").is_none());
    assert_eq!(
        violation("{ a: x b: x c: x d: x }"),
        Some(Violation::Aliases(3))
    );
    assert!(violation("query @d { ...f @d ...f } fragment f on X { a @d }").is_none());
    let four = "query Q($a: Int @d) @d { ...f @d } fragment f on X @d { a }";
    assert_eq!(violation(four), Some(Violation::Directives(3)));
}

#[test]
fn a_page_costs_its_length() {
    let none = json!({});
    assert_eq!(cost("{ a }", none.clone()), Some(0));
    assert_eq!(cost("{ a { b } }", none.clone()), Some(1));
    assert_eq!(
        cost("{ a(first: 20) { b(last: 30) { c } } }", none.clone()),
        Some(50)
    );
    assert_eq!(
        cost("{ a(first: 20, last: 30) { b } }", none.clone()),
        Some(30)
    );
    assert_eq!(cost("{ a(first: -5) { b } }", none.clone()), Some(0));
    assert_eq!(cost("{ a(first: null) { b } }", none.clone()), Some(1));
    assert_eq!(
        cost("{ a(first: 99999999999999999999) { b } }", none.clone()),
        Some(0)
    );
    assert_eq!(
        cost("{ a(first: 9223372036854775807) { b } }", none.clone()),
        Some(250)
    );
    assert_eq!(cost("{ nodes(ids: [1, 2, 3]) { b } }", none), Some(3));
}

#[test]
fn a_page_may_be_a_variable() {
    let text = "query Q($n: Int = 40, $ids: [ID!]) { a(first: $n) { b } nodes(ids: $ids) { b } }";
    assert_eq!(cost(text, json!({})), Some(41));
    assert_eq!(cost(text, json!({ "n": 7, "ids": ["x", "y"] })), Some(9));
    assert_eq!(cost(text, json!({ "n": null })), Some(2));
    assert_eq!(cost(text, json!({ "n": "many" })), Some(2));
    let list = "query Q($id: ID!) { nodes(ids: [$id, $id]) { b } }";
    assert_eq!(cost(list, json!({ "id": "x" })), Some(2));
}

#[test]
fn too_many_rows_are_refused_with_both_numbers() {
    let text = "{ a(first: 250) { b } c(first: 250) { d } e { f } }";
    assert_eq!(
        violation(text),
        Some(Violation::Cost {
            requested: 501,
            limit: 500
        })
    );
    assert_eq!(
        violation(text).map(|it| it.code()),
        Some(ErrorCode::MaxCostExceeded)
    );
}

#[test]
fn introspection_does_not_multiply() {
    let fine = "{ __schema { types { fields { args { name } } } } }";
    assert!(violation(fine).is_none());
    let text = "{ __type(name: \"X\") { ...t } } fragment t on __Type { fields { ...u } } \
        fragment u on __Field { type { interfaces { possibleTypes { name } } } }";
    assert_eq!(violation(text), Some(Violation::Introspection(2)));
    // The names mean nothing elsewhere.
    assert!(violation("{ fields { fields { fields { fields { a } } } } }").is_none());
}

#[test]
fn text_is_bounded_before_it_is_parsed() {
    let check = |text: &str| check_text(text, &LIMITS);
    assert_eq!(check(&" ".repeat(65_537)), Err(Violation::Bytes(65_536)));
    assert_eq!(check(&"a ".repeat(4_001)), Err(Violation::Tokens(4_000)));
    assert_eq!(check(&"...".repeat(4_001)), Ok(()));
    assert_eq!(check(&"... ".repeat(4_001)), Err(Violation::Tokens(4_000)));
    assert_eq!(check(&"a".repeat(129)), Err(Violation::Name(128)));
    for bracket in ["{", "[", "(", "{a(b:[", "{...", "{ # }\n"] {
        assert_eq!(
            check(&bracket.repeat(61)),
            Err(Violation::Brackets(60)),
            "{bracket}"
        );
    }
    assert_eq!(check(&"{}[]()".repeat(500)), Ok(()));
    assert_eq!(check(&"}".repeat(500)), Ok(()));
}

#[test]
fn brackets_in_strings_and_comments_are_text() {
    let many = "[".repeat(100);
    for text in [
        format!("{{ a(b: \"{many}\") }}"),
        format!("{{ a(b: \"\\\"{many}\") }}"),
        format!("{{ a(b: \"\"\"\n\\\"\"\"{many}\"\"\") }}"),
        format!("# {many}\n{{ a }}"),
    ] {
        assert_eq!(check_text(&text, &LIMITS), Ok(()), "{text}");
    }
    for text in [
        format!("{{ a(b: \"\" {many}"),
        format!("{{ a(b: \"\\\\\" {many}"),
        format!("{{ a(b: \"\"\" \"\"\" {many}"),
        format!("{{ a # \n {many}"),
        format!("\" not closed \n {many}"),
    ] {
        assert_eq!(
            check_text(&text, &LIMITS),
            Err(Violation::Brackets(60)),
            "{text}"
        );
    }
}

#[test]
fn strings_that_do_not_end_are_left_to_the_parser() {
    for text in [
        "\"",
        "\"\"\"",
        "\"\\",
        "\"\"\"\\\"\"\"",
        "{ a(b: \"x",
        "é",
        "\u{feff}{a}",
    ] {
        assert_eq!(check_text(text, &LIMITS), Ok(()), "{text}");
    }
}

#[test]
fn variables_are_bounded() {
    let check = |json: Json| check_variables(&Variables::from_json(json), &LIMITS);
    assert_eq!(
        check(json!({ "a": [[1]], "b": { "c": { "d": 1 } } })),
        Ok(())
    );
    assert_eq!(
        check(json!({ "a": [[[1]]] })),
        Err(Violation::VariableDepth(3))
    );
    assert_eq!(
        check(json!({ "a": [1, 2, 3, 4], "b": [1, 2, 3, 4] })),
        Ok(())
    );
    assert_eq!(
        check(json!({ "a": [1, 2, 3, 4], "b": [1, 2, 3, 4, 5] })),
        Err(Violation::VariableValues(10))
    );
}
