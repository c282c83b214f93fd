//! What documents cost: SQL statements are counted, do not grow with the rows, and do not flicker.

use super::documents::{
    COLLECTION, COLLECTION_PRODUCTS, COLLECTIONS, MENU, PAGE, PAGES, PRODUCT, PRODUCTS,
    RECOMMENDATIONS,
};
use super::{gid, product};
use crate::support::{Answer, Shop};
use futures_util::future::join_all;
use serde_json::{Value, json};
use std::sync::Arc;

/// A document that asks for `first: 100` somewhere.
struct Priced {
    name: &'static str,
    document: &'static str,
    variables: Value,
    statements: u64,
}

const CARDS: &str = "{ products(first: 100, sortKey: BEST_SELLING) { nodes {
    title handle priceRange { minVariantPrice { amount currencyCode } } featuredImage { url altText } vendor soldBy { name handle } } } }";
const VENDORS: &str = "{ vendors(first: 100) { nodes { name products(first: 5) { nodes { title featuredImage { url } } } } } }";
const SHELVES: &str = "{ collections(first: 100) { nodes { title products(first: 5, sortKey: PRICE) { nodes { title } } } } }";
const PLACED: &str = "{ products(first: 100) { nodes { title collections(first: 10) { nodes { title } } category { name ancestors { name } } } } }";
const SEARCH: &str = "{ products(first: 100, query: \"mug OR lamp\", sortKey: RELEVANCE) { nodes { title variants(first: 10) { nodes { price { amount } } } } } }";
const NESTED: &str = "{ collections(first: 10) { nodes { products(first: 100) { nodes { options { name } variants(first: 2) { nodes { title image { url } product { title } } } } } } } }";

fn priced() -> Vec<Priced> {
    let mug = json!({ "name": "morning-person-mug" });
    let row = |name, document, variables, statements| Priced {
        name,
        document,
        variables,
        statements,
    };
    vec![
        row("product", PRODUCT, mug, 1),
        row("products", PRODUCTS, json!({ "order": "PRICE" }), 2),
        row("collection", COLLECTION, json!({ "name": "sale" }), 1),
        row("collections", COLLECTIONS, json!({}), 1),
        row(
            "collection.products",
            COLLECTION_PRODUCTS,
            json!({ "name": "bestsellers" }),
            3,
        ),
        row(
            "menu",
            MENU,
            json!({ "name": "next-js-frontend-footer-menu" }),
            2,
        ),
        row("pageByHandle", PAGE, json!({ "name": "about" }), 1),
        row("pages", PAGES, json!({}), 1),
        row("cards", CARDS, json!({}), 2),
        row("vendors with products", VENDORS, json!({}), 2),
        row("collections with products", SHELVES, json!({}), 2),
        row("products with their shelves", PLACED, json!({}), 3),
        row("search", SEARCH, json!({}), 2),
        row("shelves with products with variants", NESTED, json!({}), 4),
    ]
}

async fn cost(shop: &Shop, document: &str, variables: &Value) -> u64 {
    let Answer {
        body, statements, ..
    } = shop.ask(document, variables.clone()).await;
    assert!(body.get("errors").is_none(), "{body:#}\n{document}");
    statements
}

#[tokio::test(flavor = "multi_thread")]
async fn every_document_has_its_price_however_many_rows_it_asks_for() {
    let shop = Shop::open().await;
    let mut wrong = Vec::new();
    for Priced {
        name,
        document,
        variables,
        statements,
    } in priced()
    {
        for first in [1, 5, 50, 100] {
            let sized = document.replace("first: 100", &format!("first: {first}"));
            let cost = cost(&shop, &sized, &variables).await;
            if cost != statements {
                wrong.push(format!("{name}, first {first}: {cost}, not {statements}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn recommendations_cost_the_same_for_every_product() {
    let shop = Shop::open().await;
    let client = shop.sql().await;
    for handle in ["morning-person-mug", "field-watch", "wild-zaatar"] {
        let id = gid("Product", product(&client, handle).await);
        assert_eq!(
            cost(&shop, RECOMMENDATIONS, &json!({ "id": id })).await,
            3,
            "{handle}"
        );
    }
}

/// Ids of `each` things of every kind that stands in the tables of the catalogue.
async fn mixed(shop: &Shop, each: i64) -> Vec<String> {
    let client = shop.sql().await;
    let mut ids = Vec::new();
    for (kind, table) in [
        (
            "Product",
            "listings l JOIN products t ON t.id = l.product_id JOIN markets m ON m.id = l.market_id AND m.is_default",
        ),
        ("ProductVariant", "variants t"),
        ("ProductOption", "product_options t"),
        ("ProductOptionValue", "option_values t"),
        ("Collection", "collections t"),
        ("Vendor", "vendors t"),
        ("Page", "pages t"),
        ("Menu", "menus t"),
        ("MenuItem", "menu_items t"),
    ] {
        let sql = format!("SELECT t.id FROM {table} ORDER BY t.id LIMIT $1");
        let rows = client.query(&sql, &[&each]).await.unwrap();
        ids.extend(rows.iter().map(|row| gid(kind, row.get(0))));
    }
    ids
}

const NODES: &str = "query Some($ids: [ID!]!) { nodes(ids: $ids) { id
    ... on Product { title vendor } ... on ProductVariant { sku } ... on ProductOption { name } ... on ProductOptionValue { name }
    ... on Collection { title } ... on Vendor { name } ... on Page { title } ... on Menu { title } ... on MenuItem { title } } }";

#[tokio::test(flavor = "multi_thread")]
async fn things_of_every_kind_cost_a_statement_for_each_kind() {
    let shop = Shop::open().await;
    for each in [3, 20] {
        let ids = mixed(&shop, each).await;
        let answer = shop.ask(NODES, json!({ "ids": ids })).await;
        let found = answer.body["data"]["nodes"].as_array().unwrap();
        assert_eq!(found.len(), ids.len());
        // One for each kind, options and their values together; and one for the products of variants and options.
        assert_eq!(answer.statements, 8, "{each} of each");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_price_does_not_flicker() {
    let shop = Arc::new(Shop::open().await);
    let mut all = priced();
    let ids = mixed(&shop, 10).await;
    all.push(Priced {
        name: "nodes",
        document: NODES,
        variables: json!({ "ids": ids }),
        statements: 8,
    });
    for Priced {
        name,
        document,
        variables,
        statements,
    } in all
    {
        let document = document.replace("first: 100", "first: 20");
        let costs = join_all((0..20).map(|_| cost(&shop, &document, &variables))).await;
        assert_eq!(costs, vec![statements; 20], "{name}");
    }
}
