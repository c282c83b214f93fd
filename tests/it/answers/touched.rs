//! A change is seen soon, whatever it is a change of; and what it did not change is still kept.

use super::{LATEST, SOON, keeping, statements, text, until_kept, until_said};
use crate::support::Shop;
use serde_json::json;
use std::time::Duration;
use tokio_postgres::Client;

/// Less than what the facts of the shop are kept for when nobody tells that they are others.
const UNASKED: Duration = Duration::from_millis(2_800);

const TITLE: &str = "Touched a moment ago";

/// One row of a kind: a question about it, and how it is changed by hand.
struct Change {
    query: String,
    sql: String,
}

/// A change of a row of each kind.
async fn changes(sql: &Client) -> Vec<Change> {
    let id = async |query: &str| text(sql, query).await;
    let product = id("SELECT product_id::text FROM listings l JOIN markets m ON m.id = l.market_id AND m.is_default ORDER BY product_id LIMIT 1").await;
    let told = |sql: &str| {
        // As whoever changes a product does, within the same transaction.
        format!(
            "BEGIN; {sql}; INSERT INTO outbox_new (id, kind, subject_id, audiences, facts, told_at)
             VALUES (gen_random_uuid(), 'product.changed', '{product}', '{{}}', jsonb_build_object('products', jsonb_build_array('{product}')), now()); COMMIT"
        )
    };
    let gid = |kind: &str, id: &str| format!("gid://lilium/{kind}/{id}");
    let by_id = |field: &str, kind: &str, id: &str, shows: &str| {
        format!("{{ {field}(id: \"{}\") {{ {shows} }} }}", gid(kind, id))
    };
    let collection = id("SELECT id::text FROM collections WHERE published AND kind = 'COLLECTION' ORDER BY id LIMIT 1").await;
    let page = id("SELECT id::text FROM pages WHERE published ORDER BY id LIMIT 1").await;
    let vendor = id("SELECT vendor_id::text FROM listings ORDER BY vendor_id LIMIT 1").await;
    let menu = id("SELECT m.handle FROM menus m JOIN menu_items i ON i.menu_id = m.id WHERE i.kind = 'HTTP' OR i.collection_id IS NOT NULL ORDER BY m.handle LIMIT 1").await;
    let attribute =
        id("SELECT attribute_id::text FROM product_attributes ORDER BY 1 LIMIT 1").await;
    let described = id(&format!(
        "SELECT l.product_id::text FROM product_attributes a JOIN listings l USING (product_id) JOIN markets m ON m.id = l.market_id AND m.is_default
         WHERE a.attribute_id = '{attribute}' ORDER BY 1 LIMIT 1"
    ))
    .await;
    let change = |query: String, sql: String| Change { query, sql };
    vec![
        change(
            by_id("product", "Product", &product, "title"),
            told(&format!(
                "UPDATE products SET title = '{TITLE}' WHERE id = '{product}'"
            )),
        ),
        change(
            by_id("product", "Product", &described, "attributes { name }"),
            format!("UPDATE attributes SET name = '{TITLE}' WHERE id = '{attribute}'"),
        ),
        change(
            by_id("collection", "Collection", &collection, "title"),
            format!("UPDATE collections SET title = '{TITLE}' WHERE id = '{collection}'"),
        ),
        change(
            "{ collections(first: 250) { nodes { title } } }".to_owned(),
            format!("UPDATE collections SET title = '{TITLE}' WHERE id = '{collection}'"),
        ),
        change(
            by_id("page", "Page", &page, "title"),
            format!("UPDATE pages SET title = '{TITLE}' WHERE id = '{page}'"),
        ),
        change(
            "{ page(handle: \"came-just-now\") { title } }".to_owned(),
            format!(
                "INSERT INTO pages SELECT (jsonb_populate_record(p, jsonb_build_object('id', gen_random_uuid(), 'handle', 'came-just-now', 'title', '{TITLE}'))).* FROM pages p WHERE id = '{page}'"
            ),
        ),
        change(
            by_id("vendor", "Vendor", &vendor, "name"),
            format!("UPDATE vendors SET name = '{TITLE}' WHERE id = '{vendor}'"),
        ),
        change(
            "{ vendors(first: 250) { nodes { name } } }".to_owned(),
            format!("UPDATE vendors SET name = '{TITLE}' WHERE id = '{vendor}'"),
        ),
        change(
            "{ products(first: 250) { nodes { vendor } } }".to_owned(),
            format!("UPDATE vendors SET name = '{TITLE}' WHERE id = '{vendor}'"),
        ),
        change(
            format!("{{ menu(handle: \"{menu}\") {{ items {{ title }} }} }}"),
            format!(
                "UPDATE menu_items SET title = '{TITLE}' WHERE menu_id = (SELECT id FROM menus WHERE handle = '{menu}')"
            ),
        ),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_any_row_is_seen_soon() {
    let shop = keeping(&[]).await;
    let sql = shop.sql().await;
    for (at, change) in changes(&sql).await.into_iter().enumerate() {
        let said = format!("{TITLE} {at}.");
        until_kept(&shop, &change.query, json!({})).await;
        sql.batch_execute(&change.sql.replace(TITLE, &said))
            .await
            .unwrap();
        let took = until_said(&shop, &change.query, &said).await;
        assert!(took < LATEST, "{took:?}: {}", change.query);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_the_shop_is_seen_when_its_facts_are_read_again() {
    let shop = keeping(&[]).await;
    let sql = shop.sql().await;
    // With a list, so that it can be told from a kept one.
    let query = "{ shop { name } pages(first: 1) { nodes { id } } }";
    until_kept(&shop, query, json!({})).await;
    sql.batch_execute(&format!("UPDATE shop SET name = '{TITLE}'"))
        .await
        .unwrap();
    let took = until_said(&shop, query, TITLE).await;
    assert!(took < UNASKED, "{took:?}");
    let kept = until_kept(&shop, query, json!({})).await;
    assert_eq!(kept["shop"]["name"], TITLE);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_markets_and_policies_is_seen_soon_whatever_is_kept() {
    let shop = Shop::open().await;
    let sql = shop.sql().await;
    let query = "{ shop { name privacyPolicy { title } } localization { market { handle } } }";
    // Each time the facts were read a moment before.
    for (at, change) in [
        "UPDATE shop_policies SET title = 'TITLE'",
        "UPDATE shop SET name = 'TITLE'",
        "UPDATE shop_policies SET title = 'TITLE'",
        "UPDATE markets SET handle = 'TITLE' WHERE is_default",
    ]
    .into_iter()
    .enumerate()
    {
        let said = format!("touched-{at}");
        sql.batch_execute(&change.replace("TITLE", &said))
            .await
            .unwrap();
        let took = until_said(&shop, query, &said).await;
        assert!(took < UNASKED, "{took:?}: {change}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_not_touched_is_still_kept() {
    let shop = keeping(&[]).await;
    let sql = shop.sql().await;
    let ids: Vec<String> = sql
        .query(
            "SELECT id::text FROM pages WHERE published ORDER BY id LIMIT 2",
            &[],
        )
        .await
        .unwrap()
        .iter()
        .map(|row| row.get(0))
        .collect();
    let page = |id: &str| format!("{{ page(id: \"gid://lilium/Page/{id}\") {{ title }} }}");
    let (touched, other) = (page(&ids[0]), page(&ids[1]));
    let products = "{ products(first: 2) { nodes { title } } }";
    for query in [&touched, &other, products] {
        until_kept(&shop, query, json!({})).await;
    }
    let change = format!("UPDATE pages SET title = '{TITLE}' WHERE id = '{}'", ids[0]);
    sql.batch_execute(&change).await.unwrap();
    until_said(&shop, &touched, TITLE).await;
    assert_eq!(statements(&shop, &other, json!({})).await, 0);
    assert_eq!(statements(&shop, products, json!({})).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_commits_while_an_answer_is_kept_ends_it() {
    let shop = keeping(&[]).await;
    let mut sql = shop.sql().await;
    let id = text(
        &sql,
        "SELECT id::text FROM pages WHERE published ORDER BY id LIMIT 1",
    )
    .await;
    let query = format!("{{ page(id: \"gid://lilium/Page/{id}\") {{ title }} }}");
    let change = sql.transaction().await.unwrap();
    let update = format!("UPDATE pages SET title = '{TITLE}' WHERE id = '{id}'");
    change.batch_execute(&update).await.unwrap();
    // Made of the row as it was, after it was changed and before that could be seen.
    let kept = until_kept(&shop, &query, json!({})).await;
    assert_ne!(kept["page"]["title"], TITLE);
    change.commit().await.unwrap();
    let took = until_said(&shop, &query, TITLE).await;
    assert!(took < LATEST, "{took:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_statement_that_touches_many_rows_tells_one_event_and_ends_all() {
    let shop = keeping(&[]).await;
    let sql = shop.sql().await;
    let page = text(
        &sql,
        "SELECT id::text FROM pages WHERE published ORDER BY id LIMIT 1",
    )
    .await;
    let query = format!("{{ page(id: \"gid://lilium/Page/{page}\") {{ title }} }}");
    let many = format!("INSERT INTO pages SELECT (jsonb_populate_record(p, jsonb_build_object('id', gen_random_uuid(), 'handle', 'one-of-' || n))).*
        FROM pages p, generate_series(1, 150) n WHERE id = '{page}'");
    sql.batch_execute(&many).await.unwrap();
    tokio::time::sleep(SOON).await;
    until_kept(&shop, &query, json!({})).await;
    let told = "SELECT (SELECT count(*) FROM outbox_new WHERE kind = 'rows.changed') + (SELECT count(*) FROM events WHERE kind = 'rows.changed')";
    let before: i64 = sql.query_one(told, &[]).await.unwrap().get(0);
    sql.batch_execute(&format!("UPDATE pages SET title = '{TITLE}'"))
        .await
        .unwrap();
    let after: i64 = sql.query_one(told, &[]).await.unwrap().get(0);
    assert_eq!(after - before, 1);
    let took = until_said(&shop, &query, TITLE).await;
    assert!(took < LATEST, "{took:?}");
    // One that touches none tells none.
    sql.batch_execute("UPDATE pages SET title = 'none' WHERE false")
        .await
        .unwrap();
    let again: i64 = sql.query_one(told, &[]).await.unwrap().get(0);
    assert_eq!(again, after);
}
