//! Nothing of anybody is ever kept, and nothing that is kept is given to anybody who says who they are.

use super::{keeping, statements, until_kept};
use crate::buying::counter::Counter;
use crate::buying::{cash, goods, line};
use crate::support::Shop;
use lilium::schema;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// The fields at the root whose answers are kept. Whoever adds one has looked at everything below it.
const KEPT: [&str; 16] = [
    "__typename",
    "categories",
    "collection",
    "collectionByHandle",
    "collections",
    "localization",
    "menu",
    "page",
    "pageByHandle",
    "pages",
    "product",
    "productByHandle",
    "products",
    "shop",
    "vendor",
    "vendors",
];

/// The objects that these fields lead to. None of them has a field that depends on who asks.
const SEEN_BY_ALL: [&str; 46] = [
    "Brand",
    "Collection",
    "CollectionConnection",
    "CollectionEdge",
    "Count",
    "Country",
    "Currency",
    "Domain",
    "Filter",
    "FilterValue",
    "Image",
    "ImageConnection",
    "ImageEdge",
    "Language",
    "Localization",
    "Market",
    "Menu",
    "MenuItem",
    "MoneyV2",
    "Page",
    "PageConnection",
    "PageEdge",
    "PageInfo",
    "PaymentSettings",
    "Product",
    "ProductAttribute",
    "ProductAttributeChoice",
    "ProductConnection",
    "ProductEdge",
    "ProductOption",
    "ProductOptionValue",
    "ProductOptionValueSwatch",
    "ProductPriceRange",
    "ProductRating",
    "ProductVariant",
    "ProductVariantConnection",
    "ProductVariantEdge",
    "SEO",
    "SelectedOption",
    "Shop",
    "ShopPolicy",
    "Swatch",
    "TaxonomyCategory",
    "Vendor",
    "VendorConnection",
    "VendorEdge",
];

const TYPES: &str = "{ __schema { queryType { name } types { name kind possibleTypes { name }
    fields(includeDeprecated: true) { name type { name ofType { name ofType { name ofType { name } } } } } } } }";

/// What a field leads to.
fn named(kind: &Value) -> &str {
    match kind["name"].as_str() {
        Some(name) => name,
        None => named(&kind["ofType"]),
    }
}

/// The objects that can be reached from these fields at the root.
fn reached(types: &Value, roots: &[&str]) -> BTreeSet<String> {
    let list = types["__schema"]["types"].as_array().unwrap();
    let by_name: BTreeMap<&str, &Value> = list
        .iter()
        .map(|it| (it["name"].as_str().unwrap(), it))
        .collect();
    let query = by_name[types["__schema"]["queryType"]["name"].as_str().unwrap()];
    let fields = |it: &Value| it["fields"].as_array().cloned().unwrap_or_default();
    let mut open: Vec<String> = fields(query)
        .iter()
        .filter(|field| roots.contains(&field["name"].as_str().unwrap()))
        .map(|field| named(&field["type"]).to_owned())
        .collect();
    let mut found = BTreeSet::new();
    while let Some(name) = open.pop() {
        let it = by_name[name.as_str()];
        let is_object = it["kind"] == "OBJECT";
        if is_object && !found.insert(name.clone()) {
            continue;
        }
        for field in fields(it).iter().filter(|_| is_object) {
            open.push(named(&field["type"]).to_owned());
        }
        for object in it["possibleTypes"].as_array().into_iter().flatten() {
            open.push(object["name"].as_str().unwrap().to_owned());
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_everybody_sees_alike_can_be_reached_from_what_is_kept() {
    let shop = Shop::open().await;
    let types = shop.data(TYPES, json!({})).await;
    let query = types["__schema"]["queryType"]["name"].as_str().unwrap();
    let list = types["__schema"]["types"].as_array().unwrap();
    let root = list.iter().find(|it| it["name"] == query).unwrap();
    let fields = root["fields"].as_array().unwrap();
    let names = fields.iter().map(|field| field["name"].as_str().unwrap());
    let kept: BTreeSet<&str> = names.filter(|name| schema::is_kept(name)).collect();
    let wanted: BTreeSet<&str> = KEPT.into_iter().filter(|it| *it != "__typename").collect();
    assert_eq!(kept, wanted);
    let reached = reached(&types, &KEPT);
    let known: BTreeSet<String> = SEEN_BY_ALL.into_iter().map(str::to_owned).collect();
    assert_eq!(reached, known);
}

/// Everything that guests may have of what somebody owns: nothing is given a second time.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_somebodys_is_made_each_time() {
    let shop = keeping(&[]).await;
    let sql = shop.sql().await;
    let some = goods(&sql, 2).await;
    let counter = Counter::at(&shop.address);
    let cart = counter.cart(&[line(&some[0], 1)]).await;
    let bought = counter.cart(&[line(&some[1], 1)]).await;
    let order = counter.buy(cash(&bought)).await;
    let order = order["id"].as_str().unwrap();
    let product = format!("gid://lilium/Product/{}", some[0].product);
    for query in [
        format!("{{ cart(id: \"{cart}\") {{ id totalQuantity }} }}"),
        format!("{{ order(id: \"{order}\") {{ id name }} }}"),
        format!("{{ node(id: \"{cart}\") {{ id }} }}"),
        format!("{{ node(id: \"{product}\") {{ id }} }}"),
        format!("{{ nodes(ids: [\"{order}\"]) {{ id }} }}"),
        format!("{{ productRecommendations(productId: \"{product}\") {{ id }} }}"),
        "{ search(query: \"a\", first: 1) { totalCount } }".to_owned(),
        // One field of them is enough.
        format!("{{ products(first: 1) {{ nodes {{ id }} }} cart(id: \"{cart}\") {{ id }} }}"),
    ] {
        for _ in 0..3 {
            assert!(statements(&shop, &query, json!({})).await > 0, "{query}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_says_who_they_are_is_given_nothing_that_is_kept_and_leaves_nothing() {
    let shop = keeping(&[]).await;
    let token = shop.sign_in("ada@example.com", "lilium-demo").await;
    let query = "{ products(first: 2) { nodes { title soldBy { name } } } shop { name } }";
    // What they ask first is kept for nobody.
    let own = shop.ask_as(&token, query, json!({})).await;
    let guest = shop.ask(query, json!({})).await;
    assert!(own.statements > 0 && guest.statements > 0);
    assert_eq!(own.body["data"], guest.body["data"]);
    until_kept(&shop, query, json!({})).await;
    for _ in 0..2 {
        let own = shop.ask_as(&token, query, json!({})).await;
        assert!(own.statements > 0);
    }
    // Nor is whoever says it wrongly answered as if they had said nothing.
    let wrong = shop.ask_as("nonsense", query, json!({})).await;
    assert_eq!(
        wrong.body["errors"][0]["extensions"]["code"],
        "UNAUTHENTICATED"
    );
    // A document that asks who asks is nobody's to keep, beside whatever else.
    let mixed = "{ products(first: 2) { nodes { title } } viewer { email } }";
    for _ in 0..2 {
        assert!(statements(&shop, mixed, json!({})).await > 0);
        let own = shop.ask_as(&token, mixed, json!({})).await;
        assert!(own.body["data"]["viewer"]["email"].is_string());
        let guest = shop.ask(mixed, json!({})).await;
        assert_eq!(guest.body["data"]["viewer"], Value::Null);
    }
}
