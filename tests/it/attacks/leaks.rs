//! Bad requests of every kind: none is answered with anything that is not for strangers.

use super::besieged::{Besieged, Reply};
use serde_json::{Value, json};

/// What stands in no answer: how the program is made, where it runs, what others have.
const INSIDE: [&str; 39] = [
    "select ",
    "insert into",
    "update set",
    "delete from",
    "relation \"",
    "column \"",
    "constraint",
    "pg_",
    "postgres",
    "diesel",
    "deadpool",
    "redis",
    "tokio",
    "hyper",
    "axum",
    "serde",
    "async_graphql",
    "async-graphql",
    "jsonwebtoken",
    "argon2",
    "panicked",
    "unwrap",
    "backtrace",
    "src/",
    ".rs:",
    "/root",
    "/tmp",
    "/home",
    "/work",
    "/usr",
    "some(",
    "none)",
    "err(",
    "ok(",
    "::",
    "stack",
    "0x",
    "bilal@",
    "env!",
];

/// Whether an answer's errors and headers are for strangers; `sent` may stand in it, since it comes from them.
fn tells_nothing(reply: &Reply, what: &str, sent: &str) {
    let text = reply.text.to_lowercase();
    for inside in INSIDE {
        let own = sent.to_lowercase().contains(inside);
        assert!(
            own || !text.contains(inside),
            "{what}: {inside:?} in {}",
            reply.text
        );
    }
    assert!(
        !text.contains(env!("CARGO_PKG_VERSION")),
        "{what}: {}",
        reply.text
    );
    for (name, value) in &reply.headers {
        let value = value.to_str().unwrap();
        assert!(
            !["server", "x-powered-by", "via"].contains(&name.as_str()),
            "{name}: {value}"
        );
        assert!(
            !value.contains(env!("CARGO_PKG_VERSION")),
            "{name}: {value}"
        );
    }
}

