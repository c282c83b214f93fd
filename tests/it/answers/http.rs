//! What is said to those who pass answers on.

use super::keeping;
use crate::support::Shop;
use reqwest::{Response, StatusCode};
use serde_json::json;

const NAME: &str = "query Pages { pages(first: 1) { nodes { title } } }";

fn header<'a>(answer: &'a Response, name: &str) -> &'a str {
    answer
        .headers()
        .get(name)
        .map_or("", |it| it.to_str().unwrap())
}

/// A shop with a document that can be named.
async fn naming(settings: &[(&str, &str)]) -> (Shop, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("documents.json");
    let documents = json!({ "pages": NAME, "viewer": "query V { viewer { email } }",
        "list": "query L($n: Int!) { products(first: $n) { nodes { id } filters { label } } }" });
    std::fs::write(&path, documents.to_string()).unwrap();
    let named = [("LILIUM_DOCUMENTS", path.to_str().unwrap())];
    let shop = keeping(&[&named, settings].concat()).await;
    (shop, folder)
}

async fn get(shop: &Shop, id: &str, headers: &[(&str, &str)]) -> Response {
    let url = format!("{}/graphql?documentId={id}", shop.address);
    let mut request = shop.http().get(url);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.send().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kept_answer_says_how_old_it_is_and_what_it_is_called() {
    let (shop, _folder) = naming(&[("LILIUM_PUBLIC_SECONDS", "7")]).await;
    let first = get(&shop, "pages", &[]).await;
    assert_eq!(
        header(&first, "cache-control"),
        "public, max-age=7, stale-while-revalidate=7"
    );
    assert_eq!(header(&first, "age"), "0");
    let tag = header(&first, "etag").to_owned();
    assert!(tag.starts_with('"'), "{tag}");
    let vary = header(&first, "vary").to_lowercase();
    for name in ["accept", "accept-encoding", "authorization", "cookie"] {
        assert!(vary.contains(name), "{vary}");
    }
    let body = first.text().await.unwrap();

    tokio::time::sleep(std::time::Duration::from_millis(1_100)).await;
    let again = get(&shop, "pages", &[]).await;
    let age: u64 = header(&again, "age").parse().unwrap();
    assert!((1..10).contains(&age), "{age}");
    let lasts = format!("public, max-age={}, stale-while-revalidate=7", 7 + age);
    assert_eq!(header(&again, "cache-control"), lasts);
    // For nginx, which does not count by `Age`.
    assert_eq!(header(&again, "x-accel-expires"), "7");
    assert_eq!(header(&again, "etag"), tag);
    assert_eq!(again.text().await.unwrap(), body);

    for known in [tag.clone(), format!("W/{tag}"), "*".to_owned()] {
        let known = get(&shop, "pages", &[("if-none-match", &known)]).await;
        assert_eq!(known.status(), StatusCode::NOT_MODIFIED);
        assert_eq!(header(&known, "etag"), tag);
        assert!(header(&known, "cache-control").starts_with("public"));
        assert_eq!(known.text().await.unwrap(), "");
    }
    let other = get(&shop, "pages", &[("if-none-match", "\"other\"")]).await;
    assert_eq!(other.status(), StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_else_may_keep_what_was_posted_or_is_somebodys() {
    let (shop, _folder) = naming(&[]).await;
    get(&shop, "pages", &[]).await;
    let posted = shop.http().post(format!("{}/graphql", shop.address));
    let posted = posted.json(&json!({ "documentId": "pages" }));
    let posted = posted.send().await.unwrap();
    let token = shop.sign_in("ada@example.com", "lilium-demo").await;
    let bearer = format!("Bearer {token}");
    for answer in [
        posted,
        get(&shop, "pages", &[("authorization", &bearer)]).await,
        get(&shop, "pages", &[("cookie", "a=b")]).await,
        get(&shop, "viewer", &[]).await,
    ] {
        assert_eq!(header(&answer, "cache-control"), "no-store");
        for name in ["etag", "age"] {
            assert_eq!(header(&answer, name), "", "{name}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_public_and_not_kept_is_said_as_ever() {
    let (shop, _folder) = naming(&[("LILIUM_PUBLIC_SECONDS", "7")]).await;
    let url = format!(
        "{}/graphql?documentId=list&variables={{\"n\":1}}",
        shop.address
    );
    for _ in 0..2 {
        let answer = shop.http().get(&url).send().await.unwrap();
        assert_eq!(header(&answer, "cache-control"), "public, max-age=7");
        assert!(header(&answer, "etag").starts_with("W/"));
        assert_eq!(header(&answer, "age"), "");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn with_no_time_to_keep_it_nobody_else_does() {
    let (shop, _folder) = naming(&[("LILIUM_PUBLIC_SECONDS", "0")]).await;
    for _ in 0..2 {
        let answer = get(&shop, "pages", &[]).await;
        assert_eq!(header(&answer, "cache-control"), "no-store");
        assert_eq!(header(&answer, "etag"), "");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_asks_too_often_is_refused_what_is_kept_too() {
    // The tests' own machine is a proxy: it says for whom it asks.
    let proxy = ("LILIUM_TRUSTED_PROXIES", "127.0.0.1");
    let shop = keeping(&[proxy, ("LILIUM_RATE_COST", "40")]).await;
    let query = "{ products(first: 10) { nodes { title } } }";
    let mut statuses = Vec::new();
    for _ in 0..8 {
        let answer = shop.ask_for("198.51.100.1", query, json!({})).await;
        statuses.push(answer.status);
    }
    assert_eq!(statuses.first(), Some(&200));
    assert_eq!(statuses.last(), Some(&429), "{statuses:?}");
}
