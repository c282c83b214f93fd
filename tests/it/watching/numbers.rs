//! The numbers at `/metrics`: right, valid, bounded, and not for everybody.

mod counted;
mod documents;

use super::Watched;
use super::scrape::Scrape;
use crate::live::{Socket, Watch};
use crate::support::{Contents, Shop, TOKEN_KEYS, moved};
use futures_util::StreamExt;
use futures_util::stream::iter;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

impl Watched {
    async fn scrape(&self) -> Scrape {
        let answer = self.get("/metrics").await;
        assert_eq!(answer.status().as_u16(), 200);
        let kind = answer.headers()["content-type"].to_str().unwrap();
        assert_eq!(kind, "text/plain; version=0.0.4; charset=utf-8");
        assert_eq!(answer.headers()["cache-control"], "no-store");
        Scrape::read(&answer.text().await.unwrap())
    }

    /// Scrapes until `fits`: what happens behind an answer may take a moment.
    async fn until(&self, what: &str, fits: impl Fn(&Scrape) -> bool) -> Scrape {
        let begin = Instant::now();
        loop {
            let scrape = self.scrape().await;
            if fits(&scrape) {
                return scrape;
            }
            assert!(begin.elapsed() < Duration::from_secs(20), "never: {what}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

/// The numbers that `wanted` names are these.
fn assert_numbers(scrape: &Scrape, wanted: &[(&str, f64)]) {
    let wrong: Vec<_> = wanted
        .iter()
        .filter(|(key, number)| scrape.find(key) != Some(*number))
        .map(|(key, number)| format!("{key}: {:?}, not {number}", scrape.find(key)))
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_stays_open_is_counted_until_it_is_closed() {
    let watched = Watched::serve(&[]).await;
    let address = watched.serving.address.clone();
    let made = watched
        .ask(
            "mutation { cartCreate(input: {}) { cart { id } } }",
            json!({}),
            &[],
        )
        .await;
    let cart = made["data"]["cartCreate"]["cart"]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let follow = "subscription($cart: ID!) { cartUpdated(cartId: $cart) { cursor kind } }";

    // A socket that follows a cart, and an event stream that does.
    let mut socket = Socket::join(&address, None).await;
    let payload = json!({ "query": follow, "variables": { "cart": cart } });
    socket.watch("1", &Watch::cart(&cart), None).await;
    socket.told("1").await;
    let mut stream = watched
        .http
        .post(format!("{address}/graphql"))
        .header("accept", "text/event-stream")
        .json(&payload)
        .send()
        .await
        .unwrap();
    let mut heard = String::new();
    while !heard.contains("event: next") {
        let chunk = stream.chunk().await.unwrap().unwrap();
        heard.push_str(&String::from_utf8_lossy(&chunk));
    }
    let open = watched
        .until("both are open", |it| {
            it.number("lilium_subscriptions_open") == 2.0
        })
        .await;
    assert_numbers(
        &open,
        &[("lilium_sockets_open", 1.0), ("lilium_streams_open", 1.0)],
    );
    // Each was told that it begins; that the cart was begun may come after, for an event has its position after the commit.
    let told = open.number("lilium_subscription_events_total");
    assert!((2.0..=4.0).contains(&told), "{told}");

    // Both end.
    socket.leave().await;
    drop(stream);
    let closed = watched
        .until("both are closed", |it| {
            it.number("lilium_subscriptions_open") + it.number("lilium_streams_open") == 0.0
        })
        .await;
    assert_numbers(
        &closed,
        &[
            ("lilium_sockets_open", 0.0),
            (
                r#"lilium_graphql_requests_total{kind="subscription",operation="anonymous",outcome="ok"}"#,
                2.0,
            ),
            (
                r#"lilium_graphql_root_fields_total{field="cartUpdated",kind="subscription",outcome="ok"}"#,
                2.0,
            ),
        ],
    );
    assert_eq!(closed.sum("lilium_socket_closes_total"), 1.0);
    assert_eq!(
        closed
            .find(r#"lilium_graphql_request_seconds_count{kind="subscription"}"#)
            .unwrap_or(0.0),
        0.0
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn events_that_wait_for_their_position_are_seen() {
    let watched = Watched::serve(&[]).await;
    let sql = watched.server.client().await.unwrap();
    moved(&sql).await;

    // Nobody may give positions while this one holds the turn.
    let holds = watched.server.client().await.unwrap();
    holds
        .execute("SELECT pg_advisory_lock(74101, 3)", &[])
        .await
        .unwrap();
    let tell = "INSERT INTO outbox_new (id, kind, subject_id, audiences, facts, told_at)
        SELECT gen_random_uuid(), 'order.placed', gen_random_uuid(), '{staff}', '{}', now() - interval '1 hour' FROM generate_series(1, 3)";
    sql.execute(tell, &[]).await.unwrap();
    let waits = watched
        .until("three wait", |it| {
            it.number("lilium_outbox_waiting_events") == 3.0
        })
        .await;
    let age = waits.number("lilium_outbox_oldest_seconds");
    assert!((3_600.0..4_000.0).contains(&age), "{age}");
    let relayed = waits.number("lilium_relay_events_total");
    let position = waits.number("lilium_events_position");

    drop(holds);
    let told = watched
        .until("none waits", |it| {
            it.number("lilium_outbox_waiting_events") == 0.0
        })
        .await;
    assert_numbers(
        &told,
        &[
            ("lilium_outbox_oldest_seconds", 0.0),
            ("lilium_events_position", position + 3.0),
            ("lilium_relay_events_total", relayed + 3.0),
        ],
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_too_often_is_counted() {
    let settings = [
        ("LILIUM_RATE_REQUESTS", "60"),
        ("LILIUM_TRUSTED_PROXIES", "127.0.0.1"),
    ];
    let watched = Watched::serve(&settings).await;
    let mut refused = 0.0;
    for _ in 0..150 {
        let from = [("x-forwarded-for", "198.51.100.7")];
        let answer = watched.ask("{ __typename }", json!({}), &from).await;
        let code = &answer["errors"][0]["extensions"]["code"];
        refused += f64::from(u8::from(code == "TOO_MANY_REQUESTS"));
    }
    assert!((1.0..150.0).contains(&refused), "{refused}");
    let scrape = watched.scrape().await;
    assert_numbers(
        &scrape,
        &[
            (r#"lilium_rate_limited_total{limit="requests"}"#, refused),
            (
                r#"lilium_graphql_errors_total{code="TOO_MANY_REQUESTS"}"#,
                refused,
            ),
            (
                r#"lilium_http_responses_total{path="/graphql",status="429"}"#,
                refused,
            ),
        ],
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_names_make_two_hundred_series() {
    let watched = Watched::serve(&[("LILIUM_LOG", "error")]).await;
    let url = format!("{}/graphql", watched.serving.address);
    let asked = iter(0..10_000).map(|number| {
        let body = json!({ "query": format!("query N{number} {{ __typename }}") });
        let request = watched.http.post(&url).json(&body).send();
        async { request.await.unwrap().status().as_u16() }
    });
    let statuses: Vec<u16> = asked.buffer_unordered(16).collect().await;
    assert!(statuses.iter().all(|status| *status == 200));

    let scrape = watched.scrape().await;
    let series: Vec<_> = scrape.all("lilium_graphql_requests_total").collect();
    assert_eq!(series.len(), 201, "200 names and all others");
    let sum: f64 = series.iter().map(|it| it.1).sum();
    assert_eq!(sum, 10_000.0);
    let other = r#"lilium_graphql_requests_total{kind="query",operation="other",outcome="ok"}"#;
    assert_eq!(scrape.number(other), 9_800.0);
}

/// What a shop answers at `/metrics` to this header.
async fn at_metrics(shop: &Shop, authorization: Option<&str>) -> (u16, String) {
    let mut request = shop.http().get(format!("{}/metrics", shop.address));
    if let Some(value) = authorization {
        request = request.header("authorization", value);
    }
    let answer = request.send().await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn strangers_find_no_numbers_in_production() {
    let production = [
        ("LILIUM_PROFILE", "production"),
        ("PUBLIC_URL", "https://api.example.com"),
        ("LILIUM_TOKEN_KEYS", TOKEN_KEYS),
    ];
    let closed = Shop::with(Contents::Demo, &production).await;
    let mut with_token = production.to_vec();
    with_token.push(("LILIUM_METRICS_TOKEN", "numbers-for-the-operator"));
    let guarded = closed.again(&with_token).await;
    let nothing = {
        let answer = closed.http().get(format!("{}/nothing", closed.address));
        answer.send().await.unwrap().text().await.unwrap()
    };

    // Whoever may not read them sees what is seen where nothing is.
    let right = "Bearer numbers-for-the-operator";
    for header in [None, Some(right), Some("Bearer "), Some("Bearer x")] {
        assert_eq!(
            at_metrics(&closed, header).await,
            (404, nothing.clone()),
            "{header:?}"
        );
    }
    for header in [
        None,
        Some("Bearer numbers-for-the-operato"),
        Some("Basic numbers-for-the-operator"),
    ] {
        assert_eq!(
            at_metrics(&guarded, header).await,
            (404, nothing.clone()),
            "{header:?}"
        );
    }
    let (status, text) = at_metrics(&guarded, Some(right)).await;
    assert_eq!(status, 200);
    Scrape::read(&text);

    // In development they are open.
    let open = closed.again(&[]).await;
    assert_eq!(at_metrics(&open, None).await.0, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_does_not_answer_is_told_and_its_numbers_are_none() {
    let shop = Shop::with(Contents::Empty, &[]).await;
    let name: Value = {
        let client = shop.sql().await;
        let row = client
            .query_one("SELECT current_database()::text", &[])
            .await;
        Value::from(row.unwrap().get::<_, String>(0))
    };
    let name = name.as_str().unwrap();
    let client = shop.server.database("postgres").client().await.unwrap();
    let shut = format!("ALTER DATABASE {name} ALLOW_CONNECTIONS false");
    client.batch_execute(&shut).await.unwrap();
    let end = format!(
        "SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity WHERE datname = '{name}'"
    );
    client.batch_execute(&end).await.unwrap();
    let begin = Instant::now();
    let (status, _) = at_metrics(&shop, None).await;
    assert_eq!(status, 200);
    assert!(
        begin.elapsed() < Duration::from_secs(5),
        "{:?}",
        begin.elapsed()
    );
}
