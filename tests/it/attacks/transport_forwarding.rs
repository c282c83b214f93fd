//! Headers in which anybody may write where a request comes from and where it went.

use super::victim::Victim;
use crate::support::raw::RawAnswer;
use serde_json::json;

/// Asks with these headers.
async fn ask(victim: &Victim, query: &str, headers: &str) -> RawAnswer {
    let body = json!({ "query": query }).to_string();
    let request = format!(
        "POST /graphql HTTP/1.1\r\nhost: lilium\r\ncontent-type: application/json\r\n{headers}content-length: {}\r\n\r\n{body}",
        body.len()
    );
    victim.told(request).await.0.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_no_trusted_proxy_forwards_for_nobody() {
    let settings = [
        ("LILIUM_TRUSTED_PROXIES", "192.0.2.0/24"),
        ("LILIUM_RATE_REQUESTS", "3"),
    ];
    let victim = Victim::start(&settings).await;
    // Were it believed, the fourth were one too many: so anybody could have somebody else refused.
    for _ in 0..10 {
        let answer = ask(
            &victim,
            "{ __typename }",
            "x-forwarded-for: 198.51.100.7\r\n",
        )
        .await;
        assert_eq!(answer.status, 200);
    }
    victim.ends();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_client_writes_before_the_proxy_is_not_looked_at() {
    let settings = [
        ("LILIUM_TRUSTED_PROXIES", "127.0.0.1"),
        ("LILIUM_RATE_REQUESTS", "3"),
    ];
    let victim = Victim::start(&settings).await;
    let mut refused = 0;
    for at in 0..10 {
        // Another address each time, where the client writes; the proxy's entry is the last.
        let headers = format!(
            "forwarded: for=203.0.113.{at}\r\nx-real-ip: 203.0.113.{at}\r\nx-forwarded-for: 203.0.113.{at}\r\nx-forwarded-for: 203.0.113.{at}, 198.51.100.7\r\n"
        );
        let answer = ask(&victim, "{ __typename }", &headers).await;
        refused += usize::from(answer.status == 429);
    }
    assert!(refused >= 6, "{refused}");
    // And nobody else is counted with them.
    let other = ask(
        &victim,
        "{ __typename }",
        "x-forwarded-for: 198.51.100.8\r\n",
    )
    .await;
    assert_eq!(other.status, 200);
    victim.ends();
}

#[tokio::test(flavor = "multi_thread")]
async fn addresses_in_answers_are_the_shops_own() {
    let victim = Victim::start(&[]).await;
    let query = "{ products(first: 1) { nodes { onlineStoreUrl featuredImage { url } } } }";
    for headers in [
        "x-forwarded-host: evil.example\r\nx-forwarded-proto: https\r\n",
        "forwarded: host=evil.example;proto=https\r\n",
        "x-original-url: /healthz\r\nx-rewrite-url: /healthz\r\n",
        "x-http-method-override: GET\r\n",
    ] {
        let answer = ask(&victim, query, headers).await;
        assert_eq!(answer.status, 200);
        let text = String::from_utf8(answer.body.clone()).unwrap();
        assert!(text.contains("/media/") && !text.contains("evil"), "{text}");
    }
    // Nor by the host itself.
    let request = "GET /graphql?query=%7Bproducts(first:1)%7Bnodes%7BfeaturedImage%7Burl%7D%7D%7D%7D HTTP/1.1\r\nhost: evil.example\r\n\r\n";
    let (answer, _) = victim.told(request).await;
    let text = String::from_utf8(answer.unwrap().body).unwrap();
    assert!(text.contains("/media/") && !text.contains("evil"), "{text}");
    victim.ends();
}
