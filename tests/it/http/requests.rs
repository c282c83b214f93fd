//! The GraphQL endpoint by the letter of HTTP: methods, media types, bodies, statuses.

use super::header;
use crate::support::Shop;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

const QUERY: &str = "{ shop { name } }";
const GRAPHQL: &str = "application/graphql-response+json";

/// What came back, as far as it is looked at here.
#[derive(Debug)]
struct Reply {
    status: u16,
    kind: String,
    allow: String,
    body: Value,
}

impl Reply {
    fn code(&self) -> &str {
        self.body["errors"][0]["extensions"]["code"]
            .as_str()
            .unwrap_or_default()
    }
}

async fn send(request: RequestBuilder) -> Reply {
    let response = request.send().await.unwrap();
    Reply {
        status: response.status().as_u16(),
        kind: header(&response, "content-type").to_owned(),
        allow: header(&response, "allow").to_owned(),
        body: response.json().await.unwrap(),
    }
}

fn endpoint(shop: &Shop) -> String {
    format!("{}/graphql", shop.address)
}

fn post(shop: &Shop, kind: &str, body: impl Into<reqwest::Body>) -> RequestBuilder {
    let request = shop.http().post(endpoint(shop));
    request.header("content-type", kind).body(body)
}

fn get(shop: &Shop, parameters: &[(&str, &str)]) -> RequestBuilder {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(parameters);
    shop.http()
        .get(format!("{}?{}", endpoint(shop), query.finish()))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_query_is_answered_by_post_and_get_under_every_address() {
    let shop = Shop::open().await;
    let body = json!({ "query": QUERY }).to_string();
    let expected = json!({ "shop": { "name": "Lilium" } });
    for path in [
        "/graphql",
        "/api/2023-01/graphql.json",
        "/api/2026-04/graphql.json",
        "/api/unstable/graphql.json",
    ] {
        let url = format!("{}{path}", shop.address);
        let posted = shop
            .http()
            .post(&url)
            .header("content-type", "application/json; charset=UTF-8")
            .header("x-shopify-storefront-access-token", "whatever");
        let posted = send(posted.body(body.clone())).await;
        assert_eq!((posted.status, &posted.body["data"]), (200, &expected));
    }
    let got = send(get(&shop, &[("query", QUERY)])).await;
    assert_eq!((got.status, &got.body["data"]), (200, &expected));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_media_type_of_the_answer_is_negotiated() {
    let shop = Shop::open().await;
    for (accept, kind) in [
        ("", "application/json"),
        ("application/json", "application/json"),
        (GRAPHQL, GRAPHQL),
        (
            "application/graphql-response+json, application/json;q=0.9",
            GRAPHQL,
        ),
        (
            "application/graphql-response+json;q=0.5, application/json",
            "application/json",
        ),
        ("text/html, application/json;q=0, */*;q=0.1", GRAPHQL),
    ] {
        let request = get(&shop, &[("query", QUERY)]).header("accept", accept);
        let reply = send(request).await;
        assert_eq!(
            (reply.status, reply.kind),
            (200, format!("{kind}; charset=utf-8")),
            "{accept}"
        );
    }
    for accept in ["text/html", "application/json;q=0", "text/plain"] {
        let request = get(&shop, &[("query", QUERY)]).header("accept", accept);
        let reply = send(request).await;
        assert_eq!(
            (reply.status, reply.code()),
            (406, "NOT_ACCEPTABLE"),
            "{accept}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_json_in_utf_8_is_read() {
    let shop = Shop::open().await;
    let body = json!({ "query": QUERY }).to_string();
    for kind in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/graphql",
        "application/json; charset=iso-8859-1",
        "application/jsonx",
    ] {
        let reply = send(post(&shop, kind, body.clone())).await;
        assert_eq!(
            (reply.status, reply.code()),
            (415, "UNSUPPORTED_MEDIA_TYPE"),
            "{kind}"
        );
    }
    let undeclared = shop.http().post(endpoint(&shop)).body(body);
    assert_eq!(send(undeclared).await.status, 415);
}

#[tokio::test(flavor = "multi_thread")]
async fn other_methods_are_told_which_are_served() {
    let shop = Shop::open().await;
    for method in ["PUT", "DELETE", "PATCH", "OPTIONS"] {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let reply = send(shop.http().request(method, endpoint(&shop))).await;
        assert_eq!(
            (reply.status, reply.code(), reply.allow.as_str()),
            (405, "METHOD_NOT_ALLOWED", "GET, POST")
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_request_is_400_in_json() {
    let shop = Shop::open().await;
    let nested = "[".repeat(200_000);
    for body in [
        "",
        "{",
        "no JSON",
        "[]",
        "null",
        "1",
        "\"text\"",
        "{}",
        r#"{"query":1}"#,
        r#"{"query":""}"#,
        r#"{"query":"{ shop { name } }","variables":[]}"#,
        r#"{"query":"{ shop { name } }","variables":"{}"}"#,
        r#"{"query":"{ shop { name } }","operationName":1}"#,
        r#"{"query":"{ shop { name } }","extensions":"x"}"#,
        r#"[{"query":"{ shop { name } }"},{"query":"{ shop { name } }"}]"#,
        nested.as_str(),
    ] {
        for accept in ["application/json", GRAPHQL] {
            let request = post(&shop, "application/json", body.to_owned());
            let reply = send(request.header("accept", accept)).await;
            assert_eq!(
                (reply.status, reply.code()),
                (400, "BAD_REQUEST"),
                "{body:.60}"
            );
            assert_eq!(reply.body.get("data"), None, "{body:.60}");
            let said = reply.body.to_string();
            assert!(said.len() < 1_000 && !said.contains("Error("), "{said}");
        }
    }
    let bytes = post(
        &shop,
        "application/json",
        b"{\"query\":\"\xff\xfe\"}".to_vec(),
    );
    assert_eq!(send(bytes).await.status, 400);
    for parameters in [
        &[][..],
        &[("operation_name", "x")],
        &[("query", QUERY), ("query", QUERY)],
        &[("query", QUERY), ("variables", "1")],
        &[("query", QUERY), ("variables", "{")],
        &[("query", QUERY), ("extensions", "[]")],
    ] {
        let reply = send(get(&shop, parameters)).await;
        assert_eq!(
            (reply.status, reply.code()),
            (400, "BAD_REQUEST"),
            "{parameters:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_body_is_413_whether_it_says_so_or_not() {
    let shop = Shop::open().await;
    let long = format!("{{\"query\":\"{}\"}}", " ".repeat(2_000_000));
    let reply = send(post(&shop, "application/json", long.clone())).await;
    assert_eq!((reply.status, reply.code()), (413, "PAYLOAD_TOO_LARGE"));
    // A request that declares more than it sends is refused before it has sent it.
    let reply = raw(&shop, "POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 50000000\r\n\r\n{").await;
    assert!(reply.starts_with("HTTP/1.1 413 "), "{reply}");
    let limit = 1_048_576;
    let fits = json!({ "query": QUERY, "variables": {}, "padding": "" }).to_string();
    let padded = |length: usize| {
        fits.replace(
            "\"padding\":\"\"",
            &format!("\"padding\":\"{}\"", "x".repeat(length)),
        )
    };
    let exact = padded(limit - fits.len());
    assert_eq!(exact.len(), limit);
    assert_eq!(
        send(post(&shop, "application/json", exact)).await.status,
        200
    );
    let over = padded(limit - fits.len() + 1);
    assert_eq!(
        send(post(&shop, "application/json", over)).await.status,
        413
    );
}

/// Sends bytes as they are; what came back until the other side closed or was silent.
async fn raw(shop: &Shop, request: &str) -> String {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let host = shop.address.strip_prefix("http://").unwrap();
    let mut stream = tokio::net::TcpStream::connect(host).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    let patience = std::time::Duration::from_secs(5);
    let _ = tokio::time::timeout(patience, stream.read_to_end(&mut answer)).await;
    String::from_utf8(answer).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_document_has_no_data_and_its_status_says_whose_fault_it_is() {
    let shop = Shop::open().await;
    for (query, code) in [
        ("{ shop {", "GRAPHQL_PARSE_FAILED"),
        ("{ shop { nme } }", "GRAPHQL_VALIDATION_FAILED"),
        (
            "{ products(first: \"1\") { nodes { id } } }",
            "GRAPHQL_VALIDATION_FAILED",
        ),
        (
            "query Q($n: Int!) { products(first: $n) { nodes { id } } }",
            "BAD_USER_INPUT",
        ),
        (
            "query A { shop { name } } query B { shop { name } }",
            "OPERATION_RESOLUTION_FAILURE",
        ),
        (
            "{ shop { name } } query B { shop { name } }",
            "GRAPHQL_PARSE_FAILED",
        ),
        (
            "subscription { shop { name } }",
            "OPERATION_RESOLUTION_FAILURE",
        ),
    ] {
        for (accept, status) in [("application/json", 200), (GRAPHQL, 400)] {
            let body = json!({ "query": query }).to_string();
            let request = post(&shop, "application/json", body).header("accept", accept);
            let reply = send(request).await;
            assert_eq!((reply.status, reply.code()), (status, code), "{query}");
            assert_eq!(reply.body.get("data"), None, "{query}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_is_guarded_and_carries_the_request_id() {
    let shop = Shop::open().await;
    for (body, sent, taken) in [
        (json!({ "query": QUERY }).to_string(), "abc-1", true),
        ("{".to_owned(), "abc-2", true),
        (json!({ "query": QUERY }).to_string(), "no good", false),
    ] {
        let request = post(&shop, "application/json", body).header("x-request-id", sent);
        let response = request.send().await.unwrap();
        assert_eq!(header(&response, "x-request-id") == sent, taken);
        assert!(!header(&response, "x-request-id").is_empty());
        assert_eq!(header(&response, "x-content-type-options"), "nosniff");
        assert_eq!(header(&response, "cache-control"), "no-store");
        assert_eq!(header(&response, "referrer-policy"), "no-referrer");
    }
}
