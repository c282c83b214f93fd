//! Tokens that are forged: none opens anything, by no way in.

mod forged;

use super::besieged::Besieged;
use crate::live::client::{init, shake};
use crate::support::{Contents, Shop};
use forged::{by_a_stranger, of_another_kind};
use serde_json::{Value, json};

const WHO: &str = "{ viewer { email } }";
const SIGN_IN: &str =
    "mutation { accountSignIn(email: \"bilal@example.com\", password: \"lilium-demo\") {
    tokens { accessToken refreshToken } } }";

#[tokio::test(flavor = "multi_thread")]
async fn no_forgery_opens_anything() {
    let besieged = Besieged::start(&[]).await;
    let reply = besieged.ask(SIGN_IN, json!({})).await;
    let tokens = &reply.json()["data"]["accountSignIn"]["tokens"];
    let (good, refresh) = (
        tokens["accessToken"].as_str().unwrap(),
        tokens["refreshToken"].as_str().unwrap(),
    );
    let forgeries = [by_a_stranger(good, refresh), of_another_kind(good)].concat();
    assert!(forgeries.len() > 100, "{}", forgeries.len());
    let attack = async {
        for (forgery, token) in &forgeries {
            let reply = besieged.ask_as(token, WHO).await;
            reply.is_bounded(forgery);
            assert_eq!(
                reply.codes(),
                ["UNAUTHENTICATED"],
                "{forgery}: {}",
                reply.text
            );
            assert_eq!(reply.json().get("data"), None, "{forgery}");
        }
    };
    besieged.stands(attack).await;
    // The good one is good still: nothing that was tried has ended its session.
    assert_eq!(
        besieged.ask_as(good, WHO).await.json()["data"]["viewer"]["email"],
        "bilal@example.com"
    );
    besieged.is_whole();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forgery_opens_no_stream_either() {
    let besieged = Besieged::start(&[]).await;
    let reply = besieged.ask(SIGN_IN, json!({})).await;
    let tokens = &reply.json()["data"]["accountSignIn"]["tokens"];
    let (good, refresh) = (
        tokens["accessToken"].as_str().unwrap(),
        tokens["refreshToken"].as_str().unwrap(),
    );
    let forgeries = [by_a_stranger(good, refresh), of_another_kind(good)].concat();
    for (forgery, token) in forgeries.iter().step_by(9) {
        let mut socket = shake(besieged.address(), &[]).await.socket().await;
        socket.say(init(Some(token))).await;
        assert_eq!(socket.closed().await.0, 4403, "{forgery}");
        let stream = besieged
            .post()
            .bearer_auth(token)
            .header("accept", "text/event-stream");
        let told = besieged.send(stream.json(&json!({ "query": WHO }))).await;
        assert!(
            told.text.contains("UNAUTHENTICATED") && !told.text.contains("bilal"),
            "{forgery}: {}",
            told.text
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_access_token_refreshes_nothing() {
    let besieged = Besieged::start(&[]).await;
    let reply = besieged.ask(SIGN_IN, json!({})).await;
    let tokens = reply.json()["data"]["accountSignIn"]["tokens"].clone();
    let good = tokens["accessToken"].as_str().unwrap();
    let refresh = "mutation($token: String!) { accountTokenRefresh(refreshToken: $token) { tokens { accessToken } userErrors { code } } }";
    let cut = &tokens["refreshToken"].as_str().unwrap()[..42];
    for token in [
        good,
        cut,
        "",
        "' OR 1=1 --",
        &"A".repeat(43),
        &"A".repeat(10_000),
        "\u{0}",
    ] {
        let reply = besieged.ask(refresh, json!({ "token": token })).await;
        reply.is_bounded(token);
        let payload = &reply.json()["data"]["accountTokenRefresh"];
        assert_eq!(
            (&payload["userErrors"][0]["code"], &payload["tokens"]),
            (&json!("TOKEN_INVALID"), &Value::Null),
            "{token:.50}: {}",
            reply.text
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_looked_for_in_its_header_alone() {
    let besieged = Besieged::start(&[]).await;
    let reply = besieged.ask(SIGN_IN, json!({})).await;
    let good = reply.json()["data"]["accountSignIn"]["tokens"]["accessToken"]
        .as_str()
        .unwrap()
        .to_owned();
    let body = json!({ "query": WHO, "access_token": good, "extensions": { "token": good } });
    for request in [
        besieged
            .http()
            .post(format!(
                "{}/graphql?access_token={good}&authorization={good}",
                besieged.address()
            ))
            .json(&body),
        besieged
            .post()
            .header("x-authorization", format!("Bearer {good}"))
            .json(&body),
        besieged
            .post()
            .header(
                "cookie",
                format!("token={good}; __Host-lilium-access={good}"),
            )
            .header("x-lilium-csrf", "1")
            .json(&body),
    ] {
        let reply = besieged.send(request).await;
        assert_eq!(
            reply.json()["data"],
            json!({ "viewer": null }),
            "{}",
            reply.text
        );
    }
    // Of two headers none is believed.
    let two = besieged
        .post()
        .bearer_auth(&good)
        .header("authorization", "Bearer other")
        .json(&body);
    assert_eq!(besieged.send(two).await.codes(), ["UNAUTHENTICATED"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_instances_own_key_is_none_of_ours() {
    let besieged = Besieged::start(&[]).await;
    // In development a key is made by itself; here over a database of the same people.
    let development = Shop::with(Contents::Demo, &[]).await;
    let token = development
        .sign_in("bilal@example.com", "lilium-demo")
        .await;
    assert_eq!(
        besieged.ask_as(&token, WHO).await.codes(),
        ["UNAUTHENTICATED"]
    );
    let reply = besieged.ask(SIGN_IN, json!({})).await;
    let ours = reply.json()["data"]["accountSignIn"]["tokens"]["accessToken"]
        .as_str()
        .unwrap()
        .to_owned();
    let there = development.ask_as(&ours, WHO, json!({})).await;
    assert_eq!(
        there.body["errors"][0]["extensions"]["code"],
        "UNAUTHENTICATED"
    );
}
