//! What is shown to somebody who is typing.

use super::texts;
use crate::support::Shop;
use serde_json::{Value, json};

const PREDICT: &str = "query($query: String!, $limit: Int, $scope: PredictiveSearchLimitScope, $types: [PredictiveSearchType!], \
     $fields: [SearchableField!], $unavailable: SearchUnavailableProductsType) { \
     predictiveSearch(query: $query, limit: $limit, limitScope: $scope, types: $types, searchableFields: $fields, unavailableProducts: $unavailable) { \
     articles { id } collections { title trackingParameters } pages { title trackingParameters } \
     products { title availableForSale trackingParameters } queries { text styledText trackingParameters } } }";

async fn predict(shop: &Shop, variables: Value) -> Value {
    shop.data(PREDICT, variables).await["predictiveSearch"].clone()
}

fn found(answer: &Value) -> usize {
    let lists = answer.as_object().unwrap().values();
    lists.map(|list| list.as_array().unwrap().len()).sum()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_word_is_a_beginning() {
    let shop = Shop::open().await;
    let answer = predict(&shop, json!({ "query": "morning per" })).await;
    assert_eq!(answer["products"][0]["title"], "Morning Person Mug");
    let tracked = &answer["products"][0]["trackingParameters"];
    assert_eq!(tracked, "_pos=1&_psq=morning%20per&_ss=e&_v=1.0");
    let answer = predict(&shop, json!({ "query": "hom" })).await;
    assert_eq!(answer["collections"][0]["title"], "Home & Living");
    let answer = predict(&shop, json!({ "query": "ship" })).await;
    assert!(texts(&answer["pages"], "title").contains(&"Shipping & Return Policy".to_owned()));
    assert_eq!(answer["articles"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn texts_are_suggested_that_find_something() {
    let shop = Shop::open().await;
    let answer = predict(&shop, json!({ "query": "mo", "types": ["QUERY"] })).await;
    let queries = answer["queries"].as_array().unwrap();
    assert!(!queries.is_empty());
    for query in queries {
        let text = query["text"].as_str().unwrap();
        assert!(
            query["styledText"].as_str().unwrap().starts_with("<mark>"),
            "{query:#}"
        );
        assert!(super::total(&shop, text, Value::Null).await > 0, "{text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_limit_is_for_all_or_for_each() {
    let shop = Shop::open().await;
    let all = predict(&shop, json!({ "query": "s", "limit": 4 })).await;
    assert_eq!(found(&all), 4, "{all:#}");
    let each = predict(&shop, json!({ "query": "s", "limit": 4, "scope": "EACH" })).await;
    assert!(found(&each) > 4, "{each:#}");
    assert_eq!(each["products"].as_array().unwrap().len(), 4);
    let one = predict(&shop, json!({ "query": "s", "types": ["PRODUCT"] })).await;
    assert_eq!(found(&one), 10);
    assert_eq!(one["products"].as_array().unwrap().len(), 10);
    for limit in [0, -1, 11] {
        let variables = json!({ "query": "s", "limit": limit });
        assert_eq!(shop.refusal(PREDICT, variables).await.0, "BAD_USER_INPUT");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_texts_that_are_named_are_searched() {
    let shop = Shop::open().await;
    let by = |fields: Value| json!({ "query": "morning person", "types": ["PRODUCT"], "fields": fields });
    let titles = |answer: &Value| texts(&answer["products"], "title");
    let by_title = predict(&shop, by(json!(["TITLE"]))).await;
    assert!(titles(&by_title).contains(&"Morning Person Mug".to_owned()));
    let by_sku = predict(&shop, by(json!(["VARIANTS_SKU"]))).await;
    assert_eq!(by_sku["products"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_suggested_for_nothing() {
    let shop = Shop::open().await;
    for query in ["", "   ", "%", "\"'", "AND (", "*:*"] {
        let answer = predict(&shop, json!({ "query": query })).await;
        if query != "AND (" {
            assert_eq!(found(&answer), 0, "{query}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_bought_comes_last_or_not_at_all() {
    let shop = Shop::open().await;
    let by = |how: Value| json!({ "query": "a", "types": ["PRODUCT"], "unavailable": how });
    let available = |answer: &Value| -> Vec<bool> {
        let products = answer["products"].as_array().unwrap().iter();
        products
            .map(|it| it["availableForSale"].as_bool().unwrap())
            .collect()
    };
    let hidden = predict(&shop, by(json!("HIDE"))).await;
    assert!(available(&hidden).iter().all(|it| *it));
    let last = predict(&shop, by(Value::Null)).await;
    assert!(available(&last).is_sorted_by(|a, b| a >= b));
}
