//! The shop answers.

use crate::support::Shop;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn a_shop_answers() {
    let shop = Shop::open().await;
    let data = shop
        .data(
            "{ shop { name } products(first: 3) { nodes { title } } }",
            json!({}),
        )
        .await;
    assert_eq!(data["shop"]["name"], "Lilium");
    assert_eq!(data["products"]["nodes"].as_array().unwrap().len(), 3);
}
