//! Long texts are read where they are shown: by the statement that reads the list, and only by that of a list that shows them.

use crate::support::{Contents, Shop, database};
use lilium::domains::listing::loaders::{PageOf, TextsOf};
use lilium::domains::listing::{self, Ask, Card, Extent, Filters, Sort, Source};
use lilium::domains::shop::{Directory, InContext};
use lilium::graphql::batch::Batch;
use lilium::graphql::codes::LanguageCode;
use lilium::graphql::connection::Placed;
use lilium::graphql::page_args::PageArgs;
use lilium::platform::db::{Database, Server, StatementCount};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;
use uuid::Uuid;

/// A card without texts, and all texts of a product.
const CARD: &str = "handle title updatedAt";
const TEXTS: &str = "handle title updatedAt description(truncateAt: 40) descriptionHtml productType tags seo { title description }";

/// Lists of products, by every way that leads to them.
const LISTS: [&str; 11] = [
    "products(first: 8) { nodes { ...it } }",
    "products(last: 8, sortKey: PRICE) { edges { node { ...it } } }",
    "products(first: 8) { ... on ProductConnection { nodes { ... on Product { ...it } } } }",
    "products(first: 8, query: \"mug OR lamp\") { nodes { ...it } }",
    "products(first: 8, filters: [{ available: true }]) { nodes { ...it } }",
    "collection(handle: \"bestsellers\") { products(first: 8) { nodes { ...it } } }",
    "collection(handle: \"bestsellers\") { bare: products(first: 4) { nodes { id } } whole: products(first: 4) { nodes { ...it } } }",
    "vendors(first: 3) { nodes { products(first: 4) { edges { node { ...it } } } } }",
    "search(query: \"mug\", first: 8) { nodes { ... on Product { ...it } } }",
    "search(query: \"mug\", first: 8) { edges { node { ... on Product { ...it } } } }",
    "productRecommendations(productHandle: \"morning-person-mug\") { ...it }",
];

/// The answer to a list with these fields of its products, and how many statements it took at the least: what the program keeps for
/// seconds may have grown old in between.
async fn asked(shop: &Shop, list: &str, fields: &str) -> (Value, u64) {
    let document = format!("{{ {list} }} fragment it on Product {{ {fields} }}");
    let (mut body, mut least) = (Value::Null, u64::MAX);
    for _ in 0..3 {
        let answer = shop.ask(&document, json!({})).await;
        assert!(
            answer.body.get("errors").is_none(),
            "{:#}\n{document}",
            answer.body
        );
        (body, least) = (answer.body, least.min(answer.statements));
    }
    (body, least)
}

/// The products in an answer, by their handles.
fn gather(value: &Value, products: &mut BTreeMap<String, Value>) {
    match value {
        Value::Object(fields) if fields.contains_key("descriptionHtml") => {
            let handle = fields["handle"].as_str().unwrap().to_owned();
            products.insert(handle, value.clone());
        }
        Value::Object(fields) => fields.values().for_each(|it| gather(it, products)),
        Value::Array(items) => items.iter().for_each(|it| gather(it, products)),
        _ => {}
    }
}

