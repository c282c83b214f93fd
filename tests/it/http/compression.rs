//! Answers made smaller.

use super::header;
use crate::support::Shop;
use reqwest::Response;
use serde_json::{Value, json};
use std::io::Read;

const LISTING: &str = "{ products(first: 24) { nodes { id title handle description } } }";

async fn ask(shop: &Shop, query: &str, accept_encoding: &str) -> Response {
    let request = shop.http().post(format!("{}/graphql", shop.address));
    let request = match accept_encoding {
        "" => request,
        wishes => request.header("accept-encoding", wishes),
    };
    let request = request.json(&json!({ "query": query }));
    request.send().await.unwrap()
}

fn varies(answer: &Response) -> bool {
    let mut lines = answer.headers().get_all("vary").iter();
    lines.any(|it| it == "accept-encoding")
}

fn unpacked(encoding: &str, bytes: &[u8]) -> Vec<u8> {
    let mut plain = Vec::new();
    match encoding {
        "gzip" => flate2::read::GzDecoder::new(bytes).read_to_end(&mut plain),
        "br" => brotli::Decompressor::new(bytes, 4096).read_to_end(&mut plain),
        _ => panic!("{encoding}"),
    }
    .unwrap();
    plain
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_answer_is_made_smaller_for_whoever_wants_it() {
    let shop = Shop::open().await;
    let answer = ask(&shop, LISTING, "").await;
    assert_eq!(header(&answer, "content-encoding"), "");
    assert!(varies(&answer));
    let plain = answer.bytes().await.unwrap();
    for (wishes, encoding) in [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip", "gzip"),
        ("br;q=0.1, gzip", "gzip"),
    ] {
        let answer = ask(&shop, LISTING, wishes).await;
        assert_eq!(answer.status(), 200);
        assert_eq!(header(&answer, "content-encoding"), encoding);
        assert!(varies(&answer));
        let packed = answer.bytes().await.unwrap();
        assert!(
            packed.len() * 4 < plain.len() * 3,
            "{encoding}: {}",
            packed.len()
        );
        assert_eq!(unpacked(encoding, &packed), plain);
    }
    for wishes in ["identity", "deflate", "zstd", "br;q=0, gzip;q=0"] {
        let answer = ask(&shop, LISTING, wishes).await;
        assert_eq!(header(&answer, "content-encoding"), "", "{wishes}");
        assert_eq!(answer.bytes().await.unwrap(), plain);
    }
    // What cannot be met is no reason to run an operation and then to refuse it.
    for wishes in ["identity;q=0", "*;q=0"] {
        let answer = ask(&shop, LISTING, wishes).await;
        assert_eq!(answer.status(), 200, "{wishes}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_short_or_packed_or_told_bit_by_bit_is_left_alone() {
    let shop = Shop::open().await;
    let answer = ask(&shop, "{ shop { name } }", "gzip, br").await;
    assert_eq!(header(&answer, "content-encoding"), "");
    assert_eq!(
        answer.json::<Value>().await.unwrap()["data"]["shop"]["name"],
        "Lilium"
    );

    let pictures = "{ products(first: 1) { nodes { featuredImage { url } } } }";
    let data = shop.data(pictures, json!({})).await;
    let url = data["products"]["nodes"][0]["featuredImage"]["url"].as_str();
    let picture = shop
        .http()
        .get(url.unwrap())
        .header("accept-encoding", "gzip, br");
    let picture = picture.send().await.unwrap();
    assert!(header(&picture, "content-type").starts_with("image/"));
    assert_eq!(header(&picture, "content-encoding"), "");

    let events = shop.http().post(format!("{}/graphql", shop.address));
    let events = events.header("accept", "text/event-stream");
    let events = events.header("accept-encoding", "gzip, br");
    let events = events
        .json(&json!({ "query": LISTING }))
        .send()
        .await
        .unwrap();
    assert_eq!(
        header(&events, "content-type"),
        "text/event-stream; charset=utf-8"
    );
    assert_eq!(header(&events, "content-encoding"), "");
    assert!(events.text().await.unwrap().contains("event: complete"));
}
