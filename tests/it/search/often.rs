//! How often one operation may search, and what counts as once.

use super::people::staff;
use super::texts;
use crate::support::Shop;
use lilium::domains::accounts::Role;
use serde_json::{Value, json};

/// Puts the product that a search finds last in front of what it finds; its id.
async fn pin_the_last(shop: &Shop, phrase: &str) -> Value {
    let found = "query($query: String!) { search(query: $query, first: 250, types: [PRODUCT]) { nodes { ... on Product { id } } } }";
    let found = shop.data(found, json!({ "query": phrase })).await;
    let last = found["search"]["nodes"].as_array().unwrap().last().unwrap()["id"].clone();
    let admin = staff(shop, Role::Admin).await;
    let rule = "mutation($input: SearchRuleSetInput!) { searchRuleSet(input: $input) { userErrors { message } } }";
    let input = json!({ "input": { "phrase": phrase, "pinned": [last] } });
    let done = shop.ask_as(&admin, rule, input).await.body;
    assert_eq!(
        done["data"]["searchRuleSet"]["userErrors"],
        json!([]),
        "{done:#}"
    );
    last
}

fn aliased(times: usize, field: &str) -> String {
    let fields = (0..times).map(|it| format!("s{it}: {field} "));
    format!("{{ {} }}", fields.collect::<String>())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_counts_once_whatever_was_put_in_front_of_it() {
    let shop = Shop::open().await;
    let pinned = pin_the_last(&shop, "tea").await;
    let search = "search(query: \"tea\", first: 2, types: [PRODUCT]) { totalCount nodes { ... on Product { id } } productFilters { id } }";
    // Tuning is known to all a little later.
    let begin = std::time::Instant::now();
    loop {
        let data = shop.data(&aliased(10, search), json!({})).await;
        assert_eq!(data.as_object().unwrap().len(), 10);
        if data["s9"]["nodes"][0]["id"] == pinned {
            break;
        }
        assert!(begin.elapsed().as_secs() < 20);
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    let (code, message) = shop.refusal(&aliased(11, search), json!({})).await;
    assert_eq!(code, "MAX_COST_EXCEEDED", "{message}");

    // Whoever is typing is shown the same in front, and once.
    let typed =
        "{ predictiveSearch(query: \"tea\", types: [PRODUCT], limit: 10) { products { id } } }";
    let typed = shop.data(typed, json!({})).await;
    let ids = texts(&typed["predictiveSearch"]["products"], "id");
    assert_eq!(ids.first().map(String::as_str), pinned.as_str());
    assert_eq!(ids.iter().filter(|id| pinned == id.as_str()).count(), 1);
    assert!(ids.len() > 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_suggested_instead_is_looked_for_once_a_search() {
    let shop = Shop::open().await;
    let names: Vec<String> = (0..4)
        .map(|it| format!("t{it}: suggestions {{ text }}"))
        .collect();
    let search = format!(
        "search(query: \"xqzwv\") {{ totalCount {} }}",
        names.join(" ")
    );
    let data = shop.data(&aliased(5, &search), json!({})).await;
    assert_eq!(data["s4"]["totalCount"], 0);
    assert_eq!(data["s4"]["t0"], data["s4"]["t3"]);
    // Each of them, and what each suggests.
    let (code, message) = shop.refusal(&aliased(6, &search), json!({})).await;
    assert_eq!(code, "MAX_COST_EXCEEDED", "{message}");
    let predictive = "predictiveSearch(query: \"mu\") { queries { text } }";
    shop.data(&aliased(10, predictive), json!({})).await;
    let (code, _) = shop.refusal(&aliased(11, predictive), json!({})).await;
    assert_eq!(code, "MAX_COST_EXCEEDED");
}
