//! Documents that are named.

use super::*;
use sha2::{Digest, Sha256};

const ITEM: &str = "query Item { item { name } }";

fn hash(text: &str) -> String {
    let digits = Sha256::digest(text);
    digits.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn by_hash(hash: &str, query: Option<&str>) -> Json {
    let extensions = json!({ "persistedQuery": { "version": 1, "sha256Hash": hash } });
    match query {
        Some(query) => json!({ "query": query, "extensions": extensions }),
        None => json!({ "extensions": extensions }),
    }
}

#[tokio::test]
async fn a_client_brings_a_document_once() {
    let gate = gate();
    let headers = [(header::ACCEPT, GRAPHQL), (header::CONTENT_TYPE, JSON)];
    let post = |body: Json| {
        send_to(
            &gate,
            request("POST", "/graphql", &headers, body.to_string().into()),
        )
    };
    let unknown = post(by_hash(&hash(ITEM), None)).await;
    assert_eq!(
        (unknown.status, unknown.code(), unknown.message()),
        (
            StatusCode::BAD_REQUEST,
            "PERSISTED_QUERY_NOT_FOUND",
            "PersistedQueryNotFound"
        )
    );
    assert!(post(by_hash(&hash(ITEM), Some(ITEM))).await.has_data());
    let known = post(by_hash(&hash(ITEM), None)).await;
    assert_eq!(known.at("/data/item/name"), "lily");

    // What would be refused is not kept.
    for bad in [
        "{ item",
        "{ nothing }",
        "mutation { nothing",
        &format!("{{ {} }}", "a ".repeat(5_000)),
    ] {
        assert!(!post(by_hash(&hash(bad), Some(bad))).await.has_data());
        assert_eq!(
            post(by_hash(&hash(bad), None)).await.code(),
            "PERSISTED_QUERY_NOT_FOUND"
        );
    }
}

#[tokio::test]
async fn a_name_that_is_none_is_a_bad_request() {
    let other = hash("{ other }");
    let persisted = |value: Json| json!({ "extensions": { "persistedQuery": value } });
    for body in [
        by_hash(&other, Some(ITEM)),
        by_hash("x", Some(ITEM)),
        persisted(json!(1)),
        persisted(json!({})),
        persisted(json!({ "version": 2, "sha256Hash": other })),
        persisted(json!({ "version": "1", "sha256Hash": other })),
        persisted(json!({ "version": 1, "sha256Hash": 1 })),
        persisted(json!({ "version": 1, "sha256Hash": "a".repeat(257) })),
        json!({ "documentId": 1 }),
        json!({ "documentId": "a".repeat(257) }),
        json!({ "documentId": "a", "query": ITEM }),
        json!({ "documentId": "" }),
    ] {
        let reply = post(GRAPHQL, body.clone()).await;
        assert_eq!(
            (reply.status, reply.code()),
            (StatusCode::BAD_REQUEST, "BAD_REQUEST"),
            "{body}"
        );
    }
}

#[tokio::test]
async fn a_public_query_that_is_named_by_get_may_be_kept() {
    let gate = gate();
    let asked = async |query: &str, more: &[(header::HeaderName, &str)]| {
        let extensions = by_hash(&hash(query), None)["extensions"].to_string();
        let uri = form_urlencoded::Serializer::new("/graphql?".to_owned())
            .append_pair("extensions", &extensions)
            .append_pair("query", query)
            .finish();
        let headers = [&[(header::ACCEPT, JSON)], more].concat();
        send_to(&gate, request("GET", &uri, &headers, Body::empty())).await
    };
    let kept = asked(ITEM, &[]).await;
    let tag = kept.header("etag").to_owned();
    assert_eq!(kept.header("cache-control"), "public, max-age=10");
    let vary = "Accept, Accept-Encoding, Authorization, Cookie";
    assert_eq!(kept.header("vary"), vary);
    assert!(tag.starts_with("W/\"") && kept.has_data(), "{tag}");
    let again = asked(ITEM, &[(header::IF_NONE_MATCH, &format!("\"x\", {tag}"))]).await;
    assert_eq!((again.status, again.length), (StatusCode::NOT_MODIFIED, 0));
    assert_eq!(
        (again.header("etag"), again.header("vary")),
        (tag.as_str(), vary)
    );
    let changed = asked(ITEM, &[(header::IF_NONE_MATCH, "\"x\"")]).await;
    assert_eq!(changed.status, StatusCode::OK);

    for (query, headers) in [
        (ITEM, &[(header::AUTHORIZATION, "Bearer x")][..]),
        (ITEM, &[(header::COOKIE, "a=b")]),
        ("{ item { name } soldOut }", &[]),
        ("{ item { name } echo(text: \"\") }", &[]),
        ("{ ...Q } fragment Q on Query { echo(text: \"\") }", &[]),
        ("{ nothing }", &[]),
    ] {
        let reply = asked(query, headers).await;
        assert_eq!(reply.header("cache-control"), "no-store", "{query}");
        assert_eq!(reply.header("etag"), "", "{query}");
    }
    let sent = get(JSON, &[("query", ITEM)]).await;
    assert_eq!(sent.header("cache-control"), "no-store");
}

#[tokio::test]
async fn every_answer_says_what_was_asked_for() {
    for (query, requested) in [
        ("{ item { name } }", json!(1)),
        ("{ nothing }", json!(0)),
        ("{ soldOut }", json!(0)),
        ("{ item { __schema { types { name } } } }", json!(3)),
    ] {
        let reply = post(JSON, json!({ "query": query })).await;
        let cost = json!({ "requested": requested, "limit": 5_000 });
        assert_eq!(reply.at("/extensions/cost"), &cost, "{query}");
    }
    let dear = format!("{{ {} }}", "item(first: 250) { name } ".repeat(21));
    let reply = post(JSON, json!({ "query": dear })).await;
    assert_eq!(reply.code(), "MAX_COST_EXCEEDED");
    assert_eq!(reply.at("/extensions/cost/requested"), 5_250);
    let unread = post(JSON, json!({ "query": "{" })).await;
    assert_eq!(unread.at("/extensions"), &Json::Null);
}
