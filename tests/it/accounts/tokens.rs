//! What is taken for an access token, and what is not.

use super::{PASSWORD, SIGN_IN, code, sign_up, who};
use crate::support::{Contents, Shop, TOKEN_KEYS};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};

const ADA: &str = "ada.lovelace@example.com";

/// A shop whose key the test knows, and a token of it.
async fn open() -> (Shop, String) {
    let shop = Shop::with(Contents::Demo, &[("LILIUM_TOKEN_KEYS", TOKEN_KEYS)]).await;
    let session = sign_up(&shop, ADA).await;
    (shop, session.access)
}

fn secret() -> Vec<u8> {
    URL_SAFE_NO_PAD
        .decode(TOKEN_KEYS.split_once(':').unwrap().1)
        .unwrap()
}

/// One part of a token.
fn part(token: &str, index: usize) -> Value {
    let text = token.split('.').nth(index).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).unwrap()).unwrap()
}

/// What a token of ours says.
fn claims(token: &str) -> Value {
    part(token, 1)
}

fn header(algorithm: Algorithm, kid: Option<&str>, typ: Option<&str>) -> Header {
    Header {
        kid: kid.map(str::to_owned),
        typ: typ.map(str::to_owned),
        ..Header::new(algorithm)
    }
}

fn signed(claims: &Value) -> String {
    encode(
        &header(Algorithm::HS256, Some("tests"), Some("at+jwt")),
        claims,
        &EncodingKey::from_secret(&secret()),
    )
    .unwrap()
}

