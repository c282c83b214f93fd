//! How much one client may ask for: on every way in, by address, by viewer, by operation, and together with other instances.

mod instances;
mod ways;

use crate::support::{Answer, Contents, Shop};
use serde_json::{Value, json};
use std::time::Duration;
use std::time::Instant;

/// The tests' own machine is a proxy: it says for whom it asks.
const PROXY: (&str, &str) = ("LILIUM_TRUSTED_PROXIES", "127.0.0.1");

const SHOP: &str = "{ shop { name } }";

const ONE: &str = "198.51.100.1";
const OTHER: &str = "198.51.100.2";

fn code(answer: &Answer) -> Option<&str> {
    answer.body["errors"][0]["extensions"]["code"].as_str()
}

fn is_refused(answer: &Answer) -> bool {
    code(answer) == Some("TOO_MANY_REQUESTS")
}

/// How many of so many requests at once are not refused for being too many.
async fn admitted(shop: &Shop, client: &str, query: &str, variables: Value, times: usize) -> usize {
    let asked = (0..times).map(|_| shop.ask_for(client, query, variables.clone()));
    let answers = futures_util::future::join_all(asked).await;
    answers.iter().filter(|it| !is_refused(it)).count()
}

/// A request for `client`, however it is written.
fn request(shop: &Shop, client: &str) -> reqwest::RequestBuilder {
    let request = shop.http().post(format!("{}/graphql", shop.address));
    request
        .header("x-forwarded-for", client)
        .header("content-type", "application/json")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_sends_so_many_requests_and_its_neighbours_are_not_bothered() {
    let shop = Shop::with(Contents::Demo, &[PROXY, ("LILIUM_RATE_REQUESTS", "7")]).await;
    assert_eq!(admitted(&shop, ONE, SHOP, json!({}), 30).await, 7);
    assert_eq!(admitted(&shop, OTHER, SHOP, json!({}), 5).await, 5);
    // Of IPv6 the whole network is one.
    assert_eq!(admitted(&shop, "2001:db8::1", SHOP, json!({}), 5).await, 5);
    assert_eq!(admitted(&shop, "2001:db8::2", SHOP, json!({}), 5).await, 2);
    // A proxy that does not say for whom it asks is everybody.
    for _ in 0..20 {
        assert_eq!(shop.ask(SHOP, json!({})).await.status, 200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_client_writes_about_itself_is_not_believed() {
    let shop = Shop::with(Contents::Demo, &[PROXY, ("LILIUM_RATE_REQUESTS", "7")]).await;
    let mut admitted = 0;
    for count in 0..20 {
        // What stands to the left of what the proxy wrote comes from the client.
        let client = format!("203.0.113.{count}, {ONE}");
        admitted += usize::from(!is_refused(&shop.ask_for(&client, SHOP, json!({})).await));
    }
    assert_eq!(admitted, 7);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_believed_where_no_proxy_is_named() {
    let shop = Shop::with(Contents::Demo, &[("LILIUM_RATE_REQUESTS", "7")]).await;
    // This machine may be everybody, whatever it writes.
    assert_eq!(admitted(&shop, ONE, SHOP, json!({}), 30).await, 30);
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_that_are_none_count_as_others_do() {
    let shop = Shop::with(Contents::Demo, &[PROXY, ("LILIUM_RATE_REQUESTS", "5")]).await;
    for body in [
        "",
        "{",
        "[]",
        r#"{"query":"{"}"#,
        r#"{"query":"{ nothing }"}"#,
    ] {
        let status = request(&shop, ONE)
            .body(body)
            .send()
            .await
            .unwrap()
            .status();
        assert_ne!(status, 429, "{body}");
    }
    for body in [
        "",
        "{",
        r#"{"query":"{"}"#,
        r#"{"query":"{ shop { name } }"}"#,
    ] {
        let status = request(&shop, ONE)
            .body(body)
            .send()
            .await
            .unwrap()
            .status();
        assert_eq!(status, 429, "{body}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_path_counts_but_those_of_health() {
    let shop = Shop::with(Contents::Demo, &[PROXY, ("LILIUM_RATE_REQUESTS", "3")]).await;
    let get = async |client: &str, path: &str| {
        let request = shop.http().get(format!("{}{path}", shop.address));
        request
            .header("x-forwarded-for", client)
            .send()
            .await
            .unwrap()
    };
    let picture = "/media/00000000-0000-0000-0000-000000000000/original.jpg";
    for _ in 0..10 {
        assert_eq!(get(ONE, "/healthz").await.status(), 200);
        assert_eq!(get(ONE, "/readyz").await.status(), 200);
    }
    assert_eq!(get(ONE, "/nope").await.status(), 404);
    assert_eq!(get(ONE, picture).await.status(), 404);
    assert_eq!(
        get(ONE, "/graphql?query=%7B__typename%7D").await.status(),
        200
    );
    for path in [
        "/nope",
        picture,
        "/graphql?query=%7B__typename%7D",
        "/metrics",
        "/checkout/x",
    ] {
        let answer = get(ONE, path).await;
        assert_eq!(answer.status(), 429, "{path}");
        assert!(answer.headers().contains_key("retry-after"), "{path}");
        let body: Value = answer.json().await.unwrap();
        let code = &body["errors"][0]["extensions"]["code"];
        assert_eq!(code, "TOO_MANY_REQUESTS", "{path}: {body}");
    }
    assert_eq!(get(ONE, "/healthz").await.status(), 200);
    assert_eq!(get(OTHER, "/nope").await.status(), 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_says_how_long_to_wait_whatever_the_client_reads() {
    let shop = Shop::with(Contents::Demo, &[PROXY, ("LILIUM_RATE_REQUESTS", "1")]).await;
    assert_eq!(shop.ask_for(ONE, SHOP, json!({})).await.status, 200);
    for accept in [
        "application/json",
        "application/graphql-response+json",
        "*/*",
        "text/html",
    ] {
        let body = json!({ "query": SHOP }).to_string();
        let asked = request(&shop, ONE).header("accept", accept).body(body);
        let answer = asked.send().await.unwrap();
        assert_eq!(answer.status(), 429, "{accept}");
        let header: i64 = answer.headers()["retry-after"]
            .to_str()
            .unwrap()
            .parse()
            .unwrap();
        assert_eq!(answer.headers()["cache-control"], "no-store");
        let body: Value = answer.json().await.unwrap();
        let error = &body["errors"][0];
        assert_eq!(error["extensions"]["code"], "TOO_MANY_REQUESTS", "{body}");
        let told = error["extensions"]["retryAfterSeconds"].as_i64().unwrap();
        assert!((1..=60).contains(&told) && told == header, "{body}");
        assert_eq!(body.get("data"), None);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_waits_as_long_as_told_is_admitted() {
    let shop = Shop::with(Contents::Demo, &[PROXY, ("LILIUM_RATE_REQUESTS", "30")]).await;
    assert!(admitted(&shop, ONE, SHOP, json!({}), 30).await >= 30);
    let refused = loop {
        let answer = shop.ask_for(ONE, SHOP, json!({})).await;
        if is_refused(&answer) {
            break answer;
        }
    };
    let wait = &refused.body["errors"][0]["extensions"]["retryAfterSeconds"];
    tokio::time::sleep(Duration::from_secs(wait.as_u64().unwrap())).await;
    assert_eq!(shop.ask_for(ONE, SHOP, json!({})).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_are_counted_by_address() {
    let shop = Shop::with(Contents::Demo, &[PROXY, ("LILIUM_RATE_COST", "100")]).await;
    // A page of 30, and what stands around it.
    let page = "{ products(first: 30) { nodes { id } } }";
    let first = shop.ask_for(ONE, page, json!({})).await;
    let cost = first.body["extensions"]["cost"]["requested"]
        .as_u64()
        .unwrap();
    let more = usize::try_from(100 / cost).unwrap() - 1;
    assert!(more >= 1, "{cost}");
    assert_eq!(admitted(&shop, ONE, page, json!({}), 20).await, more);
    assert_eq!(admitted(&shop, OTHER, page, json!({}), 1).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_are_counted_by_viewer_from_wherever() {
    let shop = Shop::with(Contents::Demo, &[PROXY, ("LILIUM_RATE_VIEWER_COST", "100")]).await;
    let token = shop.sign_in("bilal@example.com", "lilium-demo").await;
    let page = "{ products(first: 99) { nodes { id } } }";
    let ask = |client: &'static str| {
        let body = json!({ "query": page }).to_string();
        request(&shop, client).bearer_auth(&token).body(body).send()
    };
    assert_eq!(ask(ONE).await.unwrap().status(), 200);
    assert_eq!(ask(OTHER).await.unwrap().status(), 429);
    // This machine may be everybody; whoever is signed in is somebody.
    assert!(is_refused(&shop.ask_as(&token, page, json!({})).await));
    assert_eq!(shop.ask(page, json!({})).await.status, 200);
    // Nobody pays for a token that is not good.
    let forged = format!("{}x", &token[..token.len() - 1]);
    assert_eq!(
        code(&shop.ask_as(&forged, page, json!({})).await),
        Some("UNAUTHENTICATED")
    );
}

const SIGN_IN: &str = "mutation($email: String!) {
    accountSignIn(email: $email, password: \"lilium-demo\") { userErrors { code } } }";

#[tokio::test(flavor = "multi_thread")]
async fn an_operation_has_a_budget_of_its_own_and_aliases_spend_it() {
    let shop = Shop::with(Contents::Demo, &[PROXY, ("LILIUM_RATE_SIGN_INS", "5")]).await;
    let three =
        "mutation { a: accountSignIn(email: \"a@example.com\", password: \"x\") { __typename }
        b: accountSignIn(email: \"b@example.com\", password: \"x\") { __typename }
        c: accountSignIn(email: \"c@example.com\", password: \"x\") { __typename } }";
    assert_eq!(shop.ask_for(ONE, three, json!({})).await.status, 200);
    // Two are left, and of three none is tried.
    assert_eq!(shop.ask_for(ONE, three, json!({})).await.status, 429);
    let bilal = json!({ "email": "bilal@example.com" });
    assert_eq!(admitted(&shop, ONE, SIGN_IN, bilal.clone(), 10).await, 2);
    assert_eq!(shop.ask_for(ONE, SHOP, json!({})).await.status, 200);
    assert_eq!(shop.ask_for(OTHER, SIGN_IN, bilal).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn searches_are_counted_and_lists_are_not() {
    let shop = Shop::with(Contents::Demo, &[PROXY, ("LILIUM_RATE_SEARCHES", "3")]).await;
    let search = "query($q: String) { products(first: 1, query: $q) { nodes { id } } }";
    assert_eq!(
        admitted(&shop, ONE, search, json!({ "q": "chair" }), 10).await,
        3
    );
    assert_eq!(
        admitted(&shop, ONE, search, json!({ "q": null }), 10).await,
        10
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn while_one_floods_its_neighbour_is_answered() {
    let shop = Shop::with(Contents::Demo, &[PROXY, ("LILIUM_RATE_REQUESTS", "60")]).await;
    let flood = async {
        for _ in 0..20 {
            admitted(&shop, ONE, "{ nothing", json!({}), 50).await;
        }
    };
    let healthy = async {
        let mut slowest = Duration::ZERO;
        for _ in 0..20 {
            let start = Instant::now();
            assert_eq!(shop.ask_for(OTHER, SHOP, json!({})).await.status, 200);
            slowest = slowest.max(start.elapsed());
        }
        slowest
    };
    let ((), slowest) = tokio::join!(flood, healthy);
    assert!(slowest < Duration::from_secs(2), "{slowest:?}");
}
