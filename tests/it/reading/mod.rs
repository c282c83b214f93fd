//! What a storefront reads: its documents, pages of lists, searches, for whom they are answered, what they cost.

mod attributes;
mod bad_input;
mod bad_pages;
mod ceilings;
mod context;
mod documents;
mod filters;
mod growing;
mod orders;
mod paging;
mod parts;
mod plans;
mod ready;
mod rounds;
mod search;
mod statements;
mod texts;
mod valid;
mod visibility;

use crate::support::Shop;
use lilium::domains::listing::refresh::STATEMENTS;
use serde_json::{Value, json};
use tokio_postgres::Client;
use uuid::Uuid;

/// Brings the lists up to date after products were changed by SQL.
async fn refresh(client: &Client, products: &[Uuid]) {
    for statement in STATEMENTS {
        client.execute(statement, &[&products]).await.unwrap();
    }
}

/// Runs SQL that changes products, and brings their lists up to date; says how many rows it changed.
async fn change(client: &Client, sql: &str, products: &[Uuid]) -> u64 {
    let changed = client.execute(sql, &[&products]).await.unwrap();
    refresh(client, products).await;
    changed
}

/// The primary key in a global id.
fn key(id: &Value) -> Uuid {
    let (_, key) = id.as_str().unwrap().rsplit_once('/').unwrap();
    key.parse().unwrap()
}

/// The global id of a row.
fn gid(kind: &str, id: Uuid) -> String {
    format!("gid://lilium/{kind}/{id}")
}

/// The product of this handle.
async fn product(client: &Client, handle: &str) -> Uuid {
    let sql = "SELECT id FROM products WHERE handle = $1";
    client.query_one(sql, &[&handle]).await.unwrap().get(0)
}

/// The first column of a query, as texts.
async fn column(client: &Client, sql: &str) -> Vec<String> {
    let rows = client.query(sql, &[]).await.unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

/// The only number of a query.
async fn count(client: &Client, sql: &str) -> usize {
    let number: i64 = client.query_one(sql, &[]).await.unwrap().get(0);
    usize::try_from(number).unwrap()
}

/// One field of each item of a JSON list.
fn field(items: &Value, name: &str) -> Vec<String> {
    let items = items
        .as_array()
        .unwrap_or_else(|| panic!("no list: {items}"));
    items
        .iter()
        .map(|item| item[name].as_str().unwrap().to_owned())
        .collect()
}

/// The nodes of a list's edges.
fn nodes(list: &Value) -> Value {
    let edges = list["edges"]
        .as_array()
        .unwrap_or_else(|| panic!("no edges: {list}"));
    edges.iter().map(|edge| edge["node"].clone()).collect()
}

/// Handles of what a search finds among all products, best match first.
async fn found(shop: &Shop, query: &str) -> Vec<String> {
    let document = "query Find($query: String) { products(first: 250, sortKey: RELEVANCE, query: $query) { nodes { handle } } }";
    let data = shop.data(document, json!({ "query": query })).await;
    field(&data["products"]["nodes"], "handle")
}

/// A list without an order.
fn sorted(mut items: Vec<String>) -> Vec<String> {
    items.sort();
    items
}
