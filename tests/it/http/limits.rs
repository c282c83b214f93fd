//! Documents that are made to be expensive: refused at once, or ended in bounded time and memory.

use crate::programs::{Folder, Serving, url_of};
use crate::support::{Contents, Shop, database};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// Fragments that each spread the next one twice: 2^levels fields in a few hundred bytes.
fn doubled(levels: usize) -> String {
    let fragment = |it: usize| format!("fragment f{it} on Shop {{ ...f{n} ...f{n} }} ", n = it + 1);
    let chain: String = (0..levels).map(fragment).collect();
    format!("{{ shop {{ ...f0 }} }} {chain} fragment f{levels} on Shop {{ name }}")
}

fn aliases(count: usize) -> String {
    (0..count).map(|it| format!("a{it}: __typename ")).collect()
}

/// Pages of pages of products: names of fields that nest without end.
fn nested(levels: usize) -> String {
    let (open, close) = (
        "variants(first: 250) { nodes { product { ".repeat(levels),
        "} } } ".repeat(levels),
    );
    format!("{{ products(first: 250) {{ nodes {{ {open} id {close} }} }} }}")
}

/// Documents over a limit, what they break, and the code that says so.
fn over_limits() -> Vec<(&'static str, String, &'static str)> {
    let long = "a".repeat(129);
    let types = "fields { type { ".repeat(3);
    let pages: String = (0..21)
        .map(|it| format!("p{it}: products(first: 250) {{ nodes {{ id }} }} "))
        .collect();
    let (large, deep) = ("DOCUMENT_TOO_LARGE", "DOCUMENT_TOO_DEEP");
    vec![
        (
            "bytes",
            format!("{{ shop {{ name }} }}{}", " ".repeat(65_536)),
            large,
        ),
        (
            "tokens",
            format!("{{ shop {{ {} }} }}", "name ".repeat(4_000)),
            large,
        ),
        ("a name", format!("{{ {long} }}"), large),
        ("fields", doubled(24), large),
        (
            "fields without fragments",
            format!("{{ shop {{ {} }} }}", "name ".repeat(2_000)),
            large,
        ),
        ("aliases", format!("{{ {} }}", aliases(61)), large),
        (
            "aliases, ten thousand",
            format!("{{ {} }}", aliases(10_000)),
            large,
        ),
        (
            "directives",
            format!("{{ shop {{ name {} }} }}", "@skip(if: false) ".repeat(61)),
            large,
        ),
        ("depth", nested(7), deep),
        ("spreads inside spreads", doubled(200), deep),
        ("brackets", "{a".repeat(1_000), deep),
        (
            "brackets of a list",
            format!("{{ nodes(ids: {}", "[".repeat(10_000)),
            deep,
        ),
        (
            "brackets of a type",
            format!("query Q($a: {}", "[".repeat(10_000)),
            deep,
        ),
        (
            "introspection",
            format!(
                "{{ __schema {{ types {{ {types} name {} }} }} }}",
                "} }".repeat(3)
            ),
            deep,
        ),
        ("rows", format!("{{ {pages} }}"), "MAX_COST_EXCEEDED"),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_over_a_limit_is_refused_at_once() {
    let shop = Shop::open().await;
    for (what, query, code) in over_limits() {
        let begin = Instant::now();
        let answer = shop.ask(&query, json!({})).await;
        assert_eq!(
            answer.body["errors"][0]["extensions"]["code"], code,
            "{what}: {}",
            answer.body
        );
        assert_eq!(answer.body.get("data"), None, "{what}");
        assert_eq!(answer.statements, 0, "{what}");
        assert!(answer.body.to_string().len() < 1_000, "{what}");
        assert!(
            begin.elapsed() < Duration::from_secs(2),
            "{what}: {:?}",
            begin.elapsed()
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn variables_over_a_limit_are_refused() {
    let shop = Shop::open().await;
    let deep = (0..25).fold(json!(1), |inner, _| json!([inner]));
    for (value, code) in [
        (deep, "DOCUMENT_TOO_DEEP"),
        (json!(vec![1; 20_000]), "DOCUMENT_TOO_LARGE"),
        (json!(vec!["gid://lilium/Product/x"; 251]), "BAD_USER_INPUT"),
    ] {
        let query = "query Q($ids: [ID!]!) { nodes(ids: $ids) { id } }";
        assert_eq!(shop.refusal(query, json!({ "ids": value })).await.0, code);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_error_does_not_echo_what_caused_it() {
    let shop = Shop::open().await;
    let unknown: String = (0..60)
        .map(|it| format!("@d{it}{} ", "x".repeat(100)))
        .collect();
    let answer = shop
        .ask(&format!("{{ shop {{ name {unknown} }} }}"), json!({}))
        .await;
    let errors = answer.body["errors"].as_array().unwrap();
    assert_eq!(errors.len(), 20);
    assert_eq!(answer.body["extensions"]["errorsOmitted"], 40);
    assert!(answer.body.to_string().len() < 16_000);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ordinary_document_passes_near_every_limit() {
    let shop = Shop::open().await;
    let aliased = shop
        .data(&format!("{{ {} }}", aliases(60)), json!({}))
        .await;
    assert_eq!(aliased.as_object().map(serde_json::Map::len), Some(60));
    let fits = format!("{{ shop {{ {} }} }}", "name ".repeat(1_900));
    assert_eq!(shop.data(&fits, json!({})).await["shop"]["name"], "Lilium");
    let answer = shop.ask(&nested(2), json!({})).await;
    assert_eq!(answer.body.get("errors"), None);
    assert_eq!(answer.body["extensions"]["cost"]["limit"], 5_000);
}

/// The most memory that a process has had, in MB.
fn peak_memory(process: rustix::process::Pid) -> u64 {
    let status = format!("/proc/{}/status", process.as_raw_nonzero());
    let status = std::fs::read_to_string(status).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    let kilobytes = line.unwrap().split_whitespace().nth(1).unwrap();
    kilobytes.parse::<u64>().unwrap() / 1024
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nested_lists_multiply_to_is_stopped_where_it_happens() {
    let (folder, server) = (Folder::new(), database(Contents::Demo).await);
    let url = url_of(&server).await;
    // The deadline is not what ends it, however slow the machine is.
    let settings = [
        ("DATABASE_URL", url.as_str()),
        ("LILIUM_EXECUTION_SECONDS", "600"),
    ];
    let serving = Serving::start(&folder, &[], &settings);
    let begin = Instant::now();
    for query in [nested(5), fat()] {
        let (_, body) = serving.ask(&query).await;
        assert_eq!(body["errors"][0]["extensions"]["code"], "ANSWER_TOO_LARGE");
        assert!(body.get("data").is_none_or(Value::is_null));
        assert!(body.to_string().len() < 100_000);
    }
    println!(
        "{:?}, at most {} MB",
        begin.elapsed(),
        peak_memory(serving.process())
    );
    assert!(
        begin.elapsed() < Duration::from_secs(90),
        "{:?}",
        begin.elapsed()
    );
    assert!(
        peak_memory(serving.process()) < 1_000,
        "{} MB",
        peak_memory(serving.process())
    );
    // And the server lives.
    let (status, body) = serving.ask("{ shop { name } }").await;
    assert_eq!(
        (status, &body["data"]["shop"]["name"]),
        (200, &json!("Lilium"))
    );
    serving.stop().well();
}

/// Few items, each with its whole text many times over.
fn fat() -> String {
    let texts: String = (0..50)
        .map(|it| format!("t{it}: descriptionHtml "))
        .collect();
    nested(2).replace(" id ", &format!(" {texts} "))
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operation_that_takes_too_long_is_stopped() {
    let shop = Shop::with(Contents::Demo, &[("LILIUM_EXECUTION_SECONDS", "1")]).await;
    let client = shop.sql().await;
    let lock = "BEGIN; LOCK TABLE listings IN ACCESS EXCLUSIVE MODE";
    client.batch_execute(lock).await.unwrap();
    let begin = Instant::now();
    let waits = "{ products(first: 1) { nodes { id } } }";
    let (code, _) = shop.refusal(waits, json!({})).await;
    assert_eq!(code, "TIMEOUT");
    assert!(begin.elapsed() < Duration::from_secs(5));
    // More of them than there are connections: what they waited for is not waited for again.
    let many = (0..20).map(|_| shop.refusal(waits, json!({})));
    for (code, _) in futures_util::future::join_all(many).await {
        assert!(code == "TIMEOUT" || code == "SERVICE_UNAVAILABLE", "{code}");
    }
    let begin = Instant::now();
    shop.data("{ vendors(first: 1) { nodes { name } } }", json!({}))
        .await;
    assert!(
        begin.elapsed() < Duration::from_secs(1),
        "{:?}",
        begin.elapsed()
    );
    client.batch_execute("ROLLBACK").await.unwrap();
    let data = shop.data("{ shop { name } }", json!({})).await;
    assert_eq!(data["shop"]["name"], "Lilium");
}

#[tokio::test(flavor = "multi_thread")]
async fn choices_that_are_looked_for_are_bounded() {
    let shop = Shop::open().await;
    let document = "query Q($o: [SelectedOptionInput!]!) { products(first: 1) { nodes { variantBySelectedOptions(selectedOptions: $o) { id } } } }";
    let choices = |count: usize, letters: usize| {
        let name = "n".repeat(letters);
        json!({ "o": vec![json!({ "name": name, "value": "v" }); count] })
    };
    shop.data(document, choices(10, 255)).await;
    for (variables, says) in [(choices(11, 1), "entries"), (choices(1, 256), "characters")] {
        let (code, message) = shop.refusal(document, variables).await;
        assert_eq!(code, "BAD_USER_INPUT");
        assert!(message.contains(says), "{message}");
    }
    for variables in [choices(1_000, 1), choices(1, 30_000)] {
        let (code, _) = shop.refusal(document, variables).await;
        assert_eq!(code, "DOCUMENT_TOO_LARGE");
    }
}
