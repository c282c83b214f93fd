//! Traces: what a collector is told of requests, and what it is not.

use super::Watched;
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::routing::post;
use lilium::demo::people::PASSWORD;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value as Any;
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message;
use serde_json::json;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::net::TcpListener;

/// A collector that keeps what it is told.
#[derive(Clone, Default)]
struct Collector(Arc<Mutex<Vec<Bytes>>>);

impl Collector {
    /// Starts one; where it listens.
    async fn listen(&self) -> String {
        let keep = |State(kept): State<Self>, headers: HeaderMap, body: Bytes| async move {
            assert_eq!(headers["content-type"], "application/x-protobuf");
            kept.0.lock().unwrap().push(body);
        };
        let router = Router::new().route("/v1/traces", post(keep));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let service = router.with_state(self.clone());
        tokio::spawn(async move { axum::serve(listener, service).await });
        address
    }

    /// Everything that it was told, as it came.
    fn bytes(&self) -> Vec<u8> {
        self.0.lock().unwrap().concat()
    }

    fn spans(&self) -> Vec<Span> {
        let mut spans = Vec::new();
        for body in self.0.lock().unwrap().iter() {
            let told = ExportTraceServiceRequest::decode(body.clone()).unwrap();
            for resource in told.resource_spans {
                let named = &resource.resource.as_ref().unwrap().attributes;
                let service = named.iter().find(|it| it.key == "service.name");
                let service = service.and_then(|it| it.value.clone()).unwrap().value;
                assert_eq!(service, Some(Any::StringValue("lilium".to_owned())));
                spans.extend(resource.scope_spans.into_iter().flat_map(|it| it.spans));
            }
        }
        spans
    }
}

fn text(span: &Span, name: &str) -> String {
    let found = span.attributes.iter().find(|it| it.key == name);
    match found
        .and_then(|it| it.value.clone())
        .and_then(|it| it.value)
    {
        Some(Any::StringValue(text)) => text,
        Some(Any::IntValue(number)) => number.to_string(),
        other => panic!("{name}: {other:?} in {span:#?}"),
    }
}

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const GOODS: &str = "query Goods { products(first: 2) { nodes { title variants(first: 2) { nodes { price { amount } } } } } }";

