//! Stock clients of queries and mutations, as they send them over HTTP.

use super::{found, node, script_of};
use crate::programs::Folder;
use crate::support::Shop;

/// Runs a script, which must find so many things as they ought to be, and nothing otherwise.
async fn finds(script: &str, good: usize) {
    let shop = Shop::open().await;
    if let Some(said) = node(&shop.address, script).await {
        found(said, good);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn apollo_client_asks_errs_and_turns_pages() {
    finds("http/apollo.mjs", 16).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn urql_asks_and_errs() {
    finds("http/urql.mjs", 12).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn apollo_client_sends_a_text_once_and_its_hash_from_then_on() {
    finds("http/apollo-automatic.mjs", 9).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn urql_sends_a_text_once_and_its_hash_from_then_on() {
    finds("http/urql-automatic.mjs", 8).await;
}

/// The same shop, answered by a program that runs the documents of a manifest and nothing else.
pub async fn trusting(shop: &Shop, manifest: &str) -> Shop {
    let settings = [
        ("LILIUM_DOCUMENTS", manifest),
        ("LILIUM_DOCUMENTS_ONLY", "on"),
    ];
    shop.again(&settings).await
}

#[tokio::test(flavor = "multi_thread")]
async fn clients_at_a_shop_that_trusts_a_manifest_alone() {
    let folder = Folder::new();
    let path = folder.path().to_str().unwrap();
    let Some(made) = script_of("trusted/manifest.mjs", &[path]).await else {
        return;
    };
    made.well();
    let shop = trusting(
        &Shop::open().await,
        &format!("{path}/persisted-query-manifest.json"),
    )
    .await;
    let endpoint = format!("{}/graphql", shop.address);
    let said = script_of("trusted/run.mjs", &[&endpoint, path]).await;
    found(said.unwrap(), 11);
}
