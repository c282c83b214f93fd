//! Documents that are made to be expensive, or to be understood wrongly.

use super::besieged::Besieged;
use serde_json::{Value, json};

const LARGE: &str = "DOCUMENT_TOO_LARGE";
const DEEP: &str = "DOCUMENT_TOO_DEEP";
const INVALID: &str = "GRAPHQL_VALIDATION_FAILED";
const UNPARSED: &str = "GRAPHQL_PARSE_FAILED";
const INPUT: &str = "BAD_USER_INPUT";
const COST: &str = "MAX_COST_EXCEEDED";

/// Fragments that each spread the next one so often.
fn bomb(levels: usize, spreads: usize) -> String {
    let fragment = |it: usize| {
        let spread = format!("...f{} ", it + 1).repeat(spreads);
        format!("fragment f{it} on Shop {{ {spread} }} ")
    };
    let chain: String = (0..levels).map(fragment).collect();
    format!("{{ shop {{ ...f0 }} }} {chain} fragment f{levels} on Shop {{ name }}")
}

fn many(count: usize, one: impl Fn(usize) -> String) -> String {
    (0..count).map(one).collect()
}

/// Fields inside one another, so deep.
fn nested(levels: usize) -> String {
    let open =
        "nodes { variants(first: 1) { nodes { product { variants(first: 1) { ".repeat(levels);
    let close = "} } } } } ".repeat(levels);
    format!("{{ products(first: 1) {{ {open} nodes {{ id }} {close} }} }}")
}

