//! Tokens that somebody forged.

use crate::support::TOKEN_KEYS;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, crypto};
use serde_json::{Value, json};

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
pub fn by_a_stranger(good: &str, refresh: &str) -> Vec<(String, String)> {
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
pub fn of_another_kind(good: &str) -> Vec<(String, String)> {
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
