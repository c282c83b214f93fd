//! What every answer says about itself.

use super::header;
use crate::support::{Contents, Shop, TOKEN_KEYS};
use reqwest::Response;
use serde_json::json;

/// Everything that is answered, one of a kind.
async fn answers(shop: &Shop) -> Vec<(&'static str, Response)> {
    let at = |path: &str| format!("{}{path}", shop.address);
    let asks = |query: &str| {
        let request = shop.http().post(at("/graphql"));
        request.json(&json!({ "query": query }))
    };
    let get = |path: &str| shop.http().get(at(path));
    let pictures =
        "{ products(first: 1) { nodes { featuredImage { url(transform: { maxWidth: 100 }) } } } }";
    let data = shop.data(pictures, json!({})).await;
    let picture = data["products"]["nodes"][0]["featuredImage"]["url"].as_str();
    let picture = picture.unwrap().split_once("/media").unwrap().1;
    let picture = format!("/media{picture}");
    let mut answers = Vec::new();
    for (what, request) in [
        ("an answer", asks("{ shop { name } }")),
        ("no GraphQL", asks("{")),
        ("no JSON", shop.http().post(at("/graphql")).body("x")),
        ("a wrong method", shop.http().put(at("/graphql"))),
        ("a picture", get(&picture)),
        ("no picture", get("/media/x/y")),
        ("checkout", get("/checkout")),
        ("its program", get("/checkout/checkout.js")),
        ("health", get("/healthz")),
        ("readiness", get("/readyz")),
        ("nothing", get("/nothing")),
        ("no method", shop.http().delete(at("/healthz"))),
        (
            "too many headers",
            (0..90).fold(get("/healthz"), |it, at| {
                it.header(format!("a{at}"), "b".repeat(400))
            }),
        ),
    ] {
        answers.push((what, request.send().await.unwrap()));
    }
    answers
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_says_what_it_is_not_for() {
    let settings = [
        ("LILIUM_PROFILE", "production"),
        ("LILIUM_TOKEN_KEYS", TOKEN_KEYS),
        ("PUBLIC_URL", "https://api.example"),
    ];
    let shop = Shop::with(Contents::Demo, &settings).await;
    for (what, answer) in answers(&shop).await {
        assert_eq!(
            header(&answer, "x-content-type-options"),
            "nosniff",
            "{what}"
        );
        assert_eq!(header(&answer, "referrer-policy"), "no-referrer", "{what}");
        assert_eq!(
            header(&answer, "strict-transport-security"),
            "max-age=31536000",
            "{what}"
        );
        let policy = header(&answer, "content-security-policy");
        assert!(
            policy.contains("frame-ancestors 'none'"),
            "{what}: {policy}"
        );
        assert!(policy.starts_with("default-src '"), "{what}: {policy}");
        let (cache, embedded) = match what {
            "a picture" => ("public, max-age=31536000, immutable", "cross-origin"),
            "no picture" => ("no-store", "cross-origin"),
            _ => ("no-store", "same-origin"),
        };
        assert_eq!(header(&answer, "cache-control"), cache, "{what}");
        assert_eq!(
            header(&answer, "cross-origin-resource-policy"),
            embedded,
            "{what}"
        );
        for absent in ["server", "x-powered-by", "via"] {
            assert_eq!(header(&answer, absent), "", "{what}");
        }
        let wanted = match what {
            "too many headers" => 431,
            "no JSON" => 415,
            "a wrong method" | "no method" => 405,
            "nothing" | "no picture" => 404,
            _ => 200,
        };
        assert_eq!(answer.status(), wanted, "{what}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_by_http_promises_no_tls() {
    let shop = Shop::open().await;
    for (what, answer) in answers(&shop).await {
        assert_eq!(header(&answer, "strict-transport-security"), "", "{what}");
    }
}
