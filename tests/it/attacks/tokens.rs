//! Tokens that are forged: none opens anything, by no way in.

use super::besieged::Besieged;
use crate::live::client::{init, shake};
use crate::support::{Contents, Shop, TOKEN_KEYS};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, crypto};
use serde_json::{Value, json};

const WHO: &str = "{ viewer { email } }";
const SIGN_IN: &str =
    "mutation { accountSignIn(email: \"bilal@example.com\", password: \"lilium-demo\") {
    tokens { accessToken refreshToken } } }";

fn part(json: &Value) -> String {
    URL_SAFE_NO_PAD.encode(json.to_string())
}

fn read(token: &str, at: usize) -> Value {
    let text = token.split('.').nth(at).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).unwrap()).unwrap()
}

fn secret() -> Vec<u8> {
    let text = TOKEN_KEYS.split_once(':').unwrap().1;
    URL_SAFE_NO_PAD.decode(text).unwrap()
}

/// A token of these parts, signed by this key.
fn signed(header: &Value, claims: &Value, key: &[u8], algorithm: Algorithm) -> String {
    let text = format!("{}.{}", part(header), part(claims));
    let key = EncodingKey::from_secret(key);
    let signature = crypto::sign(text.as_bytes(), &key, algorithm).unwrap();
    format!("{text}.{signature}")
}

fn changed(json: &Value, name: &str, value: Value) -> Value {
    let mut json = json.clone();
    json[name] = value;
    json
}

/// Forgeries by somebody who does not have the key, made from a good token.
fn by_a_stranger(good: &str, refresh: &str) -> Vec<(String, String)> {
    let (header, claims) = (read(good, 0), read(good, 1));
    let parts: Vec<&str> = good.split('.').collect();
    let mut forged = Vec::new();
    for none in ["none", "None", "NONE", "nOnE", ""] {
        let header = part(&changed(&header, "alg", json!(none)));
        for signature in ["", "AA", parts[2]] {
            let token = format!("{header}.{}.{signature}", parts[1]);
            forged.push((format!("alg {none} signed {signature:.2}"), token));
        }
    }
    for (key, name) in [
        (&b""[..], "no key"),
        (b"secret", "a guess"),
        (b"tests", "its name"),
        (&[0; 32], "zeros"),
    ] {
        forged.push((
            name.to_owned(),
            signed(&header, &claims, key, Algorithm::HS256),
        ));
    }
    for confused in ["RS256", "ES256", "PS256", "EdDSA", "HS1", "hs256"] {
        let header = changed(&header, "alg", json!(confused));
        forged.push((
            confused.to_owned(),
            signed(
                &header,
                &claims,
                b"-----BEGIN PUBLIC KEY-----",
                Algorithm::HS256,
            ),
        ));
        forged.push((
            format!("{confused} as it was"),
            format!("{}.{}.{}", part(&header), parts[1], parts[2]),
        ));
    }
    let long = "k".repeat(5_000);
    for kid in [
        json!("other"),
        json!(""),
        json!("../../../../dev/null"),
        json!("/dev/null"),
        json!("tests\u{0}"),
        json!("tests "),
        json!("TESTS"),
        json!("x' UNION SELECT 'secret"),
        json!("tests'--"),
        json!("file:///etc/passwd"),
        json!("http://evil.example/key"),
        json!(long),
        json!("| id"),
        json!(null),
        json!(7),
        json!(["tests"]),
        json!({ "tests": 1 }),
        json!("\u{1f600}"),
    ] {
        let name = format!("kid {:.40}", kid.to_string());
        forged.push((
            name,
            signed(
                &changed(&header, "kid", kid),
                &claims,
                b"",
                Algorithm::HS256,
            ),
        ));
    }
    let own = json!({ "kty": "oct", "k": URL_SAFE_NO_PAD.encode([7; 32]) });
    for (name, value) in [
        ("jwk", own),
        ("jku", json!("https://evil.example/keys")),
        ("x5u", json!("https://evil.example/cert")),
        ("x5c", json!(["AA"])),
        ("crit", json!(["exp"])),
        ("b64", json!(false)),
    ] {
        forged.push((
            format!("{name} of its own"),
            signed(
                &changed(&header, name, value),
                &claims,
                &[7; 32],
                Algorithm::HS256,
            ),
        ));
    }
    for (name, value) in [
        ("sub", json!(uuid::Uuid::now_v7())),
        ("sid", json!(uuid::Uuid::now_v7())),
        ("exp", json!(4_102_444_800_i64)),
        ("role", json!("ADMIN")),
    ] {
        let token = format!(
            "{}.{}.{}",
            parts[0],
            part(&changed(&claims, name, value)),
            parts[2]
        );
        forged.push((format!("{name} changed"), token));
    }
    for cut in [
        1,
        10,
        good.len() / 2,
        good.len() - 1,
        good.rfind('.').unwrap(),
        good.rfind('.').unwrap() + 1,
    ] {
        forged.push((format!("cut at {cut}"), good[..cut].to_owned()));
    }
    for (name, token) in [
        ("the refresh token", refresh.to_owned()),
        ("without header", format!(".{}.{}", parts[1], parts[2])),
        ("without claims", format!("{}..{}", parts[0], parts[2])),
        ("dots", "..".to_owned()),
        ("five parts", format!("{good}.{}.{}", parts[1], parts[2])),
        ("twice", format!("{good}{good}")),
        ("padded", format!("{good}=")),
        (
            "in another alphabet",
            format!(
                "{}.{}.{}",
                parts[0],
                parts[1],
                STANDARD.encode(URL_SAFE_NO_PAD.decode(parts[2]).unwrap())
            ),
        ),
        ("a bit of the signature", {
            let mut bytes = URL_SAFE_NO_PAD.decode(parts[2]).unwrap();
            bytes[0] ^= 1;
            format!(
                "{}.{}.{}",
                parts[0],
                parts[1],
                URL_SAFE_NO_PAD.encode(bytes)
            )
        }),
        (
            "no JSON",
            format!("{}.{}.{}", URL_SAFE_NO_PAD.encode("{"), parts[1], parts[2]),
        ),
        ("long", "a".repeat(7_000)),
        ("long parts", format!("{0}.{0}.{0}", "e30".repeat(600))),
        ("a quote", "' OR '1'='1".to_owned()),
        ("null", "null".to_owned()),
        ("undefined", "undefined".to_owned()),
        ("a scheme before it", format!("Bearer {good}")),
    ] {
        forged.push((name.to_owned(), token));
    }
    forged
}

