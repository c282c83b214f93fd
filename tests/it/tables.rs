//! `src/platform/db/tables.rs` says what the migrations make.

use crate::support::{Contents, database};
use std::collections::BTreeSet;

/// `table.column type`, as the file says.
fn written() -> BTreeSet<String> {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/src/platform/db/tables.rs");
    let text = std::fs::read_to_string(file).unwrap();
    let mut found = BTreeSet::new();
    let mut table = String::new();
    for line in text.lines().map(str::trim) {
        if let Some((name, rest)) = line.split_once(" (")
            && rest.ends_with(") {")
        {
            table = name.to_owned();
        }
        if let Some((column, kind)) = line
            .strip_suffix(',')
            .and_then(|line| line.split_once(" -> "))
        {
            found.insert(format!("{table}.{column} {kind}"));
        }
    }
    found
}

/// The same as the database says.
async fn standing() -> BTreeSet<String> {
    let client = database(Contents::Empty).await.client().await.unwrap();
    let columns = "SELECT c.table_name, c.column_name, c.udt_name, c.is_nullable = 'YES', coalesce(e.udt_name, '') \
         FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name) \
         LEFT JOIN information_schema.element_types e ON (e.object_schema, e.object_name, e.collection_type_identifier) \
         = (c.table_schema, c.table_name, c.dtd_identifier) \
         WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE' AND c.table_name <> '__diesel_schema_migrations' \
         AND NOT EXISTS (SELECT 1 FROM pg_inherits WHERE inhrelid = to_regclass(c.table_name))";
    let rows = client.query(columns, &[]).await.unwrap();
    rows.iter()
        .map(|row| {
            let (table, column, kind): (String, String, String) =
                (row.get(0), row.get(1), row.get(2));
            let kind = match kind.as_str() {
                list if list.starts_with('_') => {
                    format!("Array<Nullable<{}>>", named(list.trim_start_matches('_')))
                }
                other => named(other),
            };
            let nullable: bool = row.get(3);
            let kind = if nullable {
                format!("Nullable<{kind}>")
            } else {
                kind
            };
            format!("{table}.{column} {kind}")
        })
        .collect()
}

/// What diesel calls a type of PostgreSQL.
fn named(kind: &str) -> String {
    let letters = kind.split('_').map(|part| {
        let (first, rest) = part.split_at(1);
        first.to_uppercase() + rest
    });
    letters.collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_file_is_what_the_migrations_make() {
    let (written, standing) = (written(), standing().await);
    let missing: Vec<_> = standing.difference(&written).collect();
    let gone: Vec<_> = written.difference(&standing).collect();
    assert!(
        missing.is_empty() && gone.is_empty(),
        "missing {missing:?}\ngone {gone:?}\nrun `make tables`"
    );
}
