//! What the rows of an old shop say: steps may add rows and columns, and lose or change nothing but what is named here.

use tokio_postgres::Client;

/// What a step writes anew on purpose: the step, the table, and its column.
const REWRITTEN: [(&str, &str, &str); 2] = [
    // The words by which a product is found: from this step on those of its attributes are among them, and words are folded otherwise.
    ("2026-11-21-000014_words", "product_texts", "document"),
    // What a text of an attribute is called had not been written down before.
    (
        "2026-11-21-000017_facet_names",
        "facet_values",
        "value_name",
    ),
];

/// All rows of some tables as they were once, in a table of the session that remembered them: the next steps do not see it.
pub struct Kept {
    tables: Vec<String>,
    pub rows: i64,
}

impl Kept {
    /// Remembers what these tables hold.
    pub async fn of(sql: &Client, tables: Vec<String>) -> Self {
        let place = "CREATE TEMP TABLE kept_rows (place text NOT NULL, said jsonb NOT NULL)";
        sql.batch_execute(place).await.unwrap();
        let mut rows = 0;
        for table in &tables {
            let all = format!("INSERT INTO kept_rows SELECT '{table}', to_jsonb(t) FROM {table} t");
            rows += sql.execute(&all, &[]).await.unwrap();
        }
        Self {
            tables,
            rows: i64::try_from(rows).unwrap(),
        }
    }

    /// Each table of which a row is not there any more as it was in a shop whose newest step was `last`, with how many are not, and one
    /// of them. Columns that came since are not looked at; one that has gone takes its rows along.
    pub async fn lost(&self, sql: &Client, last: &str) -> Vec<String> {
        let mut lost = Vec::new();
        for table in &self.tables {
            let rewritten = REWRITTEN
                .iter()
                .filter(|(step, of, _)| last < *step && of == table);
            let rewritten: Vec<&str> = rewritten.map(|(_, _, column)| *column).collect();
            let gone = format!(
                "WITH known AS (SELECT said - $1::text[] AS said FROM kept_rows WHERE place = '{table}'),
                    names AS (SELECT DISTINCT jsonb_object_keys(said) AS name FROM known),
                    gone AS (TABLE known EXCEPT ALL
                        SELECT (SELECT jsonb_object_agg(field.key, field.value) FROM jsonb_each(to_jsonb(t)) field
                            WHERE field.key IN (SELECT name FROM names)) FROM {table} t)
                SELECT count(*), min(said::text) FROM gone"
            );
            let row = sql.query_one(&gone, &[&rewritten]).await;
            let row = row.unwrap_or_else(|error| panic!("{table}: {error}"));
            let (many, one): (i64, Option<String>) = (row.get(0), row.get(1));
            if many > 0 {
                let one = one.unwrap_or_default();
                lost.push(format!("{many} of {table}, such as {one}"));
            }
        }
        lost
    }
}
