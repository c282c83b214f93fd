//! Pages of other origins.

use super::header;
use crate::support::{Contents, Shop, TOKEN_KEYS};
use reqwest::{Method, RequestBuilder, Response};
use serde_json::json;

const STOREFRONT: &str = "https://shop.example";
const ADMIN: &str = "https://admin.example:8443";

async fn shop(profile: &str) -> Shop {
    let settings = [
        ("LILIUM_PROFILE", profile),
        ("LILIUM_TOKEN_KEYS", TOKEN_KEYS),
        ("PUBLIC_URL", "https://api.example"),
        ("STOREFRONT_URL", STOREFRONT),
        ("LILIUM_ORIGINS", ADMIN),
    ];
    Shop::with(Contents::Demo, &settings).await
}

async fn from(request: RequestBuilder, origin: &str) -> Response {
    let request = match origin {
        "" => request,
        origin => request.header("origin", origin),
    };
    request.send().await.unwrap()
}

fn preflight(shop: &Shop, path: &str) -> RequestBuilder {
    shop.http()
        .request(Method::OPTIONS, format!("{}{path}", shop.address))
        .header("access-control-request-method", "POST")
        .header(
            "access-control-request-headers",
            "content-type,authorization",
        )
}

fn cors_headers(response: &Response) -> Vec<&str> {
    let names = response.headers().keys().map(|name| name.as_str());
    names
        .filter(|name| name.starts_with("access-control-"))
        .collect()
}

fn varies_by_origin(response: &Response) -> bool {
    let lines = response.headers().get_all("vary").iter();
    let mut names = lines.flat_map(|line| line.to_str().unwrap().split(','));
    names.any(|name| name.trim().eq_ignore_ascii_case("origin"))
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_the_listed_origins_may_ask_and_read() {
    let shop = shop("production").await;
    for path in ["/graphql", "/api/2026-04/graphql.json"] {
        for origin in [STOREFRONT, ADMIN, "https://api.example"] {
            let answer = from(preflight(&shop, path), origin).await;
            assert_eq!(answer.status(), 204, "{origin}");
            assert_eq!(header(&answer, "access-control-allow-origin"), origin);
            assert_eq!(header(&answer, "access-control-allow-credentials"), "");
            assert_eq!(header(&answer, "access-control-max-age"), "7200");
            assert!(varies_by_origin(&answer));
            let allowed = header(&answer, "access-control-allow-headers");
            let allowed: Vec<&str> = allowed.split(", ").collect();
            for name in [
                "content-type",
                "authorization",
                "accept-language",
                "idempotency-key",
                "x-request-id",
                "apollo-require-preflight",
                "x-lilium-csrf",
                "x-lilium-session",
                "x-shopify-storefront-access-token",
                "x-lilium-storefront-token",
                "apollographql-client-name",
                "apollographql-client-version",
                "last-event-id",
            ] {
                assert!(allowed.contains(&name), "{name}");
            }
            let methods = header(&answer, "access-control-allow-methods");
            assert!(methods.contains("POST") && methods.contains("GET"));

            let asks = shop.http().post(format!("{}{path}", shop.address));
            let asks = asks.json(&json!({ "query": "{ shop { name } }" }));
            let answer = from(asks, origin).await;
            assert_eq!(answer.status(), 200);
            assert_eq!(header(&answer, "access-control-allow-origin"), origin);
            let read = header(&answer, "access-control-expose-headers");
            assert!(read.contains("x-request-id") && read.contains("retry-after"));
            assert!(varies_by_origin(&answer));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_said_to_pages_of_other_origins() {
    let shop = shop("production").await;
    for origin in [
        "https://evil.example",
        "http://shop.example",
        "https://shop.example.evil.example",
        "https://admin.example",
        "http://localhost:3000",
        "null",
        "https://shop.example, https://evil.example",
    ] {
        let answer = from(preflight(&shop, "/graphql"), origin).await;
        assert_eq!(answer.status(), 204, "{origin}");
        assert_eq!(cors_headers(&answer), Vec::<&str>::new(), "{origin}");
        assert!(varies_by_origin(&answer));
        // What it could send without a preflight changes nothing; what it gets, its browser keeps from it.
        let url = format!("{}/graphql", shop.address);
        let got = shop.http().get(format!("{url}?query={{shop{{name}}}}"));
        let answer = from(got, origin).await;
        assert_eq!(answer.status(), 200, "{origin}");
        assert_eq!(cors_headers(&answer), Vec::<&str>::new(), "{origin}");
        assert!(varies_by_origin(&answer));
        let mutation = json!({ "query": "mutation { cartCreate { cart { id } } }" }).to_string();
        for kind in [
            "text/plain",
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=x",
        ] {
            let posted = shop.http().post(&url).header("content-type", kind);
            let answer = from(posted.body(mutation.clone()), origin).await;
            assert_eq!(answer.status(), 415, "{origin} {kind}");
            assert_eq!(cors_headers(&answer), Vec::<&str>::new(), "{origin}");
        }
    }
    let client = shop.sql().await;
    let carts = client.query_one("SELECT count(*) FROM carts", &[]).await;
    assert_eq!(carts.unwrap().get::<_, i64>(0), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_and_programs_without_an_origin_are_told_apart_from_pages() {
    let shop = shop("production").await;
    let url = format!("{}/graphql", shop.address);
    let asks = || shop.http().post(&url).json(&json!({ "query": "{" }));
    // A page may read why it is refused.
    let refused = from(asks(), STOREFRONT).await;
    assert_eq!(header(&refused, "access-control-allow-origin"), STOREFRONT);
    let nobody = from(asks(), "").await;
    assert_eq!(cors_headers(&nobody), Vec::<&str>::new());
    assert!(varies_by_origin(&nobody));
    // OPTIONS that is no preflight is a method as any other.
    let options = shop.http().request(Method::OPTIONS, &url);
    assert_eq!(from(options, STOREFRONT).await.status(), 405);
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_this_machine_may_ask_in_development() {
    let shop = shop("development").await;
    for origin in ["http://localhost:5173", "http://127.0.0.1:3000"] {
        let answer = from(preflight(&shop, "/graphql"), origin).await;
        assert_eq!(header(&answer, "access-control-allow-origin"), origin);
    }
    let answer = from(preflight(&shop, "/graphql"), "http://192.168.0.9").await;
    assert_eq!(cors_headers(&answer), Vec::<&str>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn cookies_may_be_sent_where_they_are_on_and_by_the_same_pages_alone() {
    let settings = [("LILIUM_COOKIES", "on"), ("LILIUM_ORIGINS", ADMIN)];
    let shop = Shop::with(Contents::Demo, &settings).await;
    let name = "access-control-allow-credentials";
    let url = format!("{}/graphql", shop.address);
    let asks = || {
        shop.http()
            .post(&url)
            .json(&json!({ "query": "{ shop { name } }" }))
    };
    for request in [preflight(&shop, "/graphql"), asks()] {
        let answer = from(request, ADMIN).await;
        assert_eq!(header(&answer, name), "true");
        // Never any origin: with cookies, a browser would not have it either.
        assert_eq!(header(&answer, "access-control-allow-origin"), ADMIN);
    }
    for request in [preflight(&shop, "/graphql"), asks()] {
        let answer = from(request, "https://evil.example").await;
        assert_eq!(cors_headers(&answer), Vec::<&str>::new());
    }
}
