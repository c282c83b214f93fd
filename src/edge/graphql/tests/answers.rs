//! What an answer says, and how much of it.

use super::*;

/// Requests that are read and not executed: what is sent, and the code that comes back.
fn request_errors() -> Vec<(Json, &'static str)> {
    let with = |query: &str, variables: Json| json!({ "query": query, "variables": variables });
    let typed = "query Q($t: String!) { echo(text: $t) }";
    vec![
        (with("{", json!({})), "GRAPHQL_PARSE_FAILED"),
        (
            with("{ item { name } } \u{0}", json!({})),
            "GRAPHQL_PARSE_FAILED",
        ),
        (with("{ nothing }", json!({})), "GRAPHQL_VALIDATION_FAILED"),
        (
            with("{ item { ...a } } fragment a on Item { ...a }", json!({})),
            "GRAPHQL_VALIDATION_FAILED",
        ),
        (with(typed, json!({})), "BAD_USER_INPUT"),
        (with(typed, json!({ "t": null })), "BAD_USER_INPUT"),
        (
            with(typed, json!({ "t": { "a": 1 } })),
            "GRAPHQL_VALIDATION_FAILED",
        ),
        (
            with("subscription { ticks }", json!({})),
            "OPERATION_RESOLUTION_FAILURE",
        ),
    ]
}

#[tokio::test]
async fn a_request_error_has_no_data_and_a_status_by_media_type() {
    for (body, code) in request_errors() {
        for (accept, status) in [(GRAPHQL, StatusCode::BAD_REQUEST), (JSON, StatusCode::OK)] {
            let reply = post(accept, body.clone()).await;
            assert_eq!((reply.status, reply.code()), (status, code), "{body}");
            assert!(!reply.has_data(), "{body}");
        }
    }
}

#[tokio::test]
async fn a_field_error_leaves_the_data() {
    let reply = query("{ soldOut item { name } }").await;
    assert_eq!(reply.status, StatusCode::OK);
    assert_eq!(
        reply.at("/data"),
        &json!({ "soldOut": null, "item": { "name": "lily" } })
    );
    assert_eq!(
        (reply.code(), reply.message()),
        ("BAD_USER_INPUT", "Choose another.")
    );
    assert_eq!(reply.at("/errors/0/path"), &json!(["soldOut"]));
}

#[tokio::test]
async fn data_that_an_error_made_null_is_still_there() {
    let reply = query("{ uncoded }").await;
    assert_eq!(
        (reply.status, reply.code()),
        (StatusCode::OK, "BAD_USER_INPUT")
    );
    assert_eq!(reply.at("/data"), &Json::Null);
    assert!(reply.has_data());
}

#[tokio::test]
async fn our_faults_are_masked_and_carry_the_request_id() {
    for (text, status) in [
        ("{ broken }", StatusCode::OK),
        ("{ panics }", StatusCode::INTERNAL_SERVER_ERROR),
    ] {
        let reply = query(text).await;
        assert_eq!(
            (reply.status, reply.code()),
            (status, "INTERNAL_SERVER_ERROR")
        );
        assert!(!reply.body.to_string().contains("swordfish"));
        let told = reply
            .body
            .pointer("/errors/0/extensions/requestId")
            .and_then(Json::as_str);
        assert_eq!(told, Some(reply.header("x-request-id")));
    }
}

#[tokio::test]
async fn an_operation_has_a_deadline() {
    let reply = query("{ slow }").await;
    assert_eq!(
        (reply.status, reply.code()),
        (StatusCode::GATEWAY_TIMEOUT, "TIMEOUT")
    );
    assert!(!reply.has_data());
}

#[tokio::test]
async fn every_answer_is_private_and_has_an_id() {
    for reply in [
        query("{ item { name } }").await,
        query("{").await,
        post_bytes(JSON, "").await,
    ] {
        assert_eq!(reply.header("x-content-type-options"), "nosniff");
        assert_eq!(reply.header("referrer-policy"), "no-referrer");
        assert_eq!(reply.header("cache-control"), "no-store");
        assert_eq!(reply.header("x-request-id").len(), 36);
    }
}

#[tokio::test]
async fn an_executed_answer_says_what_it_cost() {
    let reply = query("{ item { items(first: 10) { name } } }").await;
    assert_eq!(
        reply.at("/extensions"),
        &json!({ "cost": { "requested": 11, "limit": 5_000 } })
    );
}

#[tokio::test]
async fn errors_are_bounded_in_number_and_length() {
    let unknown: String = (0..500).map(|it| format!("unknown{it} ")).collect();
    let reply = query(&format!("{{ {unknown} }}")).await;
    assert_eq!(reply.at("/errors").as_array().map(Vec::len), Some(20));
    assert_eq!(reply.at("/extensions/errorsOmitted"), 480);

    let long = format!("{{ item(text: \"{}\") {{ name }} }}", "é".repeat(20_000));
    assert!(query(&long).await.length < 2_000);
    let variables = json!({ "t": ["é".repeat(20_000)] });
    let typed = "query Q($t: String!) { echo(text: $t) }";
    let reply = post(GRAPHQL, json!({ "query": typed, "variables": variables })).await;
    assert!(reply.length < 2_000, "{}", reply.message());
}

#[tokio::test]
async fn a_syntax_error_does_not_repeat_the_document() {
    let reply = query(&format!("{{ item {} ! }}", "a ".repeat(1_000))).await;
    assert!(
        reply.message().starts_with("Syntax error: expected "),
        "{}",
        reply.message()
    );
    assert_eq!(reply.at("/errors/0/locations/0/line"), &json!(1));
    assert!(reply.length < 400);
}
