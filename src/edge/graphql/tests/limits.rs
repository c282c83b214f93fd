//! Documents that are made to be expensive.

use std::time::Instant;

use super::*;

/// Fragments that each spread the next one twice: 2^levels fields in a few hundred bytes.
fn doubled(levels: usize) -> String {
    let fragment = |it: usize| format!("fragment f{it} on Item {{ ...f{n} ...f{n} }} ", n = it + 1);
    let chain: String = (0..levels).map(fragment).collect();
    format!("{{ item {{ ...f0 }} }} {chain} fragment f{levels} on Item {{ name }}")
}

/// Documents that are over a limit, each with its code.
fn expensive() -> Vec<(String, &'static str)> {
    let aliased =
        |count| -> String { (0..count).map(|it| format!("a{it}: __typename ")).collect() };
    let pages = "item { items(first: 250) { name } } ".repeat(20);
    let directives = "@a ".repeat(13_000);
    let (lists, ends) = ("fields { type { ".repeat(3), "} }".repeat(3));
    vec![
        (doubled(24), "DOCUMENT_TOO_LARGE"),
        (doubled(200), "DOCUMENT_TOO_DEEP"),
        (format!("{{ {} }}", aliased(10_000)), "DOCUMENT_TOO_LARGE"),
        (format!("{{ {} }}", aliased(61)), "DOCUMENT_TOO_LARGE"),
        (
            format!("{{ item {{ name {directives} }} }}"),
            "DOCUMENT_TOO_LARGE",
        ),
        ("{a".repeat(1_000), "DOCUMENT_TOO_DEEP"),
        (
            format!("{{ echo(text: {}", "[".repeat(3_000)),
            "DOCUMENT_TOO_DEEP",
        ),
        (
            format!("query Q($a: {}", "[".repeat(3_000)),
            "DOCUMENT_TOO_DEEP",
        ),
        (
            format!("{{ __type(name: \"Item\") {{ {lists} name {ends} }} }}"),
            "DOCUMENT_TOO_DEEP",
        ),
        (format!("{{ {pages} }}"), "MAX_COST_EXCEEDED"),
    ]
}

#[tokio::test]
async fn what_is_made_to_be_expensive_is_refused_at_once() {
    for (text, code) in expensive() {
        let started = Instant::now();
        let reply = query(&text).await;
        let result = (reply.status, reply.code());
        assert_eq!(result, (StatusCode::BAD_REQUEST, code), "{text:.80}");
        assert!(
            reply.length < 1_000,
            "{} bytes for {text:.80}",
            reply.length
        );
        assert!(started.elapsed() < Duration::from_secs(2), "{text:.80}");
    }
}

#[tokio::test]
async fn variables_are_bounded() {
    let deep = (0..25).fold(json!(1), |inner, _| json!([inner]));
    let wide = json!(vec![1; 20_000]);
    for (value, code) in [(deep, "DOCUMENT_TOO_DEEP"), (wide, "DOCUMENT_TOO_LARGE")] {
        let typed = "query Q($t: String!) { echo(text: $t) }";
        let reply = post(
            GRAPHQL,
            json!({ "query": typed, "variables": { "t": value } }),
        )
        .await;
        assert_eq!(reply.code(), code);
    }
}

#[tokio::test]
async fn the_deepest_document_that_passes_is_executed() {
    let fields = format!(
        "item {{ {} name {} }}",
        "items { ".repeat(18),
        "}".repeat(18)
    );
    assert_eq!(
        query(&format!("{{ {fields} }}")).await.status,
        StatusCode::OK
    );

    let inline = format!(
        "{{ {} item {{ name }} {} }}",
        "... {".repeat(30),
        "}".repeat(30)
    );
    let reply = query(&inline).await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.message());
}
