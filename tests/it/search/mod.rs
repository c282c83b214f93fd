//! Finding products.

mod analytics;
mod away;
mod bad_input;
mod commands;
mod derived;
mod engine;
pub mod engines;
mod facets;
mod failing;
mod feed;
mod gone;
mod large;
mod often;
mod people;
mod poisoned;
mod predictive;
mod recommended;
mod shopper;
mod street;
mod tuning;

use crate::support::Shop;
use serde_json::{Value, json};

/// Texts of a field of each of these.
fn texts(nodes: &Value, field: &str) -> Vec<String> {
    let text = |node: &Value| node[field].as_str().unwrap().to_owned();
    nodes.as_array().unwrap().iter().map(text).collect()
}

/// How many products a search finds with these filters.
async fn total(shop: &Shop, query: &str, filters: Value) -> i64 {
    let data = shop
        .data(
            "query($query: String!, $filters: [ProductFilter!]) { search(query: $query, types: [PRODUCT], productFilters: $filters) { totalCount } }",
            json!({ "query": query, "filters": filters }),
        )
        .await;
    data["search"]["totalCount"].as_i64().unwrap()
}
