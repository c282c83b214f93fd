//! What was asked is counted exactly.

use super::assert_numbers;
use crate::watching::Watched;
use lilium::platform::telemetry::ALL;
use serde_json::json;

const GOODS: &str =
    "{ products(first: 2) { nodes { title variants(first: 2) { nodes { price { amount } } } } } }";

#[tokio::test(flavor = "multi_thread")]
async fn what_was_asked_is_counted_exactly() {
    // Given a program of its own.
    let watched = Watched::serve(&[("DATABASE_POOL", "12")]).await;

    // When it is asked a few things.
    for _ in 0..3 {
        watched
            .ask("query Three { shop { name } }", json!({}), &[])
            .await;
    }
    for _ in 0..2 {
        watched.ask(GOODS, json!({}), &[]).await;
    }
    let create = "mutation NewCart { a: cartCreate(input: {}) { cart { id } } ... on Mutation { b: cartCreate(input: {}) { cart { id } } } }";
    let made = watched.ask(create, json!({}), &[]).await;
    assert!(made["data"]["b"]["cart"]["id"].is_string(), "{made:#}");
    watched.ask("query Wrong { nothing }", json!({}), &[]).await;
    watched.ask("{", json!({}), &[]).await;
    for path in ["/healthz", "/healthz", "/nothing", "/.env"] {
        watched.get(path).await;
    }

    // Then each is there, as often as it was asked.
    let scrape = watched.scrape().await;
    assert_numbers(
        &scrape,
        &[
            (
                r#"lilium_graphql_requests_total{kind="query",operation="Three",outcome="ok"}"#,
                3.0,
            ),
            (
                r#"lilium_graphql_requests_total{kind="query",operation="anonymous",outcome="ok"}"#,
                2.0,
            ),
            (
                r#"lilium_graphql_requests_total{kind="mutation",operation="NewCart",outcome="ok"}"#,
                1.0,
            ),
            (
                r#"lilium_graphql_requests_total{kind="query",operation="other",outcome="errors"}"#,
                1.0,
            ),
            (
                r#"lilium_graphql_requests_total{kind="unknown",operation="anonymous",outcome="errors"}"#,
                1.0,
            ),
            (r#"lilium_graphql_request_seconds_count{kind="query"}"#, 6.0),
            (
                r#"lilium_graphql_request_seconds_count{kind="mutation"}"#,
                1.0,
            ),
            (
                r#"lilium_graphql_request_seconds_count{kind="unknown"}"#,
                1.0,
            ),
            (r#"lilium_graphql_request_cost_count{kind="query"}"#, 6.0),
            // A statement for the list and one for all variants, twice.
            (
                r#"lilium_graphql_request_statements_sum{kind="query"}"#,
                4.0,
            ),
            (
                r#"lilium_graphql_root_fields_total{field="shop",kind="query",outcome="ok"}"#,
                3.0,
            ),
            (
                r#"lilium_graphql_root_fields_total{field="products",kind="query",outcome="ok"}"#,
                2.0,
            ),
            (
                r#"lilium_graphql_root_fields_total{field="cartCreate",kind="mutation",outcome="ok"}"#,
                1.0,
            ),
            (
                r#"lilium_graphql_root_fields_total{field="cartCreate",kind="mutation",outcome="errors"}"#,
                0.0,
            ),
            (
                r#"lilium_graphql_errors_total{code="GRAPHQL_VALIDATION_FAILED"}"#,
                1.0,
            ),
            (
                r#"lilium_graphql_errors_total{code="GRAPHQL_PARSE_FAILED"}"#,
                1.0,
            ),
            (
                r#"lilium_http_responses_total{path="/healthz",status="200"}"#,
                2.0,
            ),
            (
                r#"lilium_http_responses_total{path="other",status="404"}"#,
                2.0,
            ),
            (
                r#"lilium_http_responses_total{path="/graphql",status="200"}"#,
                8.0,
            ),
            (
                r#"lilium_http_response_seconds_count{path="/graphql"}"#,
                8.0,
            ),
            (r#"lilium_build_info{version="0.1.0"}"#, 1.0),
            ("lilium_database_up", 1.0),
            ("lilium_database_connections_max", 12.0),
            ("lilium_database_connections_waiting", 0.0),
            ("lilium_sockets_open", 0.0),
            ("lilium_subscriptions_open", 0.0),
        ],
    );
    let batch = |part: &str| {
        let loader = r#"{loader="ProductParts"}"#;
        scrape.find(&format!("lilium_loader_batch_keys_{part}{loader}"))
    };
    // The variants of two products, twice.
    assert_eq!((batch("count"), batch("sum")), (Some(2.0), Some(4.0)));
    assert_eq!(
        scrape.number("lilium_database_connections_refused_total"),
        0.0
    );
    let of_requests = r#"lilium_database_statements_total{purpose="requests"}"#;
    assert!(scrape.number(of_requests) >= 6.0);
    assert!(scrape.number("lilium_database_statement_seconds_count") >= 6.0);
    assert!(scrape.number("lilium_database_connection_wait_seconds_count") >= 6.0);
    let connections = scrape.sum("lilium_database_connections");
    assert!((1.0..=12.0).contains(&connections), "{connections}");
    assert!(scrape.number("process_resident_memory_bytes") > 1e6);
    assert!(scrape.number("process_threads") >= 2.0);
    assert!(scrape.number("lilium_tasks") >= 2.0);
    assert!(scrape.number("process_open_fds") >= 5.0);
    assert!(scrape.number("process_cpu_seconds_total") > 0.0);
    assert!(scrape.number("lilium_uptime_seconds") > 0.0);
    let served = scrape.families();
    let known = ALL.iter().map(|it| it.name.to_owned()).collect();
    assert!(served.is_subset(&known), "{served:?}");
}
