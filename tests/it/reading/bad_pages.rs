//! Sizes of pages and cursors that cannot be.

use super::bad_input::{SOME, assert_refused};
use super::paging::List;
use crate::support::Shop;
use serde_json::{Value, json};

/// Every list there is, as `name(...)` with a hole for its arguments; those of one thing stand inside it.
const LISTS: [(&str, &str); 9] = [
    ("", "products"),
    ("", "collections"),
    ("", "pages"),
    ("", "vendors"),
    ("collection(handle: \"gifts\")", "products"),
    ("vendor(handle: \"tuesday-kiln\")", "products"),
    ("product(handle: \"morning-person-mug\")", "variants"),
    ("product(handle: \"morning-person-mug\")", "images"),
    ("product(handle: \"morning-person-mug\")", "collections"),
];

fn asking((parent, list): (&str, &str), arguments: &str) -> String {
    let field = format!("{list}{arguments} {{ pageInfo {{ endCursor }} }}");
    if parent.is_empty() {
        format!("{{ {field} }}")
    } else {
        format!("{{ {parent} {{ {field} }} }}")
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sizes_of_pages_that_cannot_be() {
    let shop = Shop::open().await;
    for list in LISTS {
        for arguments in [
            "",
            "(first: null)",
            "(first: 0)",
            "(first: -1)",
            "(first: 251)",
            "(first: 2147483647)",
            "(first: -2147483648)",
            "(last: 0)",
            "(last: -5)",
            "(last: 251)",
            "(first: 1, last: 1)",
            "(first: 99999999999)",
        ] {
            assert_refused(&shop, &asking(list, arguments), json!({}), "BAD_USER_INPUT").await;
        }
        for arguments in [
            "(first: 1.5)",
            "(first: \"1\")",
            "(first: [1])",
            "(last: true)",
        ] {
            assert_refused(
                &shop,
                &asking(list, arguments),
                json!({}),
                "GRAPHQL_VALIDATION_FAILED",
            )
            .await;
        }
        for arguments in [
            "(first: 1)",
            "(first: 250)",
            "(last: 1, first: null)",
            "(first: 1, after: null, before: null, reverse: null)",
        ] {
            shop.data(&asking(list, arguments), json!({})).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn cursors_that_are_none() {
    let shop = Shop::open().await;
    for list in LISTS {
        for cursor in [
            "",
            " ",
            "garbage",
            "W10",
            "bnVsbA",
            "eyJhIjoxfQ",
            "////",
            "ÿ",
            "WyJJRCIsbnVsbCwiMSJd",
            &"A".repeat(5_000),
        ] {
            for place in ["after", "before"] {
                let query = asking(list, &format!("(first: 1, {place}: \"{cursor}\")"));
                assert_refused(&shop, &query, json!({}), "INVALID_CURSOR").await;
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cursor_of_another_order() {
    let shop = Shop::open().await;
    let keys = [
        "ID",
        "TITLE",
        "PRODUCT_TYPE",
        "VENDOR",
        "PRICE",
        "CREATED_AT",
        "UPDATED_AT",
        "BEST_SELLING",
    ];
    for from in keys {
        let page = List::root("products", &format!(", sortKey: {from}"))
            .forward(&shop, 1, None)
            .await;
        for to in keys {
            let query = format!(
                "{{ products(first: 1, sortKey: {to}, after: \"{}\") {{ nodes {{ id }} }} }}",
                page.cursors[0]
            );
            if from == to {
                shop.data(&query, json!({})).await;
            } else {
                assert_refused(&shop, &query, json!({}), "INVALID_CURSOR").await;
            }
        }
    }
}

/// A cursor as its three parts would be written.
fn forged(parts: &Value) -> String {
    use base64::Engine;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(parts.to_string())
}

#[tokio::test(flavor = "multi_thread")]
async fn forged_cursors() {
    let shop = Shop::open().await;
    for (key, value) in [
        ("CREATED_AT", json!(i64::MIN)),
        ("CREATED_AT", json!(i64::MAX)),
        ("CREATED_AT", json!(-8_000_000_000_000_000_000_i64)),
        ("UPDATED_AT", json!(-300_000_000_000_000_000_i64)),
        ("UPDATED_AT", json!(1.5)),
        ("UPDATED_AT", json!("2026-01-01")),
        ("PRICE", json!(1e300)),
        ("PRICE", json!(u64::MAX)),
        ("PRICE", Value::Null),
        ("TITLE", json!("a\0")),
        ("TITLE", json!(7)),
        ("TITLE", Value::Null),
        ("BEST_SELLING", json!([1])),
        ("BEST_SELLING", json!({ "a": 1 })),
    ] {
        let cursor = forged(&json!([key, value, SOME]));
        let query = format!(
            "{{ products(first: 1, sortKey: {key}, after: \"{cursor}\") {{ nodes {{ id }} }} }}"
        );
        assert_refused(&shop, &query, json!({}), "INVALID_CURSOR").await;
    }
    for (key, value) in [
        ("CREATED_AT", json!(0)),
        ("CREATED_AT", json!(8_000_000_000_000_000_i64)),
        ("PRICE", json!(i64::MIN)),
        ("TITLE", json!("'; --")),
    ] {
        let cursor = forged(&json!([key, value, SOME]));
        shop.data(
            &format!(
                "{{ products(first: 1, sortKey: {key}, after: \"{cursor}\") {{ nodes {{ id }} }} }}"
            ),
            json!({}),
        )
        .await;
    }
    for bits in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY].map(f32::to_bits) {
        let cursor = forged(&json!(["RELEVANCE", bits, SOME]));
        let query = format!(
            "{{ products(first: 1, sortKey: RELEVANCE, query: \"mug\", after: \"{cursor}\") {{ nodes {{ id }} }} }}"
        );
        assert_refused(&shop, &query, json!({}), "INVALID_CURSOR").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cursor_with_a_flipped_letter_is_refused_or_another_place() {
    let shop = Shop::open().await;
    for key in ["TITLE", "PRICE", "CREATED_AT"] {
        let page = List::root("products", &format!(", sortKey: {key}"))
            .forward(&shop, 3, None)
            .await;
        let cursor = &page.cursors[1];
        for at in 0..cursor.len() {
            let letter = if &cursor[at..=at] == "A" { "B" } else { "A" };
            let flipped = format!("{}{letter}{}", &cursor[..at], &cursor[at + 1..]);
            let query = format!(
                "{{ products(first: 1, sortKey: {key}, after: \"{flipped}\") {{ nodes {{ id }} }} }}"
            );
            let answer = shop.ask(&query, json!({})).await;
            let code = &answer.body["errors"][0]["extensions"]["code"];
            assert!(
                code.is_null() || code == "INVALID_CURSOR",
                "{key} {at}: {:#}",
                answer.body
            );
        }
    }
}