/// Attacks by documents, and the codes by which they may be refused.
fn refused() -> Vec<(&'static str, String, &'static [&'static str])> {
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

#[tokio::test(flavor = "multi_thread")]
async fn documents_that_are_made_to_be_expensive_are_refused_at_once() {
    let besieged = Besieged::start(&[]).await;
    let attack = async {
        for (attack, document, codes) in refused() {
            // In the log and the error a name may stand; the document itself must not come back.
            let reply = besieged.ask(&document, json!({})).await;
            reply.is_bounded(attack);
            let code = reply.codes().into_iter().next().unwrap_or_default();
            assert!(codes.contains(&&*code), "{attack}: {}", reply.text);
            assert_eq!(reply.json()["data"], Value::Null, "{attack}");
        }
    };
    besieged.stands(attack).await;
    assert!(
        besieged.peak_memory() < 600,
        "{} MB",
        besieged.peak_memory()
    );
    besieged.is_whole();
}

/// What is within all limits and costs as much as it can.
fn dearest() -> Vec<(&'static str, String)> {
    let wide = "id title handle descriptionHtml featuredImage { url } priceRange { minVariantPrice { amount } } ";
    vec![
        ("60 aliases", format!("{{ {} }}", many(60, |it| format!("a{it}: products(first: 80) {{ nodes {{ id }} }} ")))),
        ("wide pages", format!("{{ {} }}", many(10, |it| format!("a{it}: products(first: 250) {{ nodes {{ {wide} }} }} ")))),
        ("1,900 names", format!("{{ shop {{ {} }} }}", "name ".repeat(1_900))),
        ("1,900 __typename", format!("{{ {} }}", "__typename ".repeat(1_900))),
        ("pages in pages in pages", "{ collections(first: 250) { nodes { products(first: 250) { nodes { variants(first: 250) { nodes { id product { variants(first: 250) { nodes { id } } } } } } } } } }".into()),
        ("searches", format!("{{ {} }}", many(60, |it| format!("a{it}: products(first: 50, query: \"a* OR b* OR c{it}\") {{ nodes {{ id }} }} ")))),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_within_all_limits_ends_in_bounded_time_and_size() {
    let besieged = Besieged::start(&[]).await;
    for (attack, document) in dearest() {
        let reply = besieged.stands(besieged.ask(&document, json!({}))).await;
        println!(
            "{attack}: {:?}, {} bytes, {}",
            reply.took,
            reply.text.len(),
            reply.status
        );
        // An execution has thirty seconds.
        assert!(reply.took.as_secs() < 35, "{attack}: {:?}", reply.took);
        assert!(reply.text.len() <= 16 * 1024 * 1024, "{attack}");
        assert!(
            !reply.codes().contains(&"INTERNAL_SERVER_ERROR".to_owned()),
            "{attack}"
        );
    }
    assert!(
        besieged.peak_memory() < 900,
        "{} MB",
        besieged.peak_memory()
    );
    besieged.is_whole();
}

/// Bodies that are odd as JSON.
fn bodies() -> Vec<(&'static str, Vec<u8>, &'static [&'static str])> {
    let with = |variables: &str| {
        format!(r#"{{"query":"query($v: String) {{ products(first: 1, query: $v) {{ nodes {{ id }} }} }}","variables":{variables}}}"#).into_bytes()
    };
    vec![
        (
            "lists in a variable",
            with(&format!(
                "{{\"v\":{}{}}}",
                "[".repeat(50_000),
                "]".repeat(50_000)
            )),
            &["BAD_REQUEST", DEEP],
        ),
        (
            "lists in a variable, 40 deep",
            with(&format!("{{\"v\":{}1{}}}", "[".repeat(40), "]".repeat(40))),
            &[DEEP],
        ),
        (
            "objects in a variable",
            with(&format!("{}1{}", "{\"v\":".repeat(40), "}".repeat(40))),
            &[DEEP],
        ),
        (
            "100,000 values",
            with(&format!("{{\"v\":[{}1]}}", "1,".repeat(100_000))),
            &[LARGE],
        ),
        (
            "100,000 variables",
            with(&format!(
                "{{{}\"v\":\"a\"}}",
                many(100_000, |it| format!("\"{it}\":1,"))
            )),
            &[LARGE, "PAYLOAD_TOO_LARGE"],
        ),
        (
            "a text of half a megabyte",
            with(&format!("{{\"v\":\"{}\"}}", "x".repeat(500_000))),
            &[LARGE],
        ),
        (
            "a number of 100 kB",
            with(&format!("{{\"v\":{}}}", "9".repeat(100_000))),
            &["BAD_REQUEST", LARGE, INPUT, INVALID],
        ),
        (
            "a number that is none",
            with("{\"v\":1e999999}"),
            &["BAD_REQUEST", INPUT, INVALID],
        ),
        (
            "half a character",
            with("{\"v\":\"\\ud800\"}"),
            &["BAD_REQUEST"],
        ),
        (
            "no UTF-8",
            [
                b"{\"query\":\"{ shop { name } }".as_slice(),
                &[0xff, 0xfe, 0x22, 0x7d],
            ]
            .concat(),
            &["BAD_REQUEST"],
        ),
        (
            "UTF-16",
            "{\"query\":\"{ shop { name } }\"}"
                .encode_utf16()
                .flat_map(u16::to_le_bytes)
                .collect(),
            &["BAD_REQUEST"],
        ),
        (
            "a mark of order",
            [
                &[0xef, 0xbb, 0xbf],
                b"{\"query\":\"{ shop { name } }\"}".as_slice(),
            ]
            .concat(),
            &["BAD_REQUEST"],
        ),
        (
            "a batch",
            b"[{\"query\":\"{ shop { name } }\"}]".to_vec(),
            &["BAD_REQUEST"],
        ),
        ("brackets", vec![b'['; 900_000], &["BAD_REQUEST"]),
        (
            "an operation name of 100 kB",
            format!(
                "{{\"query\":\"{{ shop {{ name }} }}\",\"operationName\":\"{}\"}}",
                "n".repeat(100_000)
            )
            .into_bytes(),
            &["OPERATION_RESOLUTION_FAILURE", LARGE, "BAD_REQUEST"],
        ),
        (
            "two documents",
            b"{\"query\":\"{ shop { name } }\"} {\"query\":\"{ shop { name } }\"}".to_vec(),
            &["BAD_REQUEST"],
        ),
        (
            "two megabytes",
            vec![b' '; 2_000_000],
            &["PAYLOAD_TOO_LARGE"],
        ),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_that_are_odd_are_refused_at_once() {
    let besieged = Besieged::start(&[]).await;
    let attack = async {
        for (attack, body, codes) in bodies() {
            let reply = besieged.send_body(body).await;
            reply.is_bounded(attack);
            let code = reply.codes().into_iter().next().unwrap_or_default();
            assert!(
                codes.contains(&&*code),
                "{attack}: {} {}",
                reply.status,
                reply.text
            );
        }
    };
    besieged.stands(attack).await;
    besieged.is_whole();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_twice_means_the_same_to_everybody_here() {
    let besieged = Besieged::start(&[]).await;
    // Whoever looks at requests before us may see the first: so it must not be another one that is executed unseen.
    for body in [
        r#"{"query":"{ shop { name } }","query":"{ viewer { email } }"}"#,
        r#"{"query":"{ viewer { email } }","query":"{ shop { name } }"}"#,
        r#"{"query":"query($v: ID!) { node(id: $v) { id } }","variables":{"v":"a"},"variables":{"v":"b"}}"#,
        r#"{"query":"query a { shop { name } } query b { viewer { email } }","operationName":"a","operationName":"b"}"#,
    ] {
        let reply = besieged.send_body(body).await;
        reply.is_bounded(body);
        assert_eq!(reply.codes(), ["BAD_REQUEST"], "{body}: {}", reply.text);
    }
    let twice = format!(
        "{}/graphql?query=%7Bshop%7Bname%7D%7D&query=%7Bviewer%7Bemail%7D%7D",
        besieged.address()
    );
    let reply = besieged.send(besieged.http().get(twice)).await;
    assert_eq!(reply.codes(), ["BAD_REQUEST"], "{}", reply.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn errors_do_not_repeat_what_was_sent() {
    let besieged = Besieged::start(&[]).await;
    // As many faults as there is room for, each with as long a name as may be.
    let long = "x".repeat(110);
    let fields = many(500, |it| format!("{long}{it} "));
    for document in [
        format!("{{ {fields} }}"),
        format!("{{ shop {{ {fields} }} }}"),
        format!(
            "{{ shop {{ {} }} }}",
            many(300, |it| format!("...{long}{it} "))
        ),
        format!(
            "query({}) {{ shop {{ name }} }}",
            many(400, |it| format!("$a{it}: {long} "))
        ),
        format!(
            "{{ products({}) {{ nodes {{ id }} }} }}",
            many(300, |it| format!("{long}{it}: 1 "))
        ),
    ] {
        let reply = besieged.ask(&document, json!({})).await;
        reply.is_bounded(&document[..60]);
        let errors = reply.json()["errors"].as_array().map_or(0, Vec::len);
        assert!((1..=20).contains(&errors), "{errors}");
        assert!(
            reply.text.len() < 20_000,
            "{} bytes of {}",
            reply.text.len(),
            document.len()
        );
        assert_eq!(reply.json()["data"], Value::Null);
    }
}