/// The claims with some of them changed; `null` leaves one out.
fn with(claims: &Value, changes: Value) -> Value {
    let mut claims = claims.clone();
    for (name, value) in changes.as_object().unwrap() {
        match value {
            Value::Null => claims.as_object_mut().unwrap().remove(name),
            value => claims
                .as_object_mut()
                .unwrap()
                .insert(name.clone(), value.clone()),
        };
    }
    claims
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_says_whose_it_is_and_nothing_else() {
    let (shop, token) = open().await;
    assert_eq!(
        part(&token, 0),
        json!({ "alg": "HS256", "typ": "at+jwt", "kid": "tests" })
    );
    let claims = claims(&token);
    let mut names: Vec<_> = claims.as_object().unwrap().keys().cloned().collect();
    names.sort();
    assert_eq!(names, ["aud", "exp", "iat", "iss", "sid", "sub"]);
    assert_eq!(
        claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(),
        900
    );
    // The same claims signed anew are good: what follows is refused for what it changes.
    assert_eq!(who(&shop, &signed(&claims)).await.as_deref(), Some(ADA));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_with_other_claims_is_refused() {
    let (shop, token) = open().await;
    let ours = claims(&token);
    let iat = ours["iat"].as_i64().unwrap();
    for changes in [
        json!({ "exp": iat - 1, "iat": iat - 901 }),
        json!({ "exp": null }),
        json!({ "exp": "never" }),
        json!({ "exp": iat + 1_000_000 }),
        json!({ "exp": -1 }),
        json!({ "iat": null }),
        json!({ "iat": iat + 600, "exp": iat + 1_200 }),
        json!({ "iss": "somebody" }),
        json!({ "iss": null }),
        json!({ "iss": ["lilium"] }),
        json!({ "aud": "somebody" }),
        json!({ "aud": null }),
        json!({ "aud": ["lilium", "somebody"] }),
        json!({ "sub": null }),
        json!({ "sub": "ada" }),
        json!({ "sub": uuid::Uuid::now_v7() }),
        json!({ "sid": null }),
        json!({ "sid": uuid::Uuid::now_v7() }),
        json!({ "sid": ours["sub"] }),
        json!({ "admin": true }),
    ] {
        assert_eq!(
            who(&shop, &signed(&with(&ours, changes.clone()))).await,
            None,
            "{changes}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_is_signed_another_way_is_refused() {
    let (shop, token) = open().await;
    let claims = claims(&token);
    let (ours, other) = (
        EncodingKey::from_secret(&secret()),
        EncodingKey::from_secret(&[7; 32]),
    );
    for (header, key) in [
        (
            header(Algorithm::HS384, Some("tests"), Some("at+jwt")),
            &ours,
        ),
        (
            header(Algorithm::HS512, Some("tests"), Some("at+jwt")),
            &ours,
        ),
        (
            header(Algorithm::HS256, Some("other"), Some("at+jwt")),
            &ours,
        ),
        (header(Algorithm::HS256, None, Some("at+jwt")), &ours),
        (header(Algorithm::HS256, Some("tests"), Some("JWT")), &ours),
        (header(Algorithm::HS256, Some("tests"), None), &ours),
        (
            header(Algorithm::HS256, Some("tests"), Some("at+jwt")),
            &other,
        ),
        (
            Header {
                crit: Some(vec!["exp".to_owned()]),
                ..header(Algorithm::HS256, Some("tests"), Some("at+jwt"))
            },
            &ours,
        ),
    ] {
        let said = format!("{header:?}");
        assert_eq!(
            who(&shop, &encode(&header, &claims, key).unwrap()).await,
            None,
            "{said}"
        );
    }

    let encoded = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let parts: Vec<&str> = token.split('.').collect();
    for algorithm in ["none", "None", "NONE", "", "RS256", "ES256", "EdDSA"] {
        let header = encoded(&json!({ "alg": algorithm, "typ": "at+jwt", "kid": "tests" }));
        for signature in ["", parts[2]] {
            let forged = format!("{header}.{}.{signature}", parts[1]);
            assert_eq!(who(&shop, &forged).await, None, "{algorithm}");
        }
    }
    let payload = encoded(&with(&claims, json!({ "sub": uuid::Uuid::now_v7() })));
    let tampered = format!("{}.{payload}.{}", parts[0], parts[2]);
    assert_eq!(who(&shop, &tampered).await, None);
    let unsigned = format!("{}.{}.", parts[0], parts[1]);
    assert_eq!(who(&shop, &unsigned).await, None);
    assert_eq!(who(&shop, &token).await.as_deref(), Some(ADA));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_token_is_refused_by_every_operation() {
    let shop = Shop::with(Contents::Demo, &[]).await;
    let session = sign_up(&shop, ADA).await;
    let long = "a".repeat(10_000);
    for token in [
        "",
        "x",
        "a.b.c",
        "...",
        &session.refresh,
        &long,
        &format!("{}.", session.access),
        &format!("{0}{0}", session.access),
    ] {
        assert_eq!(who(&shop, token).await, None, "{token:.60}");
    }
    // Whoever sends a token that is not good is not served as nobody: neither what is public, nor a sign-in.
    let answer = shop.ask_as("x", "{ shop { name } }", json!({})).await;
    assert_eq!(code(&answer), Some("UNAUTHENTICATED"));
    let answer = shop
        .ask_as("x", SIGN_IN, json!({ "email": ADA, "password": PASSWORD }))
        .await;
    assert_eq!(
        (code(&answer), answer.body.get("data")),
        (Some("UNAUTHENTICATED"), None)
    );
}

async fn with_header(shop: &Shop, accept: &str, header: &[u8]) -> (u16, String, Option<Value>) {
    let response = shop
        .http()
        .post(format!("{}/graphql", shop.address))
        .header("accept", accept)
        .header("authorization", header)
        .json(&json!({ "query": "{ viewer { email } }" }))
        .send()
        .await
        .unwrap();
    let status = response.status().as_u16();
    let asks = response
        .headers()
        .get("www-authenticate")
        .map(|it| it.to_str().unwrap().to_owned());
    (status, asks.unwrap_or_default(), response.json().await.ok())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_header_is_a_bearers() {
    let shop = Shop::with(Contents::Demo, &[]).await;
    let access = sign_up(&shop, ADA).await.access;
    let (new, old) = ("application/graphql-response+json", "application/json");
    for scheme in ["Bearer", "bearer", "BEARER"] {
        let (status, _, body) =
            with_header(&shop, new, format!("{scheme} {access}").as_bytes()).await;
        assert_eq!(
            (status, body.unwrap()["data"]["viewer"]["email"].clone()),
            (200, json!(ADA))
        );
    }
    for header in [
        &b"Basic YWRhOmFkYQ=="[..],
        b"Bearer",
        b"Bearer x",
        b"x",
        b"\xff\xfe",
        access.as_bytes(),
    ] {
        let (status, asks, body) = with_header(&shop, new, header).await;
        assert_eq!(
            (status, asks.as_str()),
            (401, "Bearer error=\"invalid_token\"")
        );
        assert_eq!(
            body.unwrap()["errors"][0]["extensions"]["code"],
            "UNAUTHENTICATED"
        );
        assert_eq!(with_header(&shop, old, header).await.0, 200);
    }
    // A megabyte of header is refused by the HTTP server, before anybody reads it.
    let sent = shop
        .http()
        .post(format!("{}/graphql", shop.address))
        .bearer_auth("a".repeat(1_000_000))
        .send()
        .await;
    // The answer may be lost, since the connection is closed with most of it unread.
    assert!(sent.is_err() || sent.is_ok_and(|it| it.status() == 431));
    assert_eq!(who(&shop, &access).await.as_deref(), Some(ADA));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_changed_by_putting_a_new_one_before_it() {
    let (shop, token) = open().await;
    let both = format!(
        "new:{},{TOKEN_KEYS}",
        URL_SAFE_NO_PAD.encode([9; 31].iter().chain(&[1]).copied().collect::<Vec<u8>>())
    );
    let renewed = shop.again(&[("LILIUM_TOKEN_KEYS", &both)]).await;
    assert_eq!(who(&renewed, &token).await.as_deref(), Some(ADA));
    let newer = renewed.sign_in(ADA, PASSWORD).await;
    assert_eq!(part(&newer, 0)["kid"], "new");
    // The program that does not have the new key yet does not take its tokens.
    assert_eq!(who(&shop, &newer).await, None);
}
