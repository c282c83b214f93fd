//! Relay: what its compiler makes of the schema and of a storefront's documents, run by its runtime.

use super::http::trusting;
use super::{found, script_of};
use crate::programs::Folder;
use crate::support::Shop;

/// How many things `relay/run.mjs` looks at.
const LOOKED_AT: usize = 17;

#[tokio::test]
async fn every_list_of_the_schema_is_one_for_relay() {
    let schema = concat!(env!("CARGO_MANIFEST_DIR"), "/schema.graphql");
    if let Some(said) = script_of("relay/connections.mjs", &[schema]).await {
        found(said, 6);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn relay_compiles_a_storefront_and_turns_its_pages() {
    let folder = Folder::new();
    let path = folder.path().to_str().unwrap();
    let Some(compiled) = script_of("relay/compile.mjs", &[path]).await else {
        return;
    };
    compiled.well();
    let shop = Shop::open().await;
    let endpoint = format!("{}/graphql", shop.address);
    let said = script_of("relay/run.mjs", &[&endpoint, path, "text"]).await;
    found(said.unwrap(), LOOKED_AT);

    // The same by the manifest that the compiler wrote; what people do besides is none of it.
    let trusting = trusting(&shop, &format!("{path}/persisted.json")).await;
    let trusted = format!("{}/graphql", trusting.address);
    let said = script_of("relay/run.mjs", &[&trusted, path, "id", &endpoint]).await;
    found(said.unwrap(), LOOKED_AT);
}
