//! What is no search gets a clear error or an honest empty answer, and quickly.

use crate::support::Shop;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const SEARCH: &str = "query($query: String!, $filters: [ProductFilter!], $first: Int, $last: Int, $after: String, $before: String) { \
     search(query: $query, productFilters: $filters, first: $first, last: $last, after: $after, before: $before) { \
     totalCount nodes { __typename } productFilters { id } } }";

/// Far more than an answer takes, and far less than a time-out.
const QUICKLY: Duration = Duration::from_secs(3);

async fn refused(shop: &Shop, variables: Value) -> (String, String) {
    let begin = Instant::now();
    let refusal = shop.refusal(SEARCH, variables).await;
    assert!(begin.elapsed() < QUICKLY);
    refusal
}

#[tokio::test(flavor = "multi_thread")]
async fn texts_that_are_no_words_find_nothing() {
    let shop = Shop::open().await;
    for text in [
        "%",
        "_",
        "'",
        "\"",
        "\\",
        "'; DROP TABLE products; --",
        "&|!()",
        "<->",
        ":*",
        "*",
        "xq:*&",
        "\u{200f}\u{200e}",
        "_geoRadius(1, 2, 3)",
        "facets = 1 OR sold > 0",
        "[[\"facets = 1\"]]",
        "\u{1f980}",
        // Signs of Arabic that are no letters, alone and beside a word.
        "\u{640}",
        "\u{64e}",
        "xqzwv \u{640}",
        "mug \u{64e}",
        "NOT xqzwv AND NOT xqzwu",
        "xqzwv%",
    ] {
        let begin = Instant::now();
        let data = shop.data(SEARCH, json!({ "query": text })).await;
        assert!(begin.elapsed() < QUICKLY, "{text}");
        let found = data["search"]["totalCount"].as_i64().unwrap();
        let words = text.chars().any(char::is_alphanumeric);
        assert!(words || found == 0, "{text} finds {found}");
    }
    // No text reads as a condition: all products are as many as before.
    let all = shop.data(SEARCH, json!({ "query": "" })).await;
    assert!(all["search"]["totalCount"].as_i64().unwrap() > 100);
}

#[tokio::test(flavor = "multi_thread")]
async fn texts_are_bounded() {
    let shop = Shop::open().await;
    for text in ["a".repeat(256), "mug ".repeat(2_500), "\u{643}".repeat(256)] {
        let (code, message) = refused(&shop, json!({ "query": text })).await;
        assert_eq!(code, "BAD_USER_INPUT");
        assert!(message.contains("255"), "{message}");
    }
    let (code, _) = refused(&shop, json!({ "query": "a\0b" })).await;
    assert_eq!(code, "BAD_USER_INPUT");
    let longest = json!({ "query": "a ".repeat(127) });
    let begin = Instant::now();
    shop.data(SEARCH, longest).await;
    assert!(begin.elapsed() < QUICKLY);
}

