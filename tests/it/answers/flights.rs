//! Guests who ask the same at one time are answered together.

use super::keeping;
use futures_util::future::join_all;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn many_who_ask_at_once_have_it_made_once() {
    let shop = keeping(&[]).await;
    let query = "{ products(first: 50, sortKey: PRICE) { nodes { title variants(first: 10) { nodes { title } } soldBy { name } } } }";
    let all = join_all((0..40).map(|_| shop.ask(query, json!({})))).await;
    let made = all.iter().filter(|answer| answer.statements > 0).count();
    assert_eq!(made, 1);
    for answer in &all {
        assert_eq!(answer.body, all[0].body);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn many_who_ask_at_once_for_what_is_not_kept_all_have_their_own() {
    let shop = keeping(&[]).await;
    // A name and its counts come from where nobody knows how old they are.
    let query = "{ products(first: 1) { filters { label } } }";
    let all = join_all((0..20).map(|_| shop.ask(query, json!({})))).await;
    for answer in &all {
        assert!(answer.statements > 0);
        assert_eq!(answer.body, all[0].body);
    }
}
