//! The documents that are asked, and with what.

use super::EXAMPLES;
use async_graphql::parser::parse_query;
use async_graphql::parser::types::OperationType;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The documents of the folder, by file, with the fragments that they use.
pub fn storefront() -> BTreeMap<String, String> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/reading/documents");
    let mut texts = BTreeMap::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|it| it == "graphql") {
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            texts.insert(name, std::fs::read_to_string(path).unwrap());
        }
    }
    let (fragments, documents): (BTreeMap<_, _>, BTreeMap<_, _>) = texts
        .into_iter()
        .partition(|(_, text)| text.trim_start().starts_with("fragment"));
    documents
        .into_iter()
        .map(|(name, text)| {
            let mut whole = text;
            for fragment in fragments.values() {
                let own = fragment.split_whitespace().nth(1).unwrap();
                if whole.contains(&format!("...{own}")) || whole.contains(&format!("... {own}")) {
                    whole.push_str(fragment);
                }
            }
            (name, whole)
        })
        .collect()
}

/// What a document of the folder is asked with; a document that is not known here is asked without.
pub fn variables(name: &str, product: &str) -> Value {
    match name {
        "product" => json!({ "name": "morning-person-mug" }),
        "products" => json!({ "order": "PRICE" }),
        "collection" => json!({ "name": "sale" }),
        "collection_products" => json!({ "name": "bestsellers" }),
        "menu" => json!({ "name": "next-js-frontend-footer-menu" }),
        "page" => json!({ "name": "about" }),
        "recommendations" => json!({ "id": product }),
        _ => json!({}),
    }
}

/// The text with pages of one.
pub fn of_one(text: &str) -> String {
    let mut parts = text.split("first: ");
    let mut sized = parts.next().unwrap().to_owned();
    for part in parts {
        sized.push_str("first: ");
        if part.starts_with(|it: char| it.is_ascii_digit()) {
            sized.push('1');
        }
        sized.push_str(part.trim_start_matches(|it: char| it.is_ascii_digit()));
    }
    sized
}

/// The examples in the order of the text: name, kind, variables, and whether somebody has to be signed in.
pub fn examples() -> Vec<(String, OperationType, Vec<String>, bool)> {
    let document = parse_query(EXAMPLES).unwrap();
    let signed_in = ["VendorsDesk", "WatchTheDesk", "AcceptToDeliver"];
    let mut found: Vec<_> = document
        .operations
        .iter()
        .map(|(name, operation)| {
            let asks = operation.node.variable_definitions.iter();
            let asks = asks.map(|it| it.node.name.node.to_string()).collect();
            let name = name.unwrap().to_string();
            let token = signed_in.contains(&name.as_str());
            (operation.pos, (name, operation.node.ty, asks, token))
        })
        .collect();
    found.sort_by_key(|(pos, _)| *pos);
    found.into_iter().map(|(_, example)| example).collect()
}
