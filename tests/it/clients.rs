//! Programs that others wrote for GraphQL servers, run against a shop.

use crate::programs::{Said, skipped, there_is};
use crate::support::Shop;
use async_graphql::parser::parse_query;
use serde_json::{Value, json};
use std::path::Path;
use std::process::Command;

const CLIENTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/clients");
const EXAMPLES: &str = include_str!("../../web/graphiql/page/examples.graphql");

/// Runs a script of `tests/clients` against the shop; `None`, said in the output, where Node or the packages are missing.
async fn node(shop: &Shop, script: &str) -> Option<Said> {
    if !there_is("node", script) {
        return None;
    }
    if !Path::new(CLIENTS).join("node_modules/graphql").is_dir() {
        skipped(
            script,
            "its npm packages are not installed: make test does it",
        );
        return None;
    }
    let mut command = Command::new("node");
    command
        .args([script, &format!("{}/graphql", shop.address)])
        .current_dir(CLIENTS);
    let said = tokio::task::spawn_blocking(move || Said::by(&mut command));
    Some(said.await.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn all_audits_of_graphql_over_http_pass() {
    let shop = Shop::open().await;
    let Some(said) = node(&shop, "audits.mjs").await else {
        return;
    };
    let failed: Vec<&str> = said
        .out
        .lines()
        .filter(|line| !line.starts_with("ok "))
        .collect();
    assert_eq!(failed, ["", "61 of 61 audits passed"]);
    said.well();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_schema_is_the_storefront_apis_and_what_a_marketplace_adds() {
    let shop = Shop::open().await;
    let Some(said) = node(&shop, "schema-compare.mjs").await else {
        return;
    };
    assert!(said.out.ends_with("no differences\n"), "{}", said.out);
    println!("{}", said.out);
    said.well();
}

/// Fails on a page without nodes, wherever it is.
fn assert_no_empty_page(value: &Value, path: &str) {
    if let Some(fields) = value.as_object() {
        for (name, value) in fields {
            let empty = value.as_array().is_some_and(Vec::is_empty);
            assert!(name != "nodes" || !empty, "nothing in {path}.{name}");
            assert_no_empty_page(value, &format!("{path}.{name}"));
        }
    }
    for item in value.as_array().into_iter().flatten() {
        assert_no_empty_page(item, path);
    }
}

async fn run(shop: &Shop, document: &str, operation: &str) {
    let request = shop.http().post(format!("{}/graphql", shop.address));
    let body = json!({ "query": document, "operationName": operation });
    let answer: Value = request
        .json(&body)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(answer.get("errors"), None, "{operation}");
    let data = answer["data"].as_object().unwrap();
    assert!(!data.is_empty(), "{operation}");
    for (field, value) in data {
        let empty = value.is_null() || value.as_array().is_some_and(Vec::is_empty);
        assert!(!empty, "{operation}.{field} is {value}");
        assert_no_empty_page(value, &format!("{operation}.{field}"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_example_of_graphiql_is_answered() {
    let shop = Shop::open().await;
    let document = parse_query(EXAMPLES).unwrap();
    let names: Vec<&str> = document
        .operations
        .iter()
        .map(|(name, _)| name.unwrap().as_str())
        .collect();
    assert!(names.len() >= 9, "{names:?}");
    for name in names {
        run(&shop, EXAMPLES, name).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_tab_of_graphiql_stands_alone() {
    let shop = Shop::open().await;
    // As page.js cuts the file: a comment that follows an empty line begins the next tab.
    let tabs: Vec<&str> = EXAMPLES.split("\n\n#").collect();
    let all = parse_query(EXAMPLES).unwrap().operations.iter().count();
    assert_eq!(tabs.len(), all);
    for tab in tabs {
        let tab = format!("#{}", tab.trim_start_matches('#'));
        let document = parse_query(&tab).unwrap();
        let names: Vec<_> = document.operations.iter().map(|(name, _)| name).collect();
        assert_eq!(names.len(), 1, "{tab}");
        run(&shop, &tab, names[0].unwrap()).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_example_shows_24_products_with_pictures_and_prices() {
    let shop = Shop::open().await;
    let tab = EXAMPLES.split("\n\n#").next().unwrap();
    let data = shop.data(tab, json!({})).await;
    let nodes = data["products"]["nodes"].as_array().unwrap();
    assert_eq!(nodes.len(), 24);
    for node in nodes {
        let picture = node["featuredImage"]["url"].as_str().unwrap();
        assert!(picture.starts_with(&shop.address), "{picture}");
        let price = &node["priceRange"]["minVariantPrice"];
        assert!(price["amount"].is_string() && price["currencyCode"] == "USD");
    }
}
