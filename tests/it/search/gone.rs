//! Hits that are gone while the engine does not know it yet.

use super::engines::remote;
use super::texts;
use crate::support::{Contents, Shop};
use serde_json::{Value, json};
use uuid::Uuid;

const SEARCH: &str = "query($first: Int, $after: String, $last: Int, $before: String) { \
     search(query: \"a\", first: $first, after: $after, last: $last, before: $before, types: [PRODUCT]) { \
     totalCount nodes { ... on Product { handle } } pageInfo { hasNextPage endCursor hasPreviousPage startCursor } } }";

#[tokio::test(flavor = "multi_thread")]
async fn the_next_ones_take_their_places_and_every_page_is_reached() {
    let Some(remote) = remote("hits that are gone") else {
        return;
    };
    let shop = Shop::with(Contents::Demo, &remote.settings()).await;
    remote.fed(&shop.server).await;
    let all = shop.data(SEARCH, json!({ "first": 250 })).await;
    let all = texts(&all["search"]["nodes"], "handle");
    // A list without words is read from the database, where nothing is gone.
    assert!(all.len() > 80, "{}", all.len());
    let (gone, left) = all.split_at(60);
    // Nobody is told of it.
    let sql = shop.sql().await;
    let unlist =
        "DELETE FROM listings l USING products p WHERE p.id = l.product_id AND p.handle = ANY($1)";
    sql.execute(unlist, &[&gone]).await.unwrap();

    let answer = shop.ask(SEARCH, json!({ "first": 3 })).await.body;
    assert_eq!(answer["extensions"]["search"]["engine"], "meilisearch");
    let first = texts(&answer["data"]["search"]["nodes"], "handle");
    assert_eq!(first, left[..3]);
    for (size, place, more, cursor) in [
        ("first", "after", "hasNextPage", "endCursor"),
        ("last", "before", "hasPreviousPage", "startCursor"),
    ] {
        let (mut seen, mut variables) = (Vec::new(), json!({ size: 7 }));
        loop {
            let page = shop.data(SEARCH, variables.clone()).await;
            let mut handles = texts(&page["search"]["nodes"], "handle");
            if size == "last" {
                handles.reverse();
            }
            seen.extend(handles);
            let info = &page["search"]["pageInfo"];
            if info[more] == false {
                break;
            }
            assert_ne!(info[cursor], Value::Null);
            variables[place] = info[cursor].clone();
        }
        if size == "last" {
            seen.reverse();
        }
        assert_eq!(seen, left, "{size}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn documents_that_are_no_products_are_passed_by() {
    let Some(remote) = remote("documents of nobody") else {
        return;
    };
    let shop = Shop::with(Contents::Demo, &remote.settings()).await;
    remote.fed(&shop.server).await;
    let before = shop.data(SEARCH, json!({ "first": 250 })).await;
    let before = texts(&before["search"]["nodes"], "handle");
    let client = remote.client();
    let index = client.client().index(format!("{}_en", remote.prefix()));
    // One that is found first, copied under ids that are no product's, one of them no text.
    let sql = shop.sql().await;
    let id = "SELECT id FROM products WHERE handle = $1";
    let id: Uuid = sql.query_one(id, &[&before[0]]).await.unwrap().get(0);
    let mut document: Value = index.get_document(&id.to_string()).await.unwrap();
    let mut copies = Vec::new();
    for id in [json!("not-a-uuid"), json!(17), json!(Uuid::now_v7())] {
        document["id"] = id;
        copies.push(document.clone());
    }
    let task = index.add_documents(&copies, Some("id")).await.unwrap();
    let done = task.wait_for_completion(client.client(), None, None).await;
    assert!(done.unwrap().is_success());

    let (mut seen, mut variables) = (Vec::new(), json!({ "first": 1 }));
    for _ in 0..5 {
        let answer = shop.ask(SEARCH, variables.clone()).await.body;
        let told = &answer["extensions"]["search"];
        assert_eq!(
            (&told["engine"], &told["degraded"]),
            (&json!("meilisearch"), &json!(false))
        );
        let page = &answer["data"]["search"];
        seen.extend(texts(&page["nodes"], "handle"));
        variables["after"] = page["pageInfo"]["endCursor"].clone();
    }
    assert_eq!(seen, before[..5]);
}
