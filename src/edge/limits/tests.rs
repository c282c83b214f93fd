//! What is counted of an operation.

use super::*;
use crate::config::Source;
use async_graphql::Variables;
use serde_json::json;

fn config(pairs: &[(&str, &str)]) -> Config {
    Config::load(&Source::from_pairs(pairs.iter().copied())).unwrap()
}

/// What an operation of an address and a viewer spends beside its rows, by name.
fn spent(query: &str, name: Option<&str>, variables: serde_json::Value) -> Vec<(String, u32)> {
    let rated = operations::rated(&config(&[]));
    let mut operation = Operation::new(query).variables(Variables::from_json(variables));
    let mut charges = Vec::new();
    let whose = [Some(1), Some(2)];
    operations::charges(&rated, whose, &mut operation, name, &mut charges).unwrap();
    charges
        .into_iter()
        .map(|it| (format!("{} {}", it.key.what, it.key.whose), it.amount))
        .collect()
}

fn one(what: &str) -> Vec<(String, u32)> {
    vec![(format!("{what} 1"), 1), (format!("{what} 2"), 1)]
}

#[test]
fn fields_are_counted_wherever_they_are_spread_and_whatever_they_are_called() {
    let query = r#"mutation A { accountSignIn(email: "a", password: "b") { __typename }
            other: accountSignIn(email: "a", password: "b") { __typename }
            ...F ... { ...F } accountSignOut { __typename } }
        fragment F on Mutation { again: accountSignIn(email: "a", password: "b") { __typename } }
        mutation B { accountSignUp(input: {}) { __typename } }"#;
    assert_eq!(
        spent(query, Some("A"), json!({})),
        [("sign-ins 1".to_owned(), 4)]
    );
    assert_eq!(
        spent(query, Some("B"), json!({})),
        [("sign-ups 1".to_owned(), 1)]
    );
}

#[test]
fn a_list_is_a_search_when_it_is_given_a_text() {
    let searches = one("searches");
    for (query, variables, counted) in [
        ("{ products(first: 1) { nodes { id } } }", json!({}), false),
        (
            "{ products(first: 1, query: \"a\") { nodes { id } } }",
            json!({}),
            true,
        ),
        (
            "{ products(first: 1, query: null) { nodes { id } } }",
            json!({}),
            false,
        ),
        (
            "{ products(first: 1, query: \"\") { nodes { id } } }",
            json!({}),
            false,
        ),
        (
            "query($q: String) { products(query: $q) { nodes { id } } }",
            json!({}),
            false,
        ),
        (
            "query($q: String) { products(query: $q) { nodes { id } } }",
            json!({ "q": null }),
            false,
        ),
        (
            "query($q: String) { pages(query: $q) { nodes { id } } }",
            json!({ "q": "a" }),
            true,
        ),
        (
            "query($q: String = \"a\") { collections(query: $q) { nodes { id } } }",
            json!({}),
            true,
        ),
        (
            "{ shop { products(query: \"a\") { id } } }",
            json!({}),
            false,
        ),
    ] {
        let spent = spent(query, None, variables);
        assert_eq!(
            spent,
            if counted {
                searches.clone()
            } else {
                Vec::new()
            },
            "{query}"
        );
    }
}

#[test]
fn a_viewer_pays_for_checkouts_from_wherever() {
    let query = "mutation { checkoutComplete(input: {}) { __typename } }";
    assert_eq!(spent(query, None, json!({})), one("checkouts"));
}

#[tokio::test]
async fn so_many_requests_are_let_in_and_whoever_may_be_everybody_is_not_counted() {
    let limits = Limits::of(&config(&[("LILIUM_RATE_REQUESTS", "3")])).unwrap();
    let at = |address: &str| limits.neighbour(address.parse().ok(), &HeaderMap::new());
    for admitted in [true, true, true, false, false] {
        assert_eq!(limits.enter(at("198.51.100.1")).is_ok(), admitted);
    }
    assert!(limits.enter(at("198.51.100.2")).is_ok());
    for _ in 0..10 {
        assert!(limits.enter(at("127.0.0.1")).is_ok());
    }
    let refused = limits.enter(at("198.51.100.1")).unwrap_err();
    assert!(ErrorCode::TooManyRequests.is_of(&refused));
    assert!((1..=20).contains(&seconds_of(&refused)));
}

#[tokio::test]
async fn off_is_no_limit() {
    let limits = Limits::of(&config(&[("LILIUM_RATE_REQUESTS", "off")])).unwrap();
    let somebody = limits.neighbour("198.51.100.1".parse().ok(), &HeaderMap::new());
    for _ in 0..10_000 {
        assert!(limits.enter(somebody).is_ok());
    }
}
