//! A storefront in Next.js that keeps answers: the recipe of `docs/CACHING.md`, its files as they stand there.

use super::{found, script_of};
use crate::answers::keeping;
use std::time::Duration;

#[tokio::test(flavor = "multi_thread")]
async fn a_storefront_forgets_what_was_touched_and_nothing_else() {
    let shop = keeping(&[]).await;
    let sql = shop.sql().await;
    let changes = tokio::spawn(async move {
        for count in 0.. {
            let change = format!("UPDATE pages SET title = 'Title {count}'");
            sql.batch_execute(&change).await.unwrap();
            tokio::time::sleep(Duration::from_secs(2)).await;
        }
    });
    let endpoint = format!("{}/graphql", shop.address);
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/CACHING.md");
    let said = script_of("next/run.mjs", &[&endpoint, page]).await;
    changes.abort();
    if let Some(said) = said {
        found(said, 5);
    }
}
