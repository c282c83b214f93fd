//! What refusals say of the inside: nothing.

use super::victim::Victim;
use crate::support::TOKEN_KEYS;
use crate::support::raw::{Raw, RawAnswer};

/// What stands in no answer: paths, SQL, what Rust prints of its values, the names and versions of what it is made of.
const SECRETS: [&str; 32] = [
    "/src/",
    "/root",
    "/home",
    "/tmp",
    ".rs:",
    ".cargo",
    "rustc",
    "select ",
    "insert ",
    "update ",
    "from pg_",
    "syntax error at",
    "some(",
    "ok(",
    "err(",
    "error {",
    "0x7f",
    "panicked",
    "unwrap",
    "backtrace",
    "diesel",
    "tokio",
    "hyper",
    "axum",
    "async-graphql",
    "async_graphql",
    "postgres",
    "serde",
    "redis",
    "lilium/",
    "0.1.0",
    "thread '",
];

fn post(body: &str, headers: &str) -> String {
    format!(
        "POST /graphql HTTP/1.1\r\nhost: lilium\r\ncontent-type: application/json\r\n{headers}content-length: {}\r\n\r\n{body}",
        body.len()
    )
}

fn refusals() -> Vec<String> {
    let query = |text: &str| post(&serde_json::json!({ "query": text }).to_string(), "");
    let get = |target: &str| format!("GET {target} HTTP/1.1\r\nhost: lilium\r\n\r\n");
    let id = "gid://lilium/Product/00000000-0000-0000-0000-000000000000";
    vec![
        post("{", ""),
        post("[]", ""),
        post("\u{fffd}", ""),
        post(r#"{"query":7}"#, ""),
        post(r#"{"query":"{shop{name}}","variables":7}"#, ""),
        post(
            r#"{"query":"query($id: ID!){node(id:$id){id}}","variables":{"id":{"a":1}}}"#,
            "",
        ),
        post(
            r#"{"query":"{shop{name}}","extensions":{"persistedQuery":7}}"#,
            "",
        ),
        post(
            r#"{"query":"{shop{name}}"}"#,
            "authorization: Bearer x.y.z\r\n",
        ),
        post(
            r#"{"query":"{shop{name}}"}"#,
            "authorization: Basic eDp5\r\n",
        ),
        post(r#"{"query":"{shop{name}}"}"#, "accept: image/png\r\n"),
        query("{"),
        query("{ nothing }"),
        query("{ shop { name(x: 1) } }"),
        query("mutation { nothing }"),
        query("subscription { nothing }"),
        query("{ __schema { types { name } } }"),
        query("{ products(first: -1) { nodes { id } } }"),
        query("{ products(first: 99999999999999999999) { nodes { id } } }"),
        query("{ products(first: 1, after: \"bm9uZQ==\") { nodes { id } } }"),
        query("{ products(first: 1, query: \"'; DROP TABLE products; --\") { nodes { id } } }"),
        query("{ node(id: \"x\") { id } }"),
        query(&format!("{{ node(id: \"{id}\") {{ id }} }}")),
        query("{ product(handle: \"\\u0000\") { id } }"),
        query("{ cart(id: \"gid://lilium/Cart/x?key=y\") { id } }"),
        query("query @inContext(country: XX) { shop { name } }"),
        get("/graphql"),
        get("/graphql?query=%ff"),
        get("/graphql?query=mutation%7BcartCreate%7Bcart%7Bid%7D%7D%7D"),
        get("/nothing"),
        get("/metrics"),
        get("/graphiql"),
        get("/.git/config"),
        get("/media/../../etc/passwd"),
        get("/media/%2e%2e%2f%2e%2e/x"),
        get("/media/00000000-0000-0000-0000-000000000000/original.jpg"),
        get("/checkout/../Cargo.toml"),
        "TRACE /graphql HTTP/1.1\r\nhost: lilium\r\nx-secret: s\r\n\r\n".to_owned(),
        "CONNECT lilium:443 HTTP/1.1\r\nhost: lilium\r\n\r\n".to_owned(),
        "OPTIONS * HTTP/1.1\r\nhost: lilium\r\n\r\n".to_owned(),
        "GET http://elsewhere.example/ HTTP/1.1\r\nhost: elsewhere.example\r\n\r\n".to_owned(),
        "NONSENSE\r\n\r\n".to_owned(),
        "GET /graphql HTTP/9.9\r\nhost: lilium\r\n\r\n".to_owned(),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn no_refusal_tells_of_the_inside() {
    let settings = [
        ("LILIUM_PROFILE", "production"),
        ("LILIUM_TOKEN_KEYS", TOKEN_KEYS),
        ("PUBLIC_URL", "https://api.example"),
    ];
    let victim = Victim::start(&settings).await;
    let mut unanswered = Vec::new();
    for request in refusals() {
        let mut connection: Raw = victim.connect().await;
        let Some(answer) = connection.ask(&request).await else {
            unanswered.push(request);
            continue;
        };
        let text = said(&answer);
        for secret in SECRETS {
            assert!(!text.contains(secret), "{secret}: {request}\n{text}");
        }
        assert!(!text.contains("x-secret"), "{text}");
        assert!(answer.body.len() < 4_000, "{request}\n{text}");
        assert!(
            answer.status < 500 || answer.status == 503,
            "{request}\n{text}"
        );
    }
    assert_eq!(unanswered, [""; 0]);
    victim.ends();
}

/// Everything that came, without what is always there.
fn said(answer: &RawAnswer) -> String {
    let body = String::from_utf8_lossy(&answer.body).to_lowercase();
    let head = answer.head.lines().skip(1);
    let head: String = head
        .filter(|line| !line.starts_with("content-security-policy") && !line.starts_with("date"))
        .map(|line| format!("{line}\n"))
        .collect();
    format!("{head}{body}")
}
