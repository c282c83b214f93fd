//! What many look for is suggested to others.

use super::{SEARCH, looked_for, people, search};
use crate::search::people::staff;
use crate::support::{Contents, Shop};
use lilium::demo::people::PASSWORD;
use lilium::domains::accounts::Role;
use lilium::domains::search::analytics::Searches;
use lilium::graphql::codes::LanguageCode;
use lilium::platform::db::Database;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn what_many_look_for_and_find_is_popular() {
    let shop = Shop::open().await;
    let sql = shop.sql().await;
    looked_for(
        &sql,
        &[
            ("green tea", 6, 0, 3, 0),
            ("green tea", 4, 1, 2, 3),
            ("cups", 30, 2, 20, 1),
            ("one person", 900, 0, 1, 0),
            ("two people each day", 9, 0, 2, 0),
            ("two people each day", 9, 0, 2, 1),
            ("two people each day", 9, 0, 2, 2),
            ("four people", 9, 0, 4, 0),
            ("not here", 50, 40, 10, 0),
            ("long ago", 90, 0, 90, 31),
            ("see jane doe street", 90, 0, 90, 0),
        ],
    )
    .await;
    sql.execute(
        "INSERT INTO search_blocked_terms VALUES ('jane doe'), ('ups')",
        &[],
    )
    .await
    .unwrap();
    let data = shop.data("{ popularSearches }", json!({})).await;
    assert_eq!(data["popularSearches"], json!(["cups", "green tea"]));
    let data = shop.data("{ popularSearches(first: 1) }", json!({})).await;
    assert_eq!(data["popularSearches"], json!(["cups"]));
    let arabic = "query @inContext(language: AR) { popularSearches }";
    assert_eq!(
        shop.data(arabic, json!({})).await["popularSearches"],
        json!([])
    );
    for first in [0, -1, 51] {
        let query = format!("{{ popularSearches(first: {first}) }}");
        assert_eq!(shop.refusal(&query, json!({})).await.0, "BAD_USER_INPUT");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_alike_and_popular_is_suggested() {
    let shop = Shop::open().await;
    looked_for(
        &shop.sql().await,
        &[
            ("ceramic mug", 30, 0, 30, 0),
            ("ceramic bowl", 20, 0, 20, 0),
            ("ceramics", 3, 0, 3, 0),
            ("ceramik mugg", 40, 40, 0, 0),
            ("linen", 90, 0, 90, 0),
        ],
    )
    .await;
    let database = Database::connect(&shop.server, 2).unwrap();
    let searches = Searches::new(database.clone());
    let related = async |text: &str| {
        let related = searches.related(&database, LanguageCode::En, text, 5);
        related.await.unwrap()
    };
    assert_eq!(
        related("ceramik mugg").await,
        ["ceramic mug", "ceramic bowl"]
    );
    assert_eq!(related("%_'\"").await, [""; 0]);
    assert_eq!(related(&"x".repeat(10_000)).await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_makes_a_text_popular_alone_nor_one_that_is_not_found_as_it_stands() {
    let shop = Shop::with(Contents::Demo, &[("LILIUM_TRUSTED_PROXIES", "127.0.0.1")]).await;
    let sql = shop.sql().await;
    let token = shop.sign_in("ada@example.com", PASSWORD).await;
    let ask = async |client: &str, text: &str| {
        let answer = shop.ask_for(client, SEARCH, json!({ "query": text })).await;
        assert_eq!(answer.body.get("errors"), None, "{:#}", answer.body);
    };
    // One person, as often as they like, and signed in elsewhere too.
    for _ in 0..12 {
        ask("203.0.113.1", "candle").await;
    }
    assert_eq!(people(&sql, "candle", 12).await, 1);
    for client in ["203.0.113.2", "2001:db8::1", "2001:db8::2", "203.0.113.3"] {
        ask(client, "Candle").await;
    }
    assert_eq!(people(&sql, "candle", 16).await, 4);
    // Of whom nothing is known, there is one; an account is somebody.
    for _ in 0..2 {
        search(&shop, "candle!").await;
        let answer = shop
            .ask_as(&token, SEARCH, json!({ "query": "candle" }))
            .await;
        assert_eq!(answer.body.get("errors"), None, "{:#}", answer.body);
    }
    assert_eq!(people(&sql, "candle", 20).await, 6);
    // What was found by some of its words, or mended, is nobody's word.
    for number in 1..=6 {
        ask(&format!("198.51.100.{number}"), "candle jane doe street").await;
        ask(&format!("198.51.100.{number}"), "candel").await;
    }
    assert_eq!(people(&sql, "candle jane doe street", 6).await, 0);
    assert_eq!(people(&sql, "candel", 6).await, 0);

    let data = shop.data("{ popularSearches }", json!({})).await;
    assert_eq!(data["popularSearches"], json!(["candle"]));
    let admin = staff(&shop, Role::Admin).await;
    let block = "mutation { searchBlockedTermsSet(input: { terms: [\"Candle\"] }) { userErrors { message } } }";
    let answer = shop.ask_as(&admin, block, json!({})).await;
    assert_eq!(
        answer.body["data"]["searchBlockedTermsSet"]["userErrors"],
        json!([])
    );
    let database = Database::connect(&shop.server, 2).unwrap();
    let popular = Searches::new(database).popular(LanguageCode::En, 10).await;
    assert_eq!(popular.unwrap(), [""; 0]);
}
