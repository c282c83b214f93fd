//! Searching as a shopper does.

use super::texts;
use crate::support::Shop;
use serde_json::{Value, json};

const SEARCH: &str = "query Search($query: String!, $first: Int, $after: String, $last: Int, $before: String, $types: [SearchType!], \
     $sortKey: SearchSortKeys, $reverse: Boolean, $filters: [ProductFilter!], $country: CountryCode, $language: LanguageCode) \
     @inContext(country: $country, language: $language) { \
     search(query: $query, first: $first, after: $after, last: $last, before: $before, types: $types, sortKey: $sortKey, \
     reverse: $reverse, productFilters: $filters) { totalCount totalCountIsExact edges { cursor highlights { field text } } \
     pageInfo { hasNextPage hasPreviousPage startCursor endCursor } \
     nodes { __typename ... on Product { id title trackingParameters priceRange { minVariantPrice { amount } } } \
     ... on Page { id title trackingParameters } } } }";

async fn search(shop: &Shop, variables: Value) -> Value {
    shop.data(SEARCH, variables).await["search"].clone()
}

/// Ids of all pages of a search, each page by itself in the list's order.
async fn pages(shop: &Shop, base: &Value, size: i64, backwards: bool) -> Vec<String> {
    let (mut ids, mut cursor) = (Vec::new(), Value::Null);
    for _ in 0..200 {
        let mut variables = base.clone();
        let (amount, place) = if backwards {
            ("last", "before")
        } else {
            ("first", "after")
        };
        variables[amount] = json!(size);
        variables[place] = cursor.clone();
        let found = search(shop, variables).await;
        let mut page = texts(&found["nodes"], "id");
        let info = &found["pageInfo"];
        let (more, next) = if backwards {
            page.extend(std::mem::take(&mut ids));
            ids = page;
            (&info["hasPreviousPage"], &info["startCursor"])
        } else {
            ids.extend(page);
            (&info["hasNextPage"], &info["endCursor"])
        };
        if more == false {
            return ids;
        }
        cursor = next.clone();
    }
    panic!("the list does not end")
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_joined_are_the_whole_in_both_directions() {
    let shop = Shop::open().await;
    for base in [
        json!({ "query": "ship" }),
        json!({ "query": "tea" }),
        json!({ "query": "", "sortKey": "PRICE", "reverse": true }),
        json!({ "query": "ship", "types": ["PAGE"] }),
    ] {
        let mut all = base.clone();
        all["first"] = json!(250);
        let whole = search(&shop, all).await;
        let ids = texts(&whole["nodes"], "id");
        assert!(ids.len() > 1, "{base} finds {whole:#}");
        assert_eq!(whole["totalCount"], ids.len(), "{base}");
        assert_eq!(whole["totalCountIsExact"], true);
        for size in [1, 7] {
            if size == 1 && ids.len() > 40 {
                continue;
            }
            assert_eq!(pages(&shop, &base, size, false).await, ids, "{base} {size}");
            assert_eq!(pages(&shop, &base, size, true).await, ids, "{base} {size}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn products_come_before_pages_and_types_are_kept_apart() {
    let shop = Shop::open().await;
    let found = search(&shop, json!({ "query": "ship", "first": 250 })).await;
    let kinds = texts(&found["nodes"], "__typename");
    let pages = kinds.iter().filter(|kind| *kind == "Page").count();
    assert!(pages > 0 && pages < kinds.len(), "{kinds:?}");
    assert!(
        kinds.iter().rev().take(pages).all(|kind| kind == "Page"),
        "{kinds:?}"
    );
    for (types, expected) in [
        (json!(["PRODUCT"]), kinds.len() - pages),
        (json!(["PAGE"]), pages),
        (json!(["ARTICLE"]), 0),
        (json!([]), 0),
    ] {
        let found = search(
            &shop,
            json!({ "query": "ship", "types": types, "first": 250 }),
        )
        .await;
        assert_eq!(found["totalCount"], expected, "{types}");
        assert_eq!(
            found["nodes"].as_array().unwrap().len(),
            expected,
            "{types}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_first_and_last_there_is_a_page() {
    let shop = Shop::open().await;
    let found = search(&shop, json!({ "query": "" })).await;
    assert_eq!(found["nodes"].as_array().unwrap().len(), 20);
    let end = &found["pageInfo"]["endCursor"];
    let next = search(&shop, json!({ "query": "", "after": end })).await;
    let start = &next["pageInfo"]["startCursor"];
    let back = search(&shop, json!({ "query": "", "before": start })).await;
    assert_eq!(back["nodes"], found["nodes"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cursor_is_of_one_search_alone() {
    let shop = Shop::open().await;
    let base = json!({ "query": "tea", "first": 2 });
    let found = search(&shop, base.clone()).await;
    let cursor = &found["pageInfo"]["endCursor"];
    for (name, value) in [
        ("query", json!("mug")),
        ("sortKey", json!("PRICE")),
        ("reverse", json!(true)),
        ("types", json!(["PRODUCT"])),
        ("filters", json!([{ "available": true }])),
        ("country", json!("KW")),
        ("language", json!("AR")),
        ("after", json!("abc")),
        ("after", json!("")),
    ] {
        let mut other = base.clone();
        other["after"] = cursor.clone();
        other[name] = value;
        let (code, _) = shop.refusal(SEARCH, other).await;
        assert_eq!(code, "INVALID_CURSOR", "{name}");
    }
    let list = "{ products(first: 1) { pageInfo { endCursor } } }";
    let list = shop.data(list, json!({})).await;
    let mut other = base;
    other["after"] = list["products"]["pageInfo"]["endCursor"].clone();
    assert_eq!(shop.refusal(SEARCH, other).await.0, "INVALID_CURSOR");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_shown_is_what_stands_in_the_database() {
    let shop = Shop::open().await;
    let sql = shop.sql().await;
    let query = json!({ "query": "mug", "types": ["PRODUCT"], "first": 1 });
    let before = search(&shop, query.clone()).await;
    let title = before["nodes"][0]["title"].as_str().unwrap();
    // Neither the words that are searched nor what lists are made of is told of this.
    sql.execute(
        "UPDATE products SET title = 'A <b>mug</b> & more' WHERE title = $1",
        &[&title],
    )
    .await
    .unwrap();
    let after = search(&shop, query.clone()).await;
    assert_eq!(after["nodes"][0]["title"], "A <b>mug</b> & more");
    let marked = &after["edges"][0]["highlights"][0];
    assert_eq!(marked["field"], "title");
    assert_eq!(
        marked["text"],
        "A &lt;b&gt;<em>mug</em>&lt;/b&gt; &amp; more"
    );
    // What is gone is no hit, and the next one takes its place.
    let gone = "UPDATE listings SET visible_until = now() FROM products p WHERE p.id = product_id AND p.title LIKE 'A <b>mug%'";
    sql.execute(gone, &[]).await.unwrap();
    let after = search(&shop, query).await;
    assert_ne!(after["nodes"][0]["title"], "A <b>mug</b> & more");
}

#[tokio::test(flavor = "multi_thread")]
async fn prices_come_lowest_first() {
    let shop = Shop::open().await;
    let variables = json!({ "query": "", "types": ["PRODUCT"], "sortKey": "PRICE", "filters": [{ "available": true }], "first": 250 });
    let found = search(&shop, variables).await;
    let prices: Vec<f64> = found["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|node| {
            let amount = node["priceRange"]["minVariantPrice"]["amount"].as_str();
            amount.unwrap().parse().unwrap()
        })
        .collect();
    assert!(prices.len() > 50 && prices.is_sorted(), "{prices:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn arabic_is_found_however_it_is_written() {
    let shop = Shop::open().await;
    let arabic = |query: &str| json!({ "query": query, "types": ["PRODUCT"], "language": "AR", "country": "KW", "first": 50 });
    let plain = search(&shop, arabic("كوب")).await;
    let titles = texts(&plain["nodes"], "id");
    assert!(!titles.is_empty());
    for written in ["كُوب", "كـوب", "كوبٌ"] {
        let found = search(&shop, arabic(written)).await;
        assert_eq!(texts(&found["nodes"], "id"), titles, "{written}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_known_from_which_search_a_page_was_reached() {
    let shop = Shop::open().await;
    let found = search(&shop, json!({ "query": "t-shirt & tea", "first": 3 })).await;
    let tracked = texts(&found["nodes"], "trackingParameters");
    for (at, tracked) in tracked.iter().enumerate() {
        let expected = format!("_pos={}&_psq=t-shirt%20%26%20tea&_ss=r&_v=1.0", at + 1);
        assert_eq!(*tracked, expected);
    }
    let second = json!({ "query": "tea", "first": 1, "after": null });
    let first = search(&shop, second.clone()).await;
    let mut second = second;
    second["after"] = first["pageInfo"]["endCursor"].clone();
    let found = search(&shop, second).await;
    let tracked = &found["nodes"][0]["trackingParameters"];
    assert_eq!(tracked, "_pos=2&_psq=tea&_ss=r&_v=1.0");
    let list = "{ products(first: 1) { nodes { trackingParameters } } }";
    let list = shop.data(list, json!({})).await;
    assert_eq!(
        list["products"]["nodes"][0]["trackingParameters"],
        Value::Null
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_answer_says_who_searched() {
    let shop = Shop::open().await;
    for query in [
        "{ search(query: \"tea\") { nodes { __typename } } }",
        "{ predictiveSearch(query: \"te\") { products { id } } }",
        "{ products(first: 1) { filters { id } } }",
    ] {
        let answer = shop.ask(query, json!({})).await.body;
        let told = &answer["extensions"]["search"];
        assert!(told["engine"].is_string(), "{query} {answer:#}");
        assert_eq!(told["degraded"], false, "{query}");
        assert!(told["indexLag"]["events"].is_u64(), "{query}");
        assert!(told["indexLag"]["seconds"].is_u64(), "{query}");
    }
    let answer = shop.ask("{ products(first: 1) { nodes { id } } }", json!({}));
    assert_eq!(answer.await.body["extensions"].get("search"), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_found_nothing_is_told_what_to_look_for() {
    let shop = Shop::open().await;
    let query = "query($query: String!) { search(query: $query) { totalCount nodes { __typename } suggestions { text } } }";
    let found = shop.data(query, json!({ "query": "xqzwv tea" })).await;
    let nothing = shop.data(query, json!({ "query": "xqzwvvvkj" })).await;
    assert_eq!(nothing["search"]["totalCount"], 0);
    let found = &found["search"];
    let has_hits = found["totalCount"].as_i64().unwrap() > 0;
    let suggested = !found["suggestions"].as_array().unwrap().is_empty();
    assert!(has_hits || suggested, "{found:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_suggestion_finds_something() {
    let shop = Shop::open().await;
    let query = "query($query: String!) { search(query: $query, types: [PRODUCT]) { totalCount suggestions { text } } }";
    let look =
        async |text: &str| shop.data(query, json!({ "query": text })).await["search"].clone();
    for (typed, meant) in [
        ("sope", "soap"),
        ("teapott", "tea"),
        ("candlestickk", "candle"),
        ("xqzwv", ""),
    ] {
        let found = look(typed).await;
        let suggested = texts(&found["suggestions"], "text");
        assert!(
            suggested.iter().any(|text| text.contains(meant)) || meant.is_empty(),
            "{typed}: {found:#}"
        );
        for text in suggested {
            let found = look(&text).await;
            assert!(found["totalCount"].as_i64().unwrap() > 0, "{typed}: {text}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_found_by_what_it_has_says_so() {
    let shop = Shop::open().await;
    let found = search(
        &shop,
        json!({ "query": "tuesday kiln", "types": ["PRODUCT"], "first": 50 }),
    )
    .await;
    let edges = found["edges"].as_array().unwrap();
    assert!(!edges.is_empty());
    for edge in edges {
        let marks = edge["highlights"].as_array().unwrap();
        assert!(!marks.is_empty(), "{edge:#}");
    }
    let by_vendor = edges
        .iter()
        .flat_map(|edge| edge["highlights"].as_array().unwrap())
        .find(|mark| mark["field"] == "vendor");
    let text = by_vendor.expect("something of this vendor")["text"]
        .as_str()
        .unwrap();
    assert!(text.contains("<em>Tuesday"), "{text}");
}