/// What somebody makes who has the key, but not our leave: of another time, for others, of another kind.
fn of_another_kind(good: &str) -> Vec<(String, String)> {
    let (header, claims) = (read(good, 0), read(good, 1));
    let now = claims["iat"].as_i64().unwrap();
    let key = secret();
    let mut forged = Vec::new();
    for (name, value) in [
        ("aud", json!("other")),
        ("aud", json!(["lilium", "other"])),
        ("aud", json!("")),
        ("aud", json!(null)),
        ("iss", json!("other")),
        ("iss", json!(null)),
        ("exp", json!(now - 1)),
        ("exp", json!(now + 100_000)),
        ("exp", json!(i64::MAX)),
        ("exp", json!("9999999999")),
        ("exp", json!(null)),
        ("exp", json!(1e300)),
        ("iat", json!(now + 3_600)),
        ("iat", json!(null)),
        ("iat", json!(-1)),
        ("nbf", json!(now + 3_600)),
        ("sub", json!("' OR 1=1 --")),
        ("sub", json!(null)),
        ("sub", json!(7)),
        ("sub", json!("00000000-0000-0000-0000-000000000000")),
        ("sid", json!("")),
        ("sid", json!(claims["sub"])),
        ("admin", json!(true)),
        ("role", json!("ADMIN")),
    ] {
        let token = signed(
            &header,
            &changed(&claims, name, value.clone()),
            &key,
            Algorithm::HS256,
        );
        forged.push((format!("{name} {value}"), token));
    }
    for (name, value) in [
        ("typ", json!("JWT")),
        ("typ", json!("refresh+jwt")),
        ("typ", json!(null)),
        ("crit", json!(["x"])),
        ("cty", json!("JWT")),
    ] {
        if name != "cty" {
            let token = signed(
                &changed(&header, name, value.clone()),
                &claims,
                &key,
                Algorithm::HS256,
            );
            forged.push((format!("{name} {value}"), token));
        }
    }
    for (algorithm, name) in [(Algorithm::HS384, "HS384"), (Algorithm::HS512, "HS512")] {
        forged.push((
            name.to_owned(),
            signed(
                &changed(&header, "alg", json!(name)),
                &claims,
                &key,
                algorithm,
            ),
        ));
    }
    forged
}

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