#[tokio::test(flavor = "multi_thread")]
async fn filters_are_checked() {
    let shop = Shop::open().await;
    let tags = |many: usize| -> Vec<Value> {
        (0..many)
            .map(|it| json!({ "tag": format!("t{it}") }))
            .collect()
    };
    let options: Vec<Value> = (0..21)
        .map(|it| json!({ "variantOption": { "name": format!("o{it}"), "value": "x" } }))
        .collect();
    let (code, message) = refused(&shop, json!({ "query": "mug", "filters": options })).await;
    assert_eq!(code, "BAD_USER_INPUT");
    assert!(message.contains("20"), "{message}");
    let twenty = json!({ "query": "", "filters": options[1..] });
    let data = shop.data(SEARCH, twenty).await;
    assert_eq!(data["search"]["nodes"], json!([]));
    let upside_down = json!({ "price": { "min": 10, "max": 5 } });
    for filters in [json!(tags(51)), json!(tags(10_000)), json!([upside_down])] {
        let refusal = refused(&shop, json!({ "query": "mug", "filters": filters })).await;
        assert!(!refusal.1.is_empty());
    }
    for nothing in [
        json!({ "productMetafield": { "namespace": "attribute", "key": "no-facet", "value": "1" } }),
        json!({ "tag": "no such tag" }),
        json!({ "variantOption": { "name": "no option", "value": "%" } }),
        json!({ "productVendor": "nobody" }),
    ] {
        let data = shop
            .data(SEARCH, json!({ "query": "", "filters": [nothing] }))
            .await;
        // Pages are no products, and an empty text finds none.
        assert_eq!(data["search"]["totalCount"], 0, "{nothing}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_are_checked() {
    let shop = Shop::open().await;
    for (arguments, code) in [
        (json!({ "first": 0 }), "BAD_USER_INPUT"),
        (json!({ "first": 251 }), "BAD_USER_INPUT"),
        (json!({ "last": -1 }), "BAD_USER_INPUT"),
        (json!({ "first": 1, "last": 1 }), "BAD_USER_INPUT"),
        (json!({ "first": 1, "before": "x" }), "BAD_USER_INPUT"),
        (json!({ "last": 1, "after": "x" }), "BAD_USER_INPUT"),
        (json!({ "after": "x", "before": "x" }), "BAD_USER_INPUT"),
        (json!({ "after": "x" }), "INVALID_CURSOR"),
        (
            json!({ "last": 1, "before": "A".repeat(5_000) }),
            "INVALID_CURSOR",
        ),
    ] {
        let mut variables = json!({ "query": "tea" });
        variables
            .as_object_mut()
            .unwrap()
            .extend(arguments.as_object().unwrap().clone());
        assert_eq!(refused(&shop, variables).await.0, code, "{arguments}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_language_that_the_shop_has_not_gets_its_own() {
    let shop = Shop::open().await;
    let query = "query @inContext(language: JA) { search(query: \"mug\") { totalCount } }";
    let strange = shop.data(query, json!({})).await;
    let own = shop
        .data("{ search(query: \"mug\") { totalCount } }", json!({}))
        .await;
    assert_eq!(strange, own);
    let none = "query @inContext(language: XX) { search(query: \"mug\") { totalCount } }";
    let (code, _) = shop.refusal(none, json!({})).await;
    assert!(
        code.starts_with("GRAPHQL_") || code == "BAD_USER_INPUT",
        "{code}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn forged_cursors_do_no_harm() {
    let shop = Shop::open().await;
    let query = "{ search(query: \"tea\", first: 2) { pageInfo { endCursor } } }";
    let data = shop.data(query, json!({})).await;
    let cursor = data["search"]["pageInfo"]["endCursor"].as_str().unwrap();
    let place: Vec<Value> = serde_json::from_slice(&decoded(cursor)).unwrap();
    let keys = [
        json!(null),
        json!(1),
        json!(-1),
        json!("x"),
        json!("'; --"),
        json!([]),
        json!([1]),
        json!([true, "x"]),
        json!([true, 1e300]),
        json!([null, null]),
        json!(true),
        json!([true, i64::MAX]),
        json!([true, u64::MAX]),
        json!([true, "x", place[3][2]]),
        json!([true, i64::MAX, place[3][2]]),
        json!([true, 5, "another order"]),
        json!([true, 5, null]),
    ];
    for key in keys {
        for offset in [0_u32, 5, u32::MAX] {
            let forged = json!([place[0], place[1], offset, key, place[4]]);
            let after = encoded(&forged.to_string());
            let variables = json!({ "query": "tea", "first": 2, "after": after });
            let begin = Instant::now();
            let answer = shop.ask(SEARCH, variables).await;
            assert!(begin.elapsed() < QUICKLY);
            let code = &answer.body["errors"][0]["extensions"]["code"];
            assert!(
                *code == Value::Null || code == "INVALID_CURSOR",
                "{forged} {:#}",
                answer.body
            );
        }
    }
}

fn decoded(cursor: &str) -> Vec<u8> {
    use base64::Engine;
    base64::engine::general_purpose::URL_SAFE_NO_PAD
        .decode(cursor)
        .unwrap()
}

fn encoded(text: &str) -> String {
    use base64::Engine;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(text)
}
