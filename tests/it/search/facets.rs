//! What can be narrowed down by, and that the counts are true.

use super::people::staff;
use super::{engines, texts, total};
use crate::support::Shop;
use lilium::domains::accounts::Role;
use lilium::domains::listing::refresh::refresh;
use lilium::platform::db::Database;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const FACETS: &str = "query Facets($query: String!, $filters: [ProductFilter!], $language: LanguageCode) @inContext(language: $language) { \
     search(query: $query, types: [PRODUCT], productFilters: $filters) { totalCount \
     productFilters { id label type presentation countsAreExact values { id label count input swatch { color } } } } }";

async fn facets(shop: &Shop, query: &str, filters: Value) -> Vec<Value> {
    let variables = json!({ "query": query, "filters": filters });
    let data = shop.data(FACETS, variables).await;
    data["search"]["productFilters"].as_array().unwrap().clone()
}

fn filter<'a>(filters: &'a [Value], id: &str) -> &'a Value {
    let found = filters.iter().find(|filter| filter["id"] == id);
    found.unwrap_or_else(|| panic!("no {id} in {filters:#?}"))
}

fn input(value: &Value) -> Value {
    serde_json::from_str(value["input"].as_str().unwrap()).unwrap()
}

fn values(filter: &Value) -> &Vec<Value> {
    filter["values"].as_array().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_value_sent_back_finds_as_many_as_it_says() {
    let shop = Shop::open().await;
    let filters = facets(&shop, "", Value::Null).await;
    let ids = texts(&json!(filters), "id");
    for id in [
        "filter.p.t.category",
        "filter.v.price",
        "filter.v.availability",
        "filter.p.m.reviews.rating",
        "filter.p.product_type",
        "filter.p.vendor",
        "filter.p.m.attribute.material",
        "filter.v.option.size",
    ] {
        assert!(ids.contains(&id.to_owned()), "no {id} in {ids:?}");
    }
    for filter in &filters {
        let values = values(filter);
        assert!(!values.is_empty(), "{filter:#}");
        assert_eq!(filter["countsAreExact"], true);
        for value in values.iter().take(3).chain(values.last()) {
            let found = total(&shop, "", json!([input(value)])).await;
            assert_eq!(value["count"], found, "{value:#}");
            assert!(found > 0 || filter["id"] == "filter.v.availability");
        }
    }
}

/// The ids of what a search finds.
async fn found(shop: &Shop, query: &str, filters: Value) -> Vec<Value> {
    let ids = "query($query: String!, $filters: [ProductFilter!]) { search(query: $query, types: [PRODUCT], first: 50, productFilters: $filters) { \
        nodes { ... on Product { id } } } }";
    let data = shop
        .data(ids, json!({ "query": query, "filters": filters }))
        .await;
    let nodes = data["search"]["nodes"].as_array().unwrap();
    nodes.iter().map(|node| node["id"].clone()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_pinned_is_counted_as_it_is_found_whatever_its_words() {
    for searching in engines::shops("counts of what is pinned").await {
        let shop = &searching.shop;
        let candles = found(shop, "candle", json!([])).await;
        let strangers = |all: Vec<Value>| all.into_iter().find(|id| !candles.contains(id));
        let tea = strangers(found(shop, "tea", json!([])).await).unwrap();
        let sold_out = strangers(found(shop, "", json!([{ "available": false }])).await).unwrap();
        // One that the words find, and two that they do not, of which one cannot be bought.
        let pinned = json!([candles[1], tea, sold_out]);
        let admin = staff(shop, Role::Admin).await;
        let set = "mutation($input: SearchRuleSetInput!) { searchRuleSet(input: $input) { userErrors { message } } }";
        let rule = json!({ "input": { "phrase": "candle", "pinned": pinned } });
        let set = shop.ask_as(&admin, set, rule).await.body;
        assert_eq!(set["data"]["searchRuleSet"]["userErrors"], json!([]));
        let begin = Instant::now();
        while found(shop, "candle", json!([])).await[..3] != pinned.as_array().unwrap()[..] {
            assert!(begin.elapsed() < Duration::from_secs(20));
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        for chosen in [
            json!([]),
            json!([{ "available": true }]),
            json!([{ "available": false }]),
            json!([{ "price": { "min": 1, "max": 30 } }]),
        ] {
            let filters = facets(shop, "candle", chosen.clone()).await;
            for value in filters.iter().flat_map(values) {
                let own = input(value);
                let is_other = |it: &&Value| {
                    let (it, own) = (it.as_object().unwrap(), own.as_object().unwrap());
                    it.keys().ne(own.keys())
                };
                let all = chosen.as_array().unwrap().iter().filter(is_other);
                let all: Vec<Value> = all.cloned().chain([own.clone()]).collect();
                let now = total(shop, "candle", json!(all)).await;
                assert_eq!(value["count"], now, "{chosen} {value:#}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chosen_value_does_not_hide_the_others() {
    let shop = Shop::open().await;
    let all = facets(&shop, "", Value::Null).await;
    let material = filter(&all, "filter.p.m.attribute.material");
    let chosen = input(&values(material)[0]);
    let narrowed = facets(&shop, "", json!([chosen])).await;
    // Its own values count as before,
    assert_eq!(filter(&narrowed, "filter.p.m.attribute.material"), material);
    // those of others only what is left; and each of them again finds as many as it says.
    let vendors = filter(&narrowed, "filter.p.vendor");
    let sum: i64 = values(vendors)
        .iter()
        .map(|it| it["count"].as_i64().unwrap())
        .sum();
    assert_eq!(values(material)[0]["count"], sum);
    for value in values(vendors) {
        let found = total(&shop, "", json!([chosen, input(value)])).await;
        assert_eq!(value["count"], found, "{value:#}");
    }
    // Two of one filter let through what any of them does.
    let second = input(&values(material)[1]);
    let both = total(&shop, "", json!([chosen, second])).await;
    let each = [&chosen, &second].map(|it| json!([it]));
    let [first, second] = [
        total(&shop, "", each[0].clone()).await,
        total(&shop, "", each[1].clone()).await,
    ];
    assert!(both > first && both > second && both <= first + second);
}

#[tokio::test(flavor = "multi_thread")]
async fn counts_are_of_the_same_text_whatever_was_chosen() {
    for searching in engines::shops("counts of several words").await {
        let shop = &searching.shop;
        for text in [
            "stoneware bowl",
            "oak lamp",
            "mugs",
            "leathr watch",
            "xqzwvv wool",
        ] {
            let sold_out = json!([{ "available": false }]);
            for chosen in [json!([]), sold_out] {
                let filters = facets(shop, text, chosen.clone()).await;
                for value in values(filter(&filters, "filter.v.availability")) {
                    let found = total(shop, text, json!([input(value)])).await;
                    assert_eq!(value["count"], found, "{text} {chosen} {value:#}");
                }
                for vendor in filters.iter().filter(|it| it["id"] == "filter.p.vendor") {
                    for value in values(vendor).iter().take(3) {
                        let mut both = chosen.as_array().unwrap().clone();
                        both.push(input(value));
                        let found = total(shop, text, json!(both)).await;
                        assert_eq!(value["count"], found, "{text} {chosen} {value:#}");
                    }
                }
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_count_beside_a_price_is_of_what_its_input_finds() {
    let shop = Shop::open().await;
    let all = facets(&shop, "", Value::Null).await;
    let material = input(&values(filter(&all, "filter.p.m.attribute.material"))[0]);
    let narrow = json!({ "price": { "min": 20.0, "max": 40.0 } });
    let chosen = facets(&shop, "", json!([material, narrow])).await;
    let price = &values(filter(&chosen, "filter.v.price"))[0];
    let within = total(&shop, "", json!([material, narrow])).await;
    let instead = total(&shop, "", json!([material, input(price)])).await;
    assert_eq!(price["count"], instead);
    assert!(within < instead, "{within} of {instead}");
    let both = total(&shop, "", json!([material, narrow, input(price)])).await;
    assert_eq!(both, instead);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_chosen_stays_though_nothing_is_left_of_it() {
    let shop = Shop::open().await;
    let all = facets(&shop, "", Value::Null).await;
    let tea = facets(&shop, "tea", Value::Null).await;
    let material = "filter.p.m.attribute.material";
    let known = texts(&filter(&tea, material)["values"], "id");
    let strange = values(filter(&all, material))
        .iter()
        .find(|value| !known.contains(&value["id"].as_str().unwrap().to_owned()));
    let strange = strange.expect("a material that no tea has");
    let narrowed = facets(&shop, "tea", json!([input(strange)])).await;
    let shown = filter(&narrowed, material);
    let still = values(shown)
        .iter()
        .find(|value| value["id"] == strange["id"]);
    assert_eq!(still.unwrap()["count"], 0);
    assert_eq!(values(shown).len(), known.len() + 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn colours_have_swatches_and_stars_go_down() {
    let shop = Shop::open().await;
    let all = facets(&shop, "", Value::Null).await;
    let colours = filter(&all, "filter.p.m.attribute.color");
    assert_eq!(colours["presentation"], "SWATCH");
    for value in values(colours) {
        let colour = value["swatch"]["color"].as_str().unwrap();
        assert!(colour.starts_with('#') && colour.len() == 7, "{value:#}");
    }
    let stars = filter(&all, "filter.p.m.reviews.rating");
    let inputs: Vec<i64> = values(stars)
        .iter()
        .map(|value| input(value)["rating"]["min"].as_i64().unwrap())
        .collect();
    assert!(inputs.is_sorted_by(|a, b| a > b), "{inputs:?}");
    let price = filter(&all, "filter.v.price");
    assert_eq!(price["type"], "PRICE_RANGE");
    assert_eq!(price["presentation"], Value::Null);
    let handmade = filter(&all, "filter.p.m.attribute.handmade");
    assert_eq!(handmade["type"], "BOOLEAN");
    assert_eq!(texts(&handmade["values"], "label"), ["Yes", "No"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn labels_are_in_the_readers_language_and_inputs_in_none() {
    let shop = Shop::open().await;
    let variables = json!({ "query": "", "language": "AR" });
    let arabic = shop.data(FACETS, variables).await;
    let arabic = arabic["search"]["productFilters"].as_array().unwrap();
    let english = facets(&shop, "", Value::Null).await;
    assert_eq!(texts(&json!(arabic), "id"), texts(&json!(english), "id"));
    for (ours, theirs) in arabic.iter().zip(&english) {
        assert_ne!(ours["label"], theirs["label"], "{}", ours["id"]);
        let inputs = |filter: &Value| {
            let mut inputs = texts(&filter["values"], "input");
            inputs.sort();
            inputs
        };
        if ours["id"] != "filter.p.vendor" {
            assert_eq!(inputs(ours), inputs(theirs));
        }
    }
    for id in [
        "filter.p.product_type",
        "filter.p.m.attribute.made-in",
        "filter.v.option.size",
    ] {
        let label = |filters: &[Value]| values(filter(filters, id))[0]["label"].clone();
        let label = label(arabic);
        let first = label.as_str().unwrap().chars().next().unwrap();
        assert!(!first.is_ascii_alphabetic(), "{id} {label}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_reader_reads_can_be_chosen_by_that_name() {
    let shop = Shop::open().await;
    let variables = json!({ "query": "", "language": "AR" });
    let arabic = shop.data(FACETS, variables).await;
    let arabic = arabic["search"]["productFilters"].as_array().unwrap();
    let origin = &values(filter(arabic, "filter.p.m.attribute.made-in"))[0];
    let named = json!({ "namespace": "attribute", "key": "made-in", "value": origin["label"] });
    let kind = &values(filter(arabic, "filter.p.product_type"))[0];
    let vendor = &values(filter(arabic, "filter.p.vendor"))[0];
    for (chosen, value) in [
        (json!({ "productMetafield": named }), origin),
        (json!({ "productType": kind["label"] }), kind),
        (json!({ "productVendor": vendor["label"] }), vendor),
    ] {
        let variables = json!({ "query": "", "language": "AR", "filters": [chosen] });
        let found = shop.data(FACETS, variables).await;
        assert_eq!(found["search"]["totalCount"], value["count"], "{chosen}");
        assert_ne!(value["count"], 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_very_long_name_can_be_chosen() {
    let shop = Shop::open().await;
    let sql = shop.sql().await;
    let long = format!("Long {}", "\u{dc}x".repeat(110));
    let change =
        "UPDATE products SET product_type = $1, tags = ARRAY[$1] WHERE handle = $2 RETURNING id";
    let all = shop
        .data("{ products(first: 1) { nodes { handle } } }", json!({}))
        .await;
    let handle = all["products"]["nodes"][0]["handle"].as_str().unwrap();
    let row = sql.query_one(change, &[&long, &handle]).await.unwrap();
    let database = Database::connect(&shop.server, 1).unwrap();
    let mut conn = database.get().await.unwrap();
    refresh(&mut conn, &[row.get(0)]).await.unwrap();
    // Of all products there may be more kinds than are shown.
    let tagged = json!([{ "tag": long }]);
    let filters = facets(&shop, "", tagged).await;
    let kind = &values(filter(&filters, "filter.p.product_type"))[0];
    assert_eq!(kind["label"], long);
    for chosen in [input(kind), json!({ "tag": long })] {
        assert_eq!(total(&shop, "", json!([chosen])).await, 1, "{chosen}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_have_the_filters_of_what_they_hold() {
    let shop = Shop::open().await;
    let query = "query($filters: [ProductFilter!]) { \
         products(first: 250, filters: $filters) { nodes { id } filters { id values { count input } } } \
         collection(handle: \"bestsellers\") { products(first: 250, filters: $filters) { nodes { id } filters { id values { count input } } } } \
         home: collection(handle: \"home-living\") { products(first: 250, filters: $filters) { nodes { id } filters { id values { count input } } } } \
         vendor(handle: \"tuesday-kiln\") { products(first: 250, filters: $filters) { nodes { id } filters { id values { count input } } } } }";
    let lists = [
        "/products",
        "/collection/products",
        "/home/products",
        "/vendor/products",
    ];
    let all = shop.data(query, json!({})).await;
    for list in lists {
        let all = all.pointer(list).unwrap();
        let filters = all["filters"].as_array().unwrap();
        let priced = filter(filters, "filter.v.price");
        let length = all["nodes"].as_array().unwrap().len();
        assert_eq!(values(priced)[0]["count"], length, "{list}");
        let category = &values(filter(filters, "filter.p.t.category"))[0];
        let chosen = json!({ "filters": [input(category), { "available": true }] });
        let narrowed = shop.data(query, chosen).await;
        let narrowed = narrowed.pointer(list).unwrap();
        let counted = &values(filter(
            narrowed["filters"].as_array().unwrap(),
            "filter.v.availability",
        ))[0];
        let length = narrowed["nodes"].as_array().unwrap().len();
        assert!(length > 0, "{list}");
        assert_eq!(counted["count"], length, "{list}");
    }
    // A list that is searched in its own language has none: `search` counts what words find.
    let searched = "{ products(first: 1, query: \"tea\") { filters { id } } }";
    let searched = shop.data(searched, json!({})).await;
    assert_eq!(searched["products"]["filters"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn one_operation_counts_so_many_lists_and_no_more() {
    let shop = Shop::open().await;
    let query = "{ collections(first: 50) { nodes { products(first: 1) { filters { id } } } } }";
    let (code, message) = shop.refusal(query, json!({})).await;
    assert_eq!(code, "MAX_COST_EXCEEDED", "{message}");
    let few = "{ collections(first: 3) { nodes { products(first: 1) { filters { id } } } } }";
    let few = shop.data(few, json!({})).await;
    assert_eq!(few["collections"]["nodes"].as_array().unwrap().len(), 3);
}
