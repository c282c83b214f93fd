//! What was known of documents is counted exactly.

use super::assert_numbers;
use crate::carts::documents::{ADD, SHOWN};
use crate::carts::{goods, variants};
use crate::watching::Watched;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn what_was_known_of_documents_is_counted() {
    // Given a program of its own, and a cart.
    let watched = Watched::serve(&[]).await;
    let create = "mutation { cartCreate(input: {}) { cart { id } } }";
    let made = watched.ask(create, json!({}), &[]).await;
    let cart = &made["data"]["cartCreate"]["cart"]["id"];
    let mug = goods(variants(&watched.server.client().await.unwrap(), 1).await[0]);
    let line = |quantity: i32| json!({ "merchandiseId": mug, "quantity": quantity });

    // When lines are added one by one and several at a time, and once without saying how many,
    let document = format!("{ADD} {SHOWN}");
    for lines in [
        json!([line(1)]),
        json!([{ "merchandiseId": mug }]),
        json!([line(2), line(3), line(4)]),
        json!([line(5)]),
    ] {
        let variables = json!({ "cartId": cart, "lines": lines });
        let answer = watched.ask(&document, variables, &[]).await;
        assert!(answer.get("errors").is_none(), "{answer:#}");
    }

    // then both documents were new, and that of the lines was once read before, and twice known to be valid.
    let scrape = watched.scrape().await;
    assert_numbers(
        &scrape,
        &[
            (r#"lilium_documents_total{known="new"}"#, 2.0),
            (r#"lilium_documents_total{known="parsed"}"#, 1.0),
            (r#"lilium_documents_total{known="valid"}"#, 2.0),
            ("lilium_documents_evicted_total", 0.0),
        ],
    );
    // They are kept, with all that belongs to them.
    let text = document.len() + create.len();
    let weighs = scrape.number("lilium_documents_bytes");
    assert!(
        weighs > 128.0 * f64::from(u32::try_from(text).unwrap()),
        "{weighs}"
    );
}
