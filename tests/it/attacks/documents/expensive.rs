//! Documents that are made to be expensive.

use super::{COST, DEEP, INPUT, INVALID, LARGE, UNPARSED, many};

/// Fragments that each spread the next one so often.
fn bomb(levels: usize, spreads: usize) -> String {
    let fragment = |it: usize| {
        let spread = format!("...f{} ", it + 1).repeat(spreads);
        format!("fragment f{it} on Shop {{ {spread} }} ")
    };
    let chain: String = (0..levels).map(fragment).collect();
    format!("{{ shop {{ ...f0 }} }} {chain} fragment f{levels} on Shop {{ name }}")
}

/// Fields inside one another, so deep.
fn nested(levels: usize) -> String {
    let open =
        "nodes { variants(first: 1) { nodes { product { variants(first: 1) { ".repeat(levels);
    let close = "} } } } } ".repeat(levels);
    format!("{{ products(first: 1) {{ {open} nodes {{ id }} {close} }} }}")
}

/// Attacks by documents, and the codes by which they may be refused.
pub fn refused() -> Vec<(&'static str, String, &'static [&'static str])> {
    vec![
        ("a bomb of 24 levels", bomb(24, 2), &[LARGE]),
        ("a wide bomb", bomb(6, 40), &[LARGE]),
        ("a bomb of 300 levels", bomb(300, 1), &[DEEP]),
        (
            "a bomb that is not used",
            format!("{{ shop {{ name }} }} {}", &bomb(24, 2)[19..]),
            &[LARGE, INVALID, UNPARSED],
        ),
        (
            "10,000 aliases",
            format!(
                "{{ {} }}",
                many(10_000, |it| format!("a{it}: shop{{name}}"))
            ),
            &[LARGE],
        ),
        (
            "61 aliases",
            format!(
                "{{ {} }}",
                many(61, |it| format!("a{it}: shop {{ name }} "))
            ),
            &[LARGE],
        ),
        (
            "61 sign-ins",
            format!(
                "mutation {{ {} }}",
                many(61, |it| format!(
                    "a{it}: accountSignIn(email: \"a\", password: \"b\") {{ __typename }} "
                ))
            ),
            &[LARGE],
        ),
        (
            "40 kB of unknown directives",
            format!(
                "{{ shop {{ name {} }} }}",
                many(3_600, |it| format!("@unknown{it} "))
            ),
            &[LARGE],
        ),
        (
            "60 long unknown directives",
            format!(
                "{{ shop {{ name {} }} }}",
                many(60, |it| format!("@{}{it} ", "d".repeat(120)))
            ),
            &[INVALID],
        ),
        (
            "directives on everything",
            format!(
                "query {} {{ shop {{ name }} }}",
                "@skip(if: true) ".repeat(100)
            ),
            &[LARGE],
        ),
        (
            "directives on a variable",
            format!("query($a: Int {}) {{ shop {{ name }} }}", "@a ".repeat(100)),
            &[LARGE],
        ),
        (
            "lists in an argument",
            format!(
                "{{ node(id: {}1{}) {{ id }} }}",
                "[".repeat(1_900),
                "]".repeat(1_900)
            ),
            &[DEEP],
        ),
        (
            "objects in an argument",
            format!(
                "{{ node(id: {}1{}) {{ id }} }}",
                "{a:".repeat(900),
                "}".repeat(900)
            ),
            &[DEEP],
        ),
        ("30,000 brackets", "{".repeat(30_000), &[LARGE, DEEP]),
        (
            "30,000 brackets of a list",
            format!("{{ node(id: {}", "[".repeat(30_000)),
            &[LARGE, DEEP],
        ),
        (
            "a fragment that spreads itself",
            "{ shop { ...a } } fragment a on Shop { name ...a }".into(),
            &[INVALID],
        ),
        (
            "two that spread each other",
            "{ shop { ...a } } fragment a on Shop { ...b } fragment b on Shop { ...a }".into(),
            &[INVALID],
        ),
        (
            "a circle that is not used",
            "{ shop { name } } fragment a on Shop { ...b } fragment b on Shop { ...a }".into(),
            &[INVALID],
        ),
        (
            "a circle through inline fragments",
            "{ shop { ...a } } fragment a on Shop { ... { ... on Shop { ...a } } }".into(),
            &[INVALID],
        ),
        (
            "10,000 __typename",
            format!("{{ {} }}", "__typename ".repeat(10_000)),
            &[LARGE],
        ),
        (
            "2,001 __typename in a fragment",
            format!(
                "{{ shop {{ {} }} }} fragment f on Shop {{ {} }}",
                "...f ".repeat(100),
                "__typename ".repeat(21)
            ),
            &[LARGE],
        ),
        ("fields inside fields", nested(10), &[DEEP]),
        (
            "21 pages of 250",
            format!(
                "{{ {} }}",
                many(21, |it| format!(
                    "p{it}: products(first: 250) {{ nodes {{ id }} }} "
                ))
            ),
            &[COST],
        ),
        (
            "500 operations",
            many(500, |it| format!("query q{it} {{ shop {{ name }} }} ")),
            &["OPERATION_RESOLUTION_FAILURE", LARGE],
        ),
        (
            "1,000 variables",
            format!(
                "query({}) {{ shop {{ name }} }}",
                many(1_000, |it| format!("$a{it}: Int "))
            ),
            &[INVALID, LARGE],
        ),
        (
            "a name of 60 kB",
            format!("{{ {} }}", "n".repeat(60_000)),
            &[LARGE],
        ),
        (
            "a number of 20 kB",
            format!(
                "{{ products(first: {}) {{ nodes {{ id }} }} }}",
                "9".repeat(20_000)
            ),
            &[LARGE, UNPARSED, INVALID, INPUT],
        ),
        (
            "a page of 2^31",
            "{ products(first: 2147483648) { nodes { id } } }".into(),
            &[INVALID, INPUT],
        ),
        (
            "a page of 2^64",
            "{ products(first: 18446744073709551616) { nodes { id } } }".into(),
            &[INVALID, INPUT, UNPARSED],
        ),
        (
            "a page of 1e308",
            "{ products(first: 1e308) { nodes { id } } }".into(),
            &[INVALID, INPUT],
        ),
        (
            "a page of 1e999",
            "{ products(first: 1e999) { nodes { id } } }".into(),
            &[INVALID, INPUT, UNPARSED],
        ),
        (
            "a page of -1",
            "{ products(first: -1) { nodes { id } } }".into(),
            &[INPUT],
        ),
        (
            "a page of 2^31 - 1",
            "{ products(first: 2147483647) { nodes { id } } }".into(),
            &[INPUT],
        ),
        (
            "an argument twice",
            "{ products(first: 1, first: 2) { nodes { id } } }".into(),
            &[INVALID, UNPARSED],
        ),
        (
            "a variable twice",
            "query($a: Int, $a: Int) { products(first: $a) { nodes { id } } }".into(),
            &[INVALID],
        ),
        (
            "a fragment twice",
            "{ shop { ...a } } fragment a on Shop { name } fragment a on Shop { name }".into(),
            &[INVALID, UNPARSED],
        ),
        (
            "an operation twice",
            "query a { shop { name } } query a { shop { name } }".into(),
            &[INVALID, UNPARSED, "OPERATION_RESOLUTION_FAILURE"],
        ),
        (
            "introspection",
            "{ __schema { types { name } } }".into(),
            &["INTROSPECTION_DISABLED"],
        ),
        (
            "a type",
            "{ __type(name: \"Shop\") { name } }".into(),
            &["INTROSPECTION_DISABLED"],
        ),
        (
            "introspection in a fragment",
            "{ ...a } fragment a on QueryRoot { s: __schema { types { name } } }".into(),
            &["INTROSPECTION_DISABLED"],
        ),
        ("nothing at all", "#".repeat(60_000), &[UNPARSED, LARGE]),
        ("commas", ",".repeat(60_000), &[UNPARSED, LARGE]),
        (
            "a text without an end",
            format!("{{ a(b: \"\"\"{}", "x".repeat(60_000)),
            &[UNPARSED, LARGE],
        ),
    ]
}
