//! Fields stand where they were asked for, whichever of them was ready first.

use super::header;
use crate::answers::KEEPS;
use crate::support::{Contents, Shop};
use serde_json::json;

/// What takes statements stands before what takes none, at the root and below.
const QUERY: &str = "query Q { list: products(first: 3) { nodes { ...Card } } pages(first: 1) { nodes { slug: handle } } ...Rest } \
    fragment Card on Product { collections(first: 1) { nodes { description title } } vendor \
      variants(first: 2) { nodes { quantityAvailable price { currencyCode amount } sku } } tags productType } \
    fragment Rest on QueryRoot { collection(handle: \"gifts\") { handle } shop { name } __typename }";

/// Keys of an answer that stand in it once at the most, or first where they are selected first.
const KEYS: [&str; 18] = [
    "list",
    "collections",
    "description",
    "title",
    "vendor",
    "variants",
    "quantityAvailable",
    "price",
    "currencyCode",
    "amount",
    "sku",
    "tags",
    "productType",
    "pages",
    "slug",
    "collection",
    "shop",
    "__typename",
];

/// The keys in the order in which a text first has them.
fn order(text: &str) -> Vec<&'static str> {
    let place = |key: &str| text.find(&format!("\"{key}\":"));
    let mut found = KEYS.to_vec();
    found.sort_by_key(|key| place(key).unwrap_or_else(|| panic!("no {key}: {text}")));
    found
}

/// The data of an answer or an event, as it was written.
fn data(text: &str) -> &str {
    let (_, rest) = text.split_once("\"data\":").expect(text);
    let (data, _) = rest.split_once(",\"extensions\"").expect(text);
    data
}

#[tokio::test(flavor = "multi_thread")]
async fn fields_stand_in_the_order_of_their_document() {
    let shop = Shop::open().await;
    let url = format!("{}/graphql", shop.address);
    let post = || shop.http().post(&url).json(&json!({ "query": QUERY }));
    let answer = post().send().await.unwrap().text().await.unwrap();
    assert_eq!(order(data(&answer)), KEYS);
    let events = post().header("accept", "text/event-stream");
    let events = events.send().await.unwrap().text().await.unwrap();
    assert_eq!(data(&events), data(&answer));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_did_not_change_has_the_same_tag_when_it_is_made_anew() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("documents.json");
    std::fs::write(&path, json!({ "q": QUERY }).to_string()).unwrap();
    let named = ("LILIUM_DOCUMENTS", path.to_str().unwrap());
    let public = ("LILIUM_PUBLIC_SECONDS", "7");
    // As it is made each time, and as each instance makes it for itself to keep it.
    let each_time = Shop::with(Contents::Demo, &[named, public]).await;
    let mut shops = vec![each_time];
    for _ in 0..3 {
        let again = shops.first().unwrap().again(&[named, public, KEEPS]).await;
        shops.push(again);
    }
    let mut tags = Vec::new();
    for round in 0..24 {
        let shop = shops.get(round % shops.len()).unwrap();
        let url = format!("{}/graphql?documentId=q", shop.address);
        let answer = shop.http().get(url).send().await.unwrap();
        tags.push(header(&answer, "etag").trim_start_matches("W/").to_owned());
    }
    assert!(tags.first().unwrap().len() > 10, "{tags:?}");
    tags.dedup();
    assert_eq!(tags.len(), 1, "{tags:?}");
}
