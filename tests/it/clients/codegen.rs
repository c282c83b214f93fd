//! graphql-codegen's client preset and strict TypeScript over the documents of a storefront, and what they make, run.

use super::http::trusting;
use super::{found, script_of};
use crate::programs::Folder;
use crate::support::Shop;

/// How many things `codegen/src/storefront.ts` looks at.
const LOOKED_AT: usize = 13;

#[tokio::test(flavor = "multi_thread")]
async fn codegen_types_every_document_of_a_storefront() {
    let folder = Folder::new();
    let path = folder.path().to_str().unwrap();
    let Some(generated) = script_of("codegen/generate.mjs", &[path]).await else {
        return;
    };
    let last = generated.out.lines().last();
    assert_eq!(last, Some("51 operations"), "{generated:#?}");
    generated.well();
    let shop = Shop::open().await;
    let endpoint = format!("{}/graphql", shop.address);
    let said = script_of("codegen/run.mjs", &[&endpoint, path, "text"]).await;
    found(said.unwrap(), LOOKED_AT);

    // The same by the manifest that was generated.
    let shop = trusting(&shop, &format!("{path}/src/gql/persisted-documents.json")).await;
    let endpoint = format!("{}/graphql", shop.address);
    let said = script_of("codegen/run.mjs", &[&endpoint, path, "id"]).await;
    found(said.unwrap(), LOOKED_AT);
}