fn documents() -> Vec<(&'static str, Value)> {
    let none = || json!({});
    vec![
        ("", none()),
        ("{", none()),
        ("{}", none()),
        ("query", none()),
        ("{ nothing }", none()),
        ("{ viewr { email } }", none()),
        ("{ viewer { passwordHash } }", none()),
        ("{ shop { nme } }", none()),
        ("{ shop }", none()),
        ("{ shop { name { first } } }", none()),
        ("{ products { nodes { id } } }", none()),
        ("{ products(first: 1, last: 1) { nodes { id } } }", none()),
        ("{ products(first: \"1\") { nodes { id } } }", none()),
        (
            "{ products(first: 1, sortKey: PRIC) { nodes { id } } }",
            none(),
        ),
        (
            "{ products(first: 1, after: \"none\") { nodes { id } } }",
            none(),
        ),
        (
            "{ products(first: 1, after: \"eyJhIjoxfQ==\") { nodes { id } } }",
            none(),
        ),
        (
            "{ products(first: 1, query: \"price:>abc AND (\") { nodes { id } } }",
            none(),
        ),
        (
            "{ products(first: 1, query: \"'\\\\\\\"\") { nodes { id } } }",
            none(),
        ),
        ("{ node(id: \"none\") { id } }", none()),
        (
            "{ node(id: \"gid://lilium/User/00000000-0000-0000-0000-000000000000\") { id } }",
            none(),
        ),
        ("{ node(id: \"gid://lilium/Session/1\") { id } }", none()),
        ("{ nodes(ids: [\"a\", \"\", \"gid://\"]) { id } }", none()),
        ("{ order(id: \"gid://lilium/Order/1\") { id } }", none()),
        ("{ cart(id: \"gid://lilium/Cart/1?key=1\") { id } }", none()),
        ("{ product(id: \"x\", handle: \"y\") { id } }", none()),
        ("{ product { id } }", none()),
        ("{ vendorDesk(vendorId: \"x\") { __typename } }", none()),
        ("query($a: Nothing) { shop { name } }", none()),
        (
            "query($a: Int!) { products(first: $a) { nodes { id } } }",
            none(),
        ),
        (
            "query($a: Int!) { products(first: $a) { nodes { id } } }",
            json!({ "a": "x" }),
        ),
        (
            "query($a: Int!) { products(first: $a) { nodes { id } } }",
            json!({ "a": 1e300 }),
        ),
        (
            "query($a: Int!) { products(first: $a) { nodes { id } } }",
            json!({ "a": { "b": [1] } }),
        ),
        ("query @inContext(country: XX) { shop { name } }", none()),
        ("query @inContext(language: 7) { shop { name } }", none()),
        (
            "mutation { accountSignIn(email: \"bilal@example.com\", password: \"x\") { userErrors { message } } }",
            none(),
        ),
        (
            "mutation { accountSignIn(email: 1, password: 2) { __typename } }",
            none(),
        ),
        (
            "mutation { accountSignUp(input: { email: \"x\", password: \"\" }) { userErrors { message } } }",
            none(),
        ),
        (
            "mutation { accountSignOut { userErrors { message } } }",
            none(),
        ),
        (
            "mutation { accountPasswordChange(currentPassword: \"a\", newPassword: \"b\") { userErrors { message } } }",
            none(),
        ),
        (
            "mutation { accountTokenRefresh { userErrors { message } } }",
            none(),
        ),
        (
            "mutation { accountTokenRefresh(refreshToken: \"x\") { userErrors { message } } }",
            none(),
        ),
        (
            "mutation { cartCreate(input: { lines: [{ merchandiseId: \"x\", quantity: 1 }] }) { userErrors { message } } }",
            none(),
        ),
        (
            "mutation { cartCreate(input: { lines: [{ merchandiseId: \"gid://lilium/ProductVariant/1\", quantity: -1 }] }) { userErrors { message } } }",
            none(),
        ),
        (
            "mutation { cartNoteUpdate(cartId: \"x\", note: \"\") { userErrors { message } } }",
            none(),
        ),
        (
            "mutation { checkoutComplete(input: {}) { userErrors { message } } }",
            none(),
        ),
        (
            "mutation { orderCancel(input: {}) { userErrors { message } } }",
            none(),
        ),
        (
            "subscription { orderUpdated(orderId: \"x\") { cursor } }",
            none(),
        ),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_documents_are_told_what_is_wrong_and_nothing_else() {
    let besieged = Besieged::start(&[]).await;
    for (document, variables) in documents() {
        let sent = format!("{document}{variables}");
        for accept in [
            "application/json",
            "application/graphql-response+json",
            "text/event-stream",
        ] {
            let request = besieged.post().header("accept", accept);
            let body = json!({ "query": document, "variables": variables });
            let reply = besieged.send(request.json(&body)).await;
            reply.is_bounded(&sent);
            tells_nothing(&reply, &sent, &sent);
        }
    }
    besieged.is_whole();
}

#[tokio::test(flavor = "multi_thread")]
async fn suggestions_tell_no_stranger_the_schema() {
    let besieged = Besieged::start(&[]).await;
    for document in [
        "{ viewr { email } }",
        "{ shop { nme } }",
        "{ products(frst: 1) { nodes { id } } }",
        "query($a: Strng) { shop { name } }",
        "{ shop { ... on Shp { name } } }",
    ] {
        let reply = besieged.ask(document, json!({})).await;
        assert!(!reply.codes().is_empty(), "{}", reply.text);
        for word in ["did you mean", "maybe", "suggest"] {
            assert!(!reply.text.to_lowercase().contains(word), "{}", reply.text);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_requests_are_told_what_is_wrong_and_nothing_else() {
    let besieged = Besieged::start(&[]).await;
    let at = |path: &str| format!("{}{path}", besieged.address());
    let (get, http) = (|path: &str| besieged.http().get(at(path)), besieged.http());
    for (what, request) in [
        ("nothing here", get("/nothing")),
        ("up", get("/../../etc/passwd")),
        (
            "up, written otherwise",
            get("/media/..%2f..%2f..%2fetc%2fpasswd"),
        ),
        ("a picture that is none", get("/media/none")),
        ("GraphiQL", get("/graphiql")),
        ("numbers", get("/metrics")),
        ("numbers of a guess", get("/metrics").bearer_auth("guess")),
        ("an environment", get("/.env")),
        ("a repository", get("/.git/config")),
        ("no query", get("/graphql")),
        ("a query that is none", get("/graphql?query=%7B")),
        (
            "variables that are none",
            get("/graphql?query=%7Bshop%7Bname%7D%7D&variables=%7B"),
        ),
        ("bytes that are no text", get("/graphql?query=%ff%fe")),
        (
            "a mutation",
            get("/graphql?query=mutation%7BaccountSignOut%7B__typename%7D%7D"),
        ),
        ("another method", http.delete(at("/graphql"))),
        ("another type", besieged.post().body("x")),
        (
            "a form",
            besieged
                .post()
                .header("content-type", "multipart/form-data; boundary=x")
                .body("--x--"),
        ),
        (
            "no JSON",
            besieged
                .post()
                .header("content-type", "application/json")
                .body("\u{0}"),
        ),
        (
            "another charset",
            besieged
                .post()
                .header("content-type", "application/json; charset=utf-7")
                .body("{}"),
        ),
        (
            "nothing acceptable",
            besieged
                .post()
                .header("accept", "image/png")
                .json(&json!({ "query": "{ shop { name } }" })),
        ),
        (
            "a bad token",
            besieged
                .post()
                .bearer_auth("x")
                .json(&json!({ "query": "{ shop { name } }" })),
        ),
        (
            "a bad scheme",
            besieged
                .post()
                .header("authorization", "Basic YTpi")
                .json(&json!({ "query": "{ shop { name } }" })),
        ),
        (
            "a bad key",
            besieged
                .post()
                .header("idempotency-key", b"\xe9".as_slice())
                .json(&json!({ "query": "mutation { cartCreate { cart { id } } }" })),
        ),
        (
            "a foreign page",
            besieged
                .post()
                .header("origin", "https://evil.example")
                .header("accept", "text/event-stream")
                .json(&json!({ "query": "{ shop { name } }" })),
        ),
    ] {
        let reply = besieged.send(request).await;
        reply.is_bounded(what);
        assert!(reply.status < 500, "{what}: {}", reply.status);
        tells_nothing(&reply, what, "");
    }
    besieged.is_whole();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fault_of_ours_tells_a_request_id_and_its_cause_to_the_log_alone() {
    let besieged = Besieged::start(&[]).await;
    // A table that is gone: whatever reads it is our fault.
    let sql = besieged.server.client().await.unwrap();
    sql.batch_execute("ALTER TABLE menus RENAME TO mislaid")
        .await
        .unwrap();
    let reply = besieged
        .ask("{ menu(handle: \"main\") { title } }", json!({}))
        .await;
    assert_eq!(reply.codes(), ["INTERNAL_SERVER_ERROR"], "{}", reply.text);
    tells_nothing(&reply, "a table that is gone", "");
    assert!(!reply.text.contains("menus"), "{}", reply.text);
    let id = reply.json()["errors"][0]["extensions"]["requestId"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(reply.headers["x-request-id"], id);
    let log = besieged.log();
    assert!(log.contains(&id) && log.contains("menus"), "{log}");
}