/// The texts of all products in an answer are those of their own pages.
async fn assert_told_as_on_their_pages(shop: &Shop, answer: &Value, list: &str) {
    let mut products = BTreeMap::new();
    gather(answer, &mut products);
    assert!(!products.is_empty(), "{list}: {answer:#}");
    let long = products.values().any(|it| it["descriptionHtml"] != "");
    assert!(long, "{list}: {answer:#}");
    for (handle, shown) in products {
        let page = format!("query($of: String!) {{ product(handle: $of) {{ {TEXTS} }} }}");
        let page = shop.data(&page, json!({ "of": handle })).await;
        assert_eq!(page["product"], shown, "{list}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_shows_texts_takes_no_statement_more() {
    let shop = Shop::open().await;
    for list in LISTS {
        let (_, bare) = asked(&shop, list, CARD).await;
        let (answer, whole) = asked(&shop, list, TEXTS).await;
        assert_eq!(whole, bare, "{list}");
        assert_told_as_on_their_pages(&shop, &answer, list).await;
        for field in [
            "description",
            "descriptionHtml",
            "productType",
            "tags",
            "seo { title }",
        ] {
            let (_, one) = asked(&shop, list, field).await;
            assert_eq!(one, bare, "{list}: {field}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn texts_that_nobody_read_beforehand_are_one_statement_for_all_products() {
    let shop = Shop::open().await;
    let typed = "predictiveSearch(query: \"mu\", types: [PRODUCT]) { products { ...it } }";
    let (_, bare) = asked(&shop, typed, CARD).await;
    let (answer, whole) = asked(&shop, typed, TEXTS).await;
    assert_eq!(whole, bare + 1);
    assert_told_as_on_their_pages(&shop, &answer, typed).await;
}

/// A database with those who ask: in the shop's language, and in another one.
async fn readers(server: &Server) -> (Database, Vec<InContext>) {
    let database = Database::connect(server, 2).unwrap();
    let facts = Directory::new(database.clone()).facts().await.unwrap();
    let of = |language| InContext::settle(&facts, None, language).unwrap();
    (database, vec![of(None), of(Some(LanguageCode::Ar))])
}

fn ask(source: Source, extent: Extent) -> Ask {
    let page = PageArgs {
        first: Some(20),
        ..PageArgs::default()
    };
    let ask = Ask::new(source, Sort::Title, &page, Filters::default(), None);
    ask.unwrap().with(extent)
}

#[tokio::test(flavor = "multi_thread")]
async fn slim_cards_are_whole_ones_without_their_texts() {
    let server = database(Contents::Demo).await;
    let (database, readers) = readers(&server).await;
    assert_ne!(readers[0].language_code(), readers[1].language_code());
    let mut conn = database.get().await.unwrap();
    for context in readers {
        let mut pages = Vec::new();
        for extent in [Extent::Slim, Extent::Whole] {
            let ask = ask(Source::Market, extent);
            let rows = listing::page(&mut conn, &ask, &context).await.unwrap();
            assert!(rows.len() > 20, "{}", rows.len());
            pages.push(rows);
        }
        let whole = pages.pop().unwrap();
        let slim = pages.pop().unwrap();
        let ids = whole.iter().map(|row| row.id).collect();
        let texts = TextsOf(context).load(&mut conn, ids).await.unwrap();
        assert_eq!((slim.len(), texts.len()), (whole.len(), whole.len()));
        for (slim, whole) in slim.iter().zip(&whole) {
            assert!(slim.item.texts.is_none(), "{:?}", slim.item);
            let without = Card {
                texts: None,
                ..whole.item.clone()
            };
            assert_eq!(format!("{:?}", slim.item), format!("{without:?}"));
            let carried = whole.item.texts.as_ref().unwrap();
            assert_eq!(format!("{:?}", texts[&whole.id]), format!("{carried:?}"));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_part_of_a_list_is_read_once_however_much_of_it_is_wanted() {
    let server = database(Contents::Demo).await;
    let (database, mut readers) = readers(&server).await;
    let vendor: Uuid = server
        .client()
        .await
        .unwrap()
        .query_one(
            "SELECT vendor_id FROM listings GROUP BY 1 ORDER BY count(*) DESC LIMIT 1",
            &[],
        )
        .await
        .unwrap()
        .get(0);
    let count = StatementCount::default();
    let mut conn = database.counted(count.clone()).get().await.unwrap();
    let before = count.get();
    let keys = [Extent::Slim, Extent::Whole, Extent::Slim];
    let keys = keys
        .map(|extent| (vendor, Arc::new(ask(Source::Vendor, extent))))
        .to_vec();
    let pages = PageOf(readers.remove(0));
    let found = pages.load(&mut conn, keys.clone()).await.unwrap();
    assert_eq!(count.get() - before, 1);
    let ids = |rows: &[Placed<Arc<Card>>]| rows.iter().map(|row| row.id).collect::<Vec<_>>();
    let slim = ids(&found[&keys[0]]);
    assert!(!slim.is_empty());
    assert_eq!(slim, ids(&found[&keys[1]]));
    assert!(found[&keys[1]].iter().all(|row| row.item.texts.is_some()));
    assert_eq!(found.len(), 2);
}
