//! Documents that nobody wrote.

use proptest::prelude::*;

/// A field as it begins, or a fragment as it is spread: most are plain.
fn head() -> impl Strategy<Value = String> {
    let alias = prop_oneof![8 => Just(""), 1 => Just("other: ")];
    let names = [
        "a",
        "b",
        "items",
        "fields",
        "possibleTypes",
        "__typename",
        "__schema",
        "__type",
    ];
    let arguments = prop_oneof![
        6 => Just(String::new()),
        1 => (0..400_u32).prop_map(|rows| format!("(first: {rows})")),
        1 => (0..400_u32).prop_map(|rows| format!("(last: {rows}, limit: 3)")),
        1 => prop::sample::select(vec!["(first: $n)", "(first: $d)", "(ids: $ids)", "(ids: [1, 2, $n])", "(first: null)", "(first: -4)", "(a: 9)", "(first: $no)"]).prop_map(str::to_owned),
    ];
    let directive = prop_oneof![9 => Just(""), 1 => Just(" @skip(if: true)")];
    (
        alias,
        prop::sample::select(names.to_vec()),
        arguments,
        directive,
    )
        .prop_map(|(alias, name, arguments, directive)| {
            format!("{alias}{name}{arguments}{directive}")
        })
}

/// The inside of a selection set.
fn selections() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        5 => head(),
        2 => (0..5_u8, prop::bool::weighted(0.1)).prop_map(|(number, directive)| {
            format!("...f{number}{}", if directive { " @include(if: false)" } else { "" })
        }),
    ];
    let set = prop::collection::vec(leaf, 1..4).prop_map(|items| items.join(" "));
    set.prop_recursive(4, 24, 3, |inner| {
        let below = prop_oneof![
            4 => (head(), inner.clone()).prop_map(|(head, inner)| format!("{head} {{ {inner} }}")),
            1 => inner.clone().prop_map(|inner| format!("... on X {{ {inner} }}")),
            1 => inner.clone().prop_map(|inner| format!("... @skip(if: $n) {{ {inner} }}")),
            2 => inner,
        ];
        prop::collection::vec(below, 1..3).prop_map(|items| items.join(" "))
    })
}

/// A document of one or two operations and four fragments. Each spreads those after it alone, unless `any`: then there may be circles.
pub(super) fn document() -> impl Strategy<Value = String> {
    let parts = prop::collection::vec(selections(), 5..=6);
    (parts, prop::bool::weighted(0.15)).prop_map(|(parts, any)| {
        let mut text = format!(
            "query A($n: Int, $d: Int = 7, $ids: [ID!]) {{ {} }}",
            parts[0]
        );
        for (number, part) in parts[1..5].iter().enumerate() {
            let mut part = part.clone();
            if !any {
                // What is spread comes later; the last may be missing.
                for before in (0..5).rev() {
                    let after = format!("...g{}", (before + number + 1).min(4));
                    part = part.replace(&format!("...f{before}"), &after);
                }
                part = part.replace("...g", "...f");
            }
            text.push_str(&format!(" fragment f{number} on X {{ {part} }}"));
        }
        if let Some(other) = parts.get(5) {
            text.push_str(&format!(" query B {{ {other} }}"));
        }
        text
    })
}
