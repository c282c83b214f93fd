//! Documents that clients name instead of sending them: automatic ones, trusted ones, and what may be kept of their answers.

use super::header;
use crate::live::client::Socket;
use crate::programs::{Redis, Said, there_is};
use crate::support::{Contents, Shop};
use reqwest::{Response, StatusCode};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

const CARDS: &str = "query Cards { products(first: 2) { nodes { title } } }";
const NAME: &str = "query Name { shop { name } }";
const RULE: &str = "subscription Watch($id: ID!) { cartUpdated(cartId: $id) { kind } }";

fn hash(text: &str) -> String {
    let digits = Sha256::digest(text);
    digits.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn by_hash(hash: &str) -> Value {
    json!({ "persistedQuery": { "version": 1, "sha256Hash": hash } })
}

async fn post(shop: &Shop, body: &Value) -> (StatusCode, Value) {
    let url = format!("{}/graphql", shop.address);
    let answer = shop.http().post(url).json(body).send().await.unwrap();
    (answer.status(), answer.json().await.unwrap())
}

async fn get(shop: &Shop, parameters: &[(&str, &str)], headers: &[(&str, &str)]) -> Response {
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(parameters)
        .finish();
    let mut request = shop.http().get(format!("{}/graphql?{query}", shop.address));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.send().await.unwrap()
}

fn code(answer: &Value) -> &str {
    answer["errors"][0]["extensions"]["code"]
        .as_str()
        .unwrap_or("none")
}

fn manifest(folder: &Path) -> PathBuf {
    let path = folder.join("documents.json");
    let documents = json!({ "cards": CARDS, "name": NAME, "watch": RULE });
    std::fs::write(&path, documents.to_string()).unwrap();
    path
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_that_one_instance_was_told_is_known_to_all_and_forgotten_harmlessly() {
    if !there_is("redis-server", "documents that instances share") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let redis = Redis::start(folder.path());
    let url = Redis::url(folder.path());
    let shop = Shop::with(Contents::Demo, &[("REDIS_URL", &url)]).await;
    let other = shop.again(&[("REDIS_URL", &url)]).await;
    let named = json!({ "extensions": by_hash(&hash(CARDS)) });
    let brought = json!({ "query": CARDS, "extensions": by_hash(&hash(CARDS)) });

    let begin = Instant::now();
    assert_eq!(
        code(&post(&shop, &named).await.1),
        "PERSISTED_QUERY_NOT_FOUND"
    );
    // Redis may not be connected to yet.
    while code(&post(&other, &named).await.1) != "none" {
        assert!(begin.elapsed() < Duration::from_secs(20));
        assert_eq!(code(&post(&shop, &brought).await.1), "none");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }

    // Without Redis each instance knows what it was told, and who comes to another brings it again.
    redis.stop();
    let next = json!({ "extensions": by_hash(&hash(NAME)) });
    assert_eq!(code(&post(&shop, &named).await.1), "none");
    assert_eq!(
        code(&post(&shop, &next).await.1),
        "PERSISTED_QUERY_NOT_FOUND"
    );
    let brought = json!({ "query": NAME, "extensions": by_hash(&hash(NAME)) });
    assert_eq!(code(&post(&shop, &brought).await.1), "none");
    assert_eq!(code(&post(&shop, &next).await.1), "none");
    assert!(begin.elapsed() < Duration::from_secs(30));
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_the_manifest_has_is_executed_whichever_way_it_comes() {
    let folder = tempfile::tempdir().unwrap();
    let path = manifest(folder.path());
    let path = path.to_str().unwrap();
    let settings = [("LILIUM_DOCUMENTS", path), ("LILIUM_DOCUMENTS_ONLY", "on")];
    let shop = Shop::with(Contents::Demo, &settings).await;
    for body in [
        json!({ "documentId": "cards" }),
        json!({ "doc_id": "cards" }),
        json!({ "id": "cards", "variables": {} }),
        json!({ "documentId": format!("sha256:{}", hash(CARDS)) }),
        json!({ "extensions": by_hash(&hash(CARDS)) }),
        json!({ "query": CARDS }),
    ] {
        let (status, answer) = post(&shop, &body).await;
        assert_eq!(status, StatusCode::OK);
        assert_eq!(
            answer["data"]["products"]["nodes"]
                .as_array()
                .unwrap()
                .len(),
            2,
            "{body}"
        );
    }
    let other = "{ shop { name } }";
    for body in [
        json!({ "query": other }),
        json!({ "query": format!("{CARDS} ") }),
        json!({ "query": other, "extensions": by_hash(&hash(other)) }),
        json!({ "extensions": by_hash(&hash(other)) }),
        json!({ "documentId": "other" }),
        json!({ "query": "mutation { cartCreate { cart { id } } }" }),
        json!({ "query": "{ __schema { types { name } } }" }),
    ] {
        let (_, answer) = post(&shop, &body).await;
        assert_eq!(
            (code(&answer), answer.get("data")),
            ("DOCUMENT_NOT_TRUSTED", None),
            "{body}"
        );
    }
    let refused = get(
        &shop,
        &[("query", other)],
        &[("accept", "text/event-stream")],
    )
    .await;
    assert!(
        refused
            .text()
            .await
            .unwrap()
            .contains("DOCUMENT_NOT_TRUSTED")
    );

    let mut client = Socket::join(&shop.address, None).await;
    let says =
        |id: &str, payload: Value| json!({ "id": id, "type": "subscribe", "payload": payload });
    client.say(says("a", json!({ "query": other }))).await;
    assert_eq!(client.refused("a").await.0, "DOCUMENT_NOT_TRUSTED");
    let missing =
        json!({ "documentId": "watch", "variables": { "id": "gid://lilium/Cart/0?key=0" } });
    client.say(says("b", missing)).await;
    assert_ne!(client.refused("b").await.0, "DOCUMENT_NOT_TRUSTED");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_public_answer_to_a_named_document_may_be_kept_and_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let path = manifest(folder.path());
    let settings = [
        ("LILIUM_DOCUMENTS", path.to_str().unwrap()),
        ("LILIUM_PUBLIC_SECONDS", "7"),
    ];
    let shop = Shop::with(Contents::Demo, &settings).await;
    let kept = get(&shop, &[("documentId", "name")], &[]).await;
    assert_eq!(header(&kept, "cache-control"), "public, max-age=7");
    let vary = header(&kept, "vary").to_lowercase();
    for name in ["accept", "authorization", "cookie"] {
        assert!(vary.contains(name), "{vary}");
    }
    let tag = header(&kept, "etag").to_owned();
    assert!(kept.text().await.unwrap().contains("\"name\""));
    let again = get(&shop, &[("documentId", "name")], &[("if-none-match", &tag)]).await;
    assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
    assert_eq!(again.text().await.unwrap(), "");

    let token = shop.sign_in("ada@example.com", "lilium-demo").await;
    let bearer = format!("Bearer {token}");
    for (parameters, headers) in [
        (
            &[("documentId", "name")][..],
            &[("authorization", bearer.as_str())][..],
        ),
        (&[("documentId", "name")], &[("cookie", "a=b")]),
        (&[("query", NAME)], &[]),
        (&[("documentId", "none")], &[]),
    ] {
        let answer = get(&shop, parameters, headers).await;
        assert_eq!(
            header(&answer, "cache-control"),
            "no-store",
            "{parameters:?} {headers:?}"
        );
        assert_eq!(header(&answer, "etag"), "");
    }
    let posted = shop.http().post(format!("{}/graphql", shop.address));
    let posted = posted
        .json(&json!({ "documentId": "name" }))
        .send()
        .await
        .unwrap();
    assert_eq!(header(&posted, "cache-control"), "no-store");
}

#[test]
fn a_manifest_that_cannot_be_read_stops_the_start_and_says_which() {
    let folder = crate::programs::Folder::new();
    let settings = [
        ("LILIUM_DOCUMENTS", "documents/none.json"),
        ("DATABASE_URL", "postgres://nobody@127.0.0.1:1/none"),
    ];
    let mut command = crate::programs::lilium(&folder, &["serve"], &settings);
    let said = Said::by(&mut command).refusal();
    assert!(said.contains("documents/none.json"), "{said}");
    let settings = [("LILIUM_DOCUMENTS_ONLY", "on")];
    let mut command = crate::programs::lilium(&folder, &["serve"], &settings);
    assert!(
        Said::by(&mut command)
            .refusal()
            .contains("LILIUM_DOCUMENTS_ONLY is on")
    );
}
