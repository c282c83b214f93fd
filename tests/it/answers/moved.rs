//! What moves to another row, goes all at once, or takes another's name ends what was made of either.

use super::{LATEST, keeping, until_kept, until_said};
use serde_json::{Value, json};
use tokio_postgres::Client;

const MOVED: &str = "Moved a moment ago";

/// Two pages, by their ids.
async fn pages(sql: &Client) -> [String; 2] {
    let query = "SELECT id::text FROM pages WHERE published ORDER BY id LIMIT 2";
    let rows = sql.query(query, &[]).await.unwrap();
    [rows[0].get(0), rows[1].get(0)]
}

fn page(id: &str) -> String {
    format!("query @inContext(language: AR) {{ page(id: \"gid://lilium/Page/{id}\") {{ title }} }}")
}

/// The first page has a text in Arabic, and the second has none.
fn translated(pages: &[String; 2]) -> String {
    let [first, second] = pages;
    format!(
        "DELETE FROM page_translations WHERE page_id IN ('{first}', '{second}') AND language = 'AR';
         INSERT INTO page_translations (page_id, language, title, body_html) VALUES ('{first}', 'AR', '{MOVED}', '')"
    )
}

async fn base_title(sql: &Client, id: &str) -> String {
    let query = format!("SELECT title FROM pages WHERE id = '{id}'");
    sql.query_one(&query, &[]).await.unwrap().get(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_moves_is_seen_where_it_was_and_where_it_is() {
    let shop = keeping(&[]).await;
    let sql = shop.sql().await;
    let pages = pages(&sql).await;
    sql.batch_execute(&translated(&pages)).await.unwrap();
    let (from, to) = (page(&pages[0]), page(&pages[1]));
    let base = base_title(&sql, &pages[0]).await;
    until_said(&shop, &from, MOVED).await;
    for query in [&from, &to] {
        until_kept(&shop, query, json!({})).await;
    }
    let change = format!(
        "UPDATE page_translations SET page_id = '{}' WHERE page_id = '{}' AND language = 'AR'",
        pages[1], pages[0]
    );
    sql.batch_execute(&change).await.unwrap();
    for (query, said) in [(&to, MOVED), (&from, base.as_str())] {
        let took = until_said(&shop, query, said).await;
        assert!(took < LATEST, "{took:?}: {query}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_that_is_emptied_ends_all_that_was_made_of_it() {
    let shop = keeping(&[]).await;
    let sql = shop.sql().await;
    let pages = pages(&sql).await;
    sql.batch_execute(&translated(&pages)).await.unwrap();
    let query = page(&pages[0]);
    let base = base_title(&sql, &pages[0]).await;
    until_said(&shop, &query, MOVED).await;
    until_kept(&shop, &query, json!({})).await;
    sql.batch_execute("TRUNCATE page_translations")
        .await
        .unwrap();
    let took = until_said(&shop, &query, &base).await;
    assert!(took < LATEST, "{took:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_product_that_takes_anothers_handle_is_found_by_it() {
    let shop = keeping(&[]).await;
    let sql = shop.sql().await;
    let products = "SELECT p.id::text, p.handle FROM products p JOIN listings l ON l.product_id = p.id JOIN markets m ON m.id = l.market_id AND m.is_default
        WHERE l.visible_from < now() AND l.visible_until IS NULL ORDER BY p.id LIMIT 2";
    let rows = sql.query(products, &[]).await.unwrap();
    let [first, second]: [String; 2] = [rows[0].get(0), rows[1].get(0)];
    let handle: String = rows[0].get(1);
    // The first one is called so in no language of its own, and nobody else is.
    let free = format!(
        "DELETE FROM product_translations WHERE product_id = '{second}' AND language = 'AR';
         UPDATE product_translations SET handle = NULL WHERE language = 'AR' AND (product_id = '{first}' OR handle = '{handle}')"
    );
    sql.batch_execute(&free).await.unwrap();
    let query = format!(
        "query @inContext(language: AR) {{ product(handle: {}) {{ id }} }}",
        json!(handle)
    );
    let kept = until_kept(&shop, &query, json!({})).await;
    assert!(ends_with(&kept["product"]["id"], &first), "{kept:#}");
    let take = format!(
        "INSERT INTO product_translations (product_id, language, handle, title, description_html, product_type)
         VALUES ('{second}', 'AR', '{handle}', '{MOVED}', '', '')"
    );
    sql.batch_execute(&take).await.unwrap();
    let took = until_said(&shop, &query, &second).await;
    assert!(took < LATEST, "{took:?}");

    // One that is nobody else's handle touches nobody.
    let told = "SELECT (SELECT count(*) FROM outbox_new WHERE kind = 'rows.changed') + (SELECT count(*) FROM events WHERE kind = 'rows.changed')";
    let before: i64 = sql.query_one(told, &[]).await.unwrap().get(0);
    let own = format!(
        "UPDATE product_translations SET handle = 'nobody-elses' WHERE product_id = '{second}' AND language = 'AR'"
    );
    sql.batch_execute(&own).await.unwrap();
    let after: i64 = sql.query_one(told, &[]).await.unwrap().get(0);
    assert_eq!(after, before);
}

fn ends_with(gid: &Value, id: &str) -> bool {
    gid.as_str().is_some_and(|gid| gid.ends_with(id))
}