#[tokio::test(flavor = "multi_thread")]
async fn a_collector_is_told_of_requests_and_of_no_secret() {
    // Given a program that has a collector, behind a proxy that it trusts.
    let collector = Collector::default();
    let address = collector.listen().await;
    let settings = [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", address.as_str()),
        ("LILIUM_TRUSTED_PROXIES", "127.0.0.1"),
    ];
    let watched = Watched::serve(&settings).await;

    // When somebody signs in, by literals and by variables, and looks at goods as a part of something larger.
    let literal = format!(
        "mutation Literal {{ accountSignIn(email: \"nobody@example.com\", password: \"{PASSWORD}\") {{ userErrors {{ message }} }} }}"
    );
    watched.ask(&literal, json!({}), &[]).await;
    let sign_in = "mutation SignIn($email: String!, $password: String!) { accountSignIn(email: $email, password: $password) { tokens { accessToken refreshToken } } }";
    let email = "ada@example.com";
    let variables = json!({ "email": email, "password": PASSWORD });
    let signed_in = watched.ask(sign_in, variables, &[]).await;
    let tokens = &signed_in["data"]["accountSignIn"]["tokens"];
    let [access, refresh] =
        ["accessToken", "refreshToken"].map(|name| tokens[name].as_str().unwrap());
    let bearer = format!("Bearer {access}");
    let parent = format!("00-{TRACE}-00f067aa0ba902b7-01");
    let headers = [
        ("traceparent", parent.as_str()),
        ("authorization", bearer.as_str()),
        ("x-request-id", "the-one-with-goods"),
    ];
    let goods = watched.ask(GOODS, json!({}), &headers).await;
    assert!(goods.get("errors").is_none(), "{goods:#}");
    watched.ask("{", json!({}), &[]).await;
    // What waits is sent when the program ends.
    let said = watched.serving.stop();
    assert_eq!(said.code, Some(0), "{}", said.err);

    // Then the collector knows each request, with its parts below it.
    let spans = collector.spans();
    let roots: Vec<&Span> = spans
        .iter()
        .filter(|it| it.attributes.iter().any(|at| at.key == "lilium.request_id"))
        .collect();
    let mut names: Vec<String> = roots
        .iter()
        .map(|it| text(it, "graphql.operation.name"))
        .collect();
    names.sort();
    assert_eq!(names, ["", "Goods", "Literal", "SignIn"]);
    let goods = roots
        .iter()
        .find(|it| text(it, "graphql.operation.name") == "Goods")
        .unwrap();
    assert_eq!(goods.name, "query");
    assert_eq!(
        goods.trace_id,
        u128::from_str_radix(TRACE, 16).unwrap().to_be_bytes()
    );
    assert_eq!(
        goods.parent_span_id,
        0x00f0_67aa_0ba9_02b7_u64.to_be_bytes()
    );
    for (name, value) in [
        ("graphql.operation.type", "query"),
        ("http.response.status_code", "200"),
        ("lilium.request_id", "the-one-with-goods"),
        // Who asks, the list, and all variants.
        ("lilium.statements", "3"),
        ("lilium.errors", "0"),
    ] {
        assert_eq!(text(goods, name), value, "{name}");
    }
    let cost: u64 = text(goods, "lilium.cost").parse().unwrap();
    assert!(cost >= 2, "{cost}");
    let parts: Vec<&Span> = spans
        .iter()
        .filter(|it| it.parent_span_id == goods.span_id)
        .collect();
    assert!(parts.iter().all(|it| it.trace_id == goods.trace_id));
    let statements: Vec<String> = parts
        .iter()
        .filter(|it| it.attributes.iter().any(|at| at.key == "db.query.text"))
        .map(|it| text(it, "db.query.text"))
        .collect();
    assert_eq!(statements.len(), 3, "{statements:#?}");
    assert!(
        statements.iter().any(|it| it.contains("$1")),
        "{statements:#?}"
    );
    let batches: Vec<_> = parts
        .iter()
        .filter(|it| it.name.starts_with("batch "))
        .collect();
    assert_eq!(batches.len(), 1, "{parts:#?}");
    assert_eq!(text(batches[0], "lilium.keys"), "2");
    for part in &parts {
        assert!(part.start_time_unix_nano <= part.end_time_unix_nano);
        assert!(part.start_time_unix_nano + 1_000_000 >= goods.start_time_unix_nano);
        assert!(part.end_time_unix_nano <= goods.end_time_unix_nano + 1_000_000);
    }
    // Requests without a parent have traces of their own.
    let own = roots.iter().filter(|it| it.parent_span_id.is_empty());
    assert_eq!(own.count(), 3);

    // And no secret, whatever way it came.
    let bytes = collector.bytes();
    for secret in [PASSWORD, access, refresh, email, "nobody@example.com"] {
        let held = bytes
            .windows(secret.len())
            .any(|it| it == secret.as_bytes());
        assert!(!held, "the collector was told {secret}");
    }
    let name = b"accountSignIn";
    assert!(
        !bytes.windows(name.len()).any(|it| it == name),
        "it was told a document"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_neither_writes_into_another_trace_nor_says_what_is_kept() {
    // Given a program that trusts no proxy at this address.
    let collector = Collector::default();
    let address = collector.listen().await;
    let settings = [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", address.as_str()),
        ("LILIUM_TRUSTED_PROXIES", "192.0.2.7"),
    ];
    let watched = Watched::serve(&settings).await;

    // When it is told of a trace, once that it is kept and once that it is not.
    for flags in ["01", "00"] {
        let parent = format!("00-{TRACE}-00f067aa0ba902b7-{flags}");
        let headers = [("traceparent", parent.as_str())];
        let answer = watched.ask("{ __typename }", json!({}), &headers).await;
        assert!(answer.get("errors").is_none(), "{answer:#}");
    }
    let said = watched.serving.stop();
    assert_eq!(said.code, Some(0), "{}", said.err);

    // Then both are kept, each at the head of a trace of its own.
    let spans = collector.spans();
    let heads: Vec<&Span> = spans
        .iter()
        .filter(|it| it.parent_span_id.is_empty())
        .collect();
    assert_eq!(heads.len(), 2, "{spans:#?}");
    assert_ne!(heads[0].trace_id, heads[1].trace_id);
    let theirs = u128::from_str_radix(TRACE, 16).unwrap().to_be_bytes();
    assert!(spans.iter().all(|it| it.trace_id != theirs));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_collector_that_is_gone_is_no_hindrance() {
    // One that refuses, and one that never answers.
    let deaf = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let gone = {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        listener.local_addr().unwrap()
    };
    for address in [gone, deaf.local_addr().unwrap()] {
        let endpoint = format!("http://{address}");
        let watched = Watched::serve(&[("OTEL_EXPORTER_OTLP_ENDPOINT", &endpoint)]).await;
        let begin = Instant::now();
        // More than the queue takes, before any of it can be sent.
        for _ in 0..20 {
            let asked = (0..150).map(|_| watched.ask("{ shop { name } }", json!({}), &[]));
            for answer in futures_util::future::join_all(asked).await {
                assert!(answer.get("errors").is_none(), "{answer:#}");
            }
        }
        assert!(
            begin.elapsed() < Duration::from_secs(60),
            "{:?}",
            begin.elapsed()
        );
        let begin = Instant::now();
        let said = watched.serving.stop();
        assert_eq!(said.code, Some(0), "{}", said.err);
        assert!(
            begin.elapsed() < Duration::from_secs(15),
            "{:?}",
            begin.elapsed()
        );
        let complaints: Vec<&str> = said
            .err
            .lines()
            .filter(|line| line.contains("WARN") || line.contains("ERROR"))
            // What the machine allows is another matter.
            .filter(|line| !line.contains("fewer files may be open"))
            .collect();
        assert_eq!(complaints, Vec::<&str>::new());
    }
}
