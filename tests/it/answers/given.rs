//! What is given again, and to which questions.

use super::{keeping, statements, until_kept};
use crate::support::Shop;
use serde_json::json;

const LIST: &str = "query List($first: Int!, $sort: ProductSortKeys, $filters: [ProductFilter!]) {
    products(first: $first, sortKey: $sort, filters: $filters) { nodes { id title handle soldBy { name } } } }";

#[tokio::test(flavor = "multi_thread")]
async fn the_same_question_is_answered_without_the_database() {
    let shop = keeping(&[]).await;
    let first = shop.ask(LIST, json!({ "first": 3 })).await;
    assert!(first.statements > 0);
    let again = shop.ask(LIST, json!({ "first": 3 })).await;
    assert_eq!(again.statements, 0);
    assert_eq!(again.body, first.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_question_has_another_answer() {
    let shop = keeping(&[]).await;
    until_kept(&shop, LIST, json!({ "first": 3 })).await;
    for (query, variables) in [
        (LIST.to_owned(), json!({ "first": 4 })),
        (LIST.to_owned(), json!({ "first": 3, "sort": "TITLE" })),
        (LIST.to_owned(), json!({ "first": 3, "sort": null })),
        (LIST.replace("List(", "Other("), json!({ "first": 3 })),
        (LIST.replace("handle", ""), json!({ "first": 3 })),
        (
            LIST.replace(") {\n", ") @inContext(country: KW) {\n"),
            json!({ "first": 3 }),
        ),
        (
            LIST.replace(") {\n", ") @inContext(language: AR) {\n"),
            json!({ "first": 3 }),
        ),
    ] {
        assert!(
            statements(&shop, &query, variables.clone()).await > 0,
            "{query} {variables}"
        );
        assert_eq!(
            statements(&shop, &query, variables.clone()).await,
            0,
            "{query} {variables}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_order_of_fields_in_a_variable_is_no_other_question() {
    let shop = keeping(&[]).await;
    let first = r#"{ "filters": [{ "price": { "min": 1, "max": 90000 } }], "first": 2 }"#;
    let same = r#"{ "first": 2, "filters": [{ "price": { "max": 90000, "min": 1 } }] }"#;
    until_kept(&shop, LIST, serde_json::from_str(first).unwrap()).await;
    let same = serde_json::from_str(same).unwrap();
    assert_eq!(statements(&shop, LIST, same).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_context_that_a_variable_names_is_the_context() {
    let shop = keeping(&[]).await;
    let query = "query($language: LanguageCode!) @inContext(language: $language) {
        products(first: 1) { nodes { title } } localization { language { isoCode } } }";
    for language in ["EN", "AR"] {
        let data = until_kept(&shop, query, json!({ "language": language })).await;
        assert_eq!(data["localization"]["language"]["isoCode"], language);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_never_kept() {
    let shop = keeping(&[]).await;
    // Beside an answer of its own, so that there are data and a statement.
    let query = "{ products(first: 1) { nodes { id } } page(id: \"nonsense\") { id } }";
    for _ in 0..3 {
        let answer = shop.ask(query, json!({})).await;
        assert!(answer.body["errors"][0].is_object(), "{:#}", answer.body);
        assert!(answer.statements > 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_kept_when_the_setting_says_so() {
    let shop = Shop::open().await;
    for _ in 0..3 {
        assert!(statements(&shop, LIST, json!({ "first": 3 })).await > 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_is_kept_no_longer_than_the_setting_says() {
    let shop = keeping(&[("LILIUM_ANSWERS_SECONDS", "1")]).await;
    until_kept(&shop, LIST, json!({ "first": 3 })).await;
    tokio::time::sleep(std::time::Duration::from_millis(1_200)).await;
    assert!(statements(&shop, LIST, json!({ "first": 3 })).await > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_answer_is_made_of_is_told_to_whoever_asks() {
    let shop = keeping(&[]).await;
    let query = "{ products(first: 1) { nodes { id variants(first: 1) { nodes { quantityAvailable } } } } }";
    let plain = shop.ask(query, json!({})).await;
    assert!(plain.body["extensions"].get("cacheTags").is_none());
    let body = json!({ "query": query, "extensions": { "cacheTags": true } });
    let ask = || async {
        let request = shop.http().post(format!("{}/graphql", shop.address));
        let answer = request.json(&body).send().await.unwrap();
        answer.json::<serde_json::Value>().await.unwrap()
    };
    let told = ask().await;
    let id = told["data"]["products"]["nodes"][0]["id"].as_str().unwrap();
    let row = format!("product:{}", id.rsplit('/').next().unwrap());
    let tags: Vec<&str> = told["extensions"]["cacheTags"]
        .as_array()
        .unwrap_or_else(|| panic!("{told:#}"))
        .iter()
        .map(|tag| tag.as_str().unwrap())
        .collect();
    for wanted in [row.as_str(), "products", "product:*", "vendors", "shop"] {
        assert!(tags.contains(&wanted), "{wanted}: {tags:?}");
    }
    // A sale touches these: nobody shall count sales by them.
    assert!(!tags.iter().any(|tag| tag.starts_with("stock")), "{tags:?}");
    // The kept one says the same, and does not mix with the one that says nothing.
    assert_eq!(ask().await, told);
    let plain = shop.ask(query, json!({})).await;
    assert_eq!(plain.statements, 0);
    assert!(plain.body["extensions"].get("cacheTags").is_none());
}

/// What `/metrics` says of a series so far.
pub async fn counted(shop: &Shop, series: &str) -> f64 {
    let numbers = shop.http().get(format!("{}/metrics", shop.address));
    let text = numbers.send().await.unwrap().text().await.unwrap();
    let line = text.lines().find_map(|line| line.strip_prefix(series));
    line.map_or(0.0, |number| number.trim().parse().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn where_answers_come_from_is_counted() {
    const SERIES: [&str; 5] = [
        "lilium_answers_total{from=\"memory\"}",
        "lilium_answers_total{from=\"made\"}",
        "lilium_answers_total{from=\"unkept\"}",
        "lilium_answers_bypassed_total{reason=\"person\"}",
        "lilium_answers_bypassed_total{reason=\"field\"}",
    ];
    let shop = keeping(&[]).await;
    let mut before = Vec::new();
    for series in SERIES {
        before.push(counted(&shop, series).await);
    }
    until_kept(&shop, LIST, json!({ "first": 5 })).await;
    let unkept = "{ products(first: 1) { filters { label } } }";
    for _ in 0..2 {
        statements(&shop, unkept, json!({})).await;
    }
    let token = shop.sign_in("ada@example.com", "lilium-demo").await;
    shop.ask_as(&token, LIST, json!({ "first": 5 })).await;
    let search = "{ search(query: \"a\", first: 1) { totalCount } }";
    statements(&shop, search, json!({})).await;
    // Other tests of this process count, too.
    for (series, before) in SERIES.into_iter().zip(before) {
        assert!(counted(&shop, series).await > before, "{series}");
    }
    assert!(counted(&shop, "lilium_answers_bytes").await > 0.0);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_is_kept_is_given_while_the_log_is_not_heard_from() {
    let shop = keeping(&[]).await;
    until_kept(&shop, LIST, json!({ "first": 3 })).await;
    let mut sql = shop.sql().await;
    let held = sql.transaction().await.unwrap();
    held.batch_execute("LOCK relay_head IN ACCESS EXCLUSIVE MODE")
        .await
        .unwrap();
    tokio::time::sleep(std::time::Duration::from_millis(1_700)).await;
    for _ in 0..3 {
        assert!(statements(&shop, LIST, json!({ "first": 3 })).await > 0);
    }
    held.rollback().await.unwrap();
    until_kept(&shop, LIST, json!({ "first": 3 })).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_is_kept_is_given_while_events_get_no_positions() {
    let shop = keeping(&[]).await;
    until_kept(&shop, LIST, json!({ "first": 3 })).await;
    let (mut relay, sql) = (shop.sql().await, shop.sql().await);
    // The turn of the relays: the log can be read, and ends where it did.
    let held = relay.transaction().await.unwrap();
    held.batch_execute("SELECT pg_advisory_xact_lock(74101, 3)")
        .await
        .unwrap();
    sql.batch_execute("UPDATE pages SET title = title")
        .await
        .unwrap();
    tokio::time::sleep(std::time::Duration::from_millis(3_000)).await;
    for _ in 0..3 {
        assert!(statements(&shop, LIST, json!({ "first": 3 })).await > 0);
    }
    held.rollback().await.unwrap();
    until_kept(&shop, LIST, json!({ "first": 3 })).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_product_that_is_not_seen_may_be_once_its_vendor_sells_again() {
    let shop = keeping(&[]).await;
    for by in [
        "id: \"gid://lilium/Product/00000000-0000-7000-8000-000000000000\"",
        "handle: \"nothing-is-called-so\"",
    ] {
        let query = format!("{{ product({by}) {{ id }} }}");
        let body = json!({ "query": query, "extensions": { "cacheTags": true } });
        let request = shop.http().post(format!("{}/graphql", shop.address));
        let answer = request.json(&body).send().await.unwrap();
        let told: serde_json::Value = answer.json().await.unwrap();
        assert_eq!(told["data"]["product"], serde_json::Value::Null);
        let tags = told["extensions"]["cacheTags"].as_array().unwrap();
        assert!(tags.contains(&json!("vendors")), "{told:#}");
    }
}
