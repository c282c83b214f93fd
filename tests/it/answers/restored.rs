//! The database becomes an older copy of itself while programs run: whatever they made of the later one is given by nobody.

use super::{KEEPS, LATEST, keeping, until_kept, until_said};
use serde_json::json;
use tokio_postgres::Client;
use uuid::Uuid;

const LATER: &str = "Written after the copy was made";

const PAGE: &str = "{ pages(first: 1) { nodes { id title } } }";

/// What a copy has of the log: its epoch, and where it ends.
async fn head(sql: &Client) -> (Uuid, i64) {
    let query = "SELECT epoch, position FROM relay_head";
    let row = sql.query_one(query, &[]).await.unwrap();
    (row.get(0), row.get(1))
}

/// Waits until all that was told stands in the log.
async fn settled(sql: &Client) {
    let waits = "SELECT EXISTS (SELECT FROM outbox_new)";
    while sql.query_one(waits, &[]).await.unwrap().get(0) {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}

/// Everything is as it was when the log ended at `position`, but that the page has this title; then `more` happen that are nobody's.
/// No trigger says a word of it, as in a restore.
async fn restore(sql: &mut Client, title: &str, position: i64, more: i64) {
    let older = sql.transaction().await.unwrap();
    let back = format!(
        "SET LOCAL session_replication_role = replica;
         SELECT pg_advisory_xact_lock(74101, 3);
         LOCK relay_head IN SHARE ROW EXCLUSIVE MODE;
         UPDATE pages SET title = '{title}';
         DELETE FROM outbox_new;
         DELETE FROM event_audiences WHERE position > {position};
         DELETE FROM events WHERE position > {position};
         INSERT INTO events (position, id, kind, subject_id, audiences, facts, told_at)
             SELECT {position} + n, gen_random_uuid(), 'order.told', gen_random_uuid(), '{{}}', '{{}}', now() FROM generate_series(1, {more}) n;
         UPDATE relay_head SET position = {position} + {more}"
    );
    older.batch_execute(&back).await.unwrap();
    older.commit().await.unwrap();
}

/// A copy is made, the page is changed, kept as it is then at two instances, and the copy is brought back; `more` happen before anybody looks.
async fn comes_back(more: i64) {
    let one = keeping(&[]).await;
    let other = one.again(&[KEEPS]).await;
    let mut sql = one.sql().await;
    sql.batch_execute("UPDATE pages SET title = 'As in the copy'")
        .await
        .unwrap();
    until_said(&one, PAGE, "As in the copy").await;
    settled(&sql).await;
    let (epoch, position) = head(&sql).await;

    for at in 0..5 {
        let change = format!("UPDATE pages SET title = '{LATER} {at}'");
        sql.batch_execute(&change).await.unwrap();
    }
    settled(&sql).await;
    for shop in [&one, &other] {
        until_said(shop, PAGE, &format!("{LATER} 4")).await;
        until_kept(shop, PAGE, json!({})).await;
    }
    restore(&mut sql, "As in the copy", position, more).await;
    for shop in [&one, &other] {
        let took = until_said(shop, PAGE, "As in the copy").await;
        assert!(took < LATEST, "{took:?}");
    }
    // Cursors, consumers and answers elsewhere are told by the epoch.
    assert_ne!(head(&sql).await.0, epoch);
    // It does not begin again and again, and what is made now is kept.
    let begun = head(&sql).await.0;
    for shop in [&one, &other] {
        until_kept(shop, PAGE, json!({})).await;
        until_kept(shop, PAGE, json!({})).await;
    }
    assert_eq!(head(&sql).await.0, begun);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_kept_before_a_restore_is_not_given_after_it() {
    comes_back(0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nor_when_as_much_has_happened_since_as_there_was_before() {
    comes_back(5).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nor_when_more_has_happened_since_than_there_was_before() {
    comes_back(40).await;
}
