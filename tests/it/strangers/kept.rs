//! What stands in the database, to see that nothing changed.

use std::collections::BTreeMap;
use tokio_postgres::Client;

/// Tables that change by themselves or when a token is shown, and those that together hold what was told.
const LEFT_OUT: [&str; 8] = [
    "outbox_new",
    "relay_head",
    "event_consumers",
    "event_audiences",
    "events",
    "throttles",
    "familiar_places",
    "__diesel_schema_migrations",
];

/// Number and contents of the rows of every table, and how many events were told.
pub async fn kept(sql: &Client) -> BTreeMap<String, String> {
    let tables = sql
        .query(
            "SELECT c.relname::text FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace \
             AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relname <> ALL($1)",
            &[&LEFT_OUT.as_slice()],
        )
        .await
        .unwrap();
    let mut kept = BTreeMap::new();
    for table in tables {
        let table: String = table.get(0);
        let sum = contents(sql, &table).await;
        kept.insert(table, sum);
    }
    for known in [
        "orders",
        "carts",
        "stock_levels",
        "payments",
        "users",
        "idempotency_keys",
    ] {
        assert!(kept.contains_key(known), "no table {known}");
    }
    let told = "SELECT ((SELECT count(*) FROM outbox_new) + (SELECT count(*) FROM events))::text";
    let told = sql.query_one(told, &[]).await.unwrap().get(0);
    kept.insert("told".to_owned(), told);
    kept
}

/// Rows and their sum; when a session was used does not count.
async fn contents(sql: &Client, table: &str) -> String {
    let row = match table {
        "sessions" => "(to_jsonb(t) - 'refreshed_at')",
        _ => "t",
    };
    let sum = format!(
        "SELECT concat(count(*), ' rows, ', sum(hashtextextended({row}::text, 0)::numeric)) FROM {table} t"
    );
    sql.query_one(&sum, &[]).await.unwrap().get(0)
}

/// What differs, by table.
pub fn changed(before: &BTreeMap<String, String>, after: &BTreeMap<String, String>) -> Vec<String> {
    let names = before.keys().chain(after.keys());
    let mut changed: Vec<String> = names
        .filter(|name| before.get(*name) != after.get(*name))
        .cloned()
        .collect();
    changed.dedup();
    changed
}
