//! Looks at what PostgreSQL does for a statement: on a connection of the pool, with the statement as it was sent.

use chrono::{DateTime, Utc};
use diesel::connection::InstrumentationEvent;
use diesel::deserialize::{self, QueryableByName};
use diesel::pg::Pg;
use diesel::row::NamedRow;
use diesel::sql_types::Json;
use diesel_async::{AsyncConnection, RunQueryDsl};
use lilium::domains::shop::{Directory, InContext};
use lilium::platform::db::{Database, Loan, Server};
use serde_json::Value;
use std::sync::{Arc, Mutex};
use uuid::Uuid;

/// A connection that remembers what it sent.
pub struct Probe {
    pub conn: Loan,
    pub context: InContext,
    sent: Arc<Mutex<Vec<String>>>,
}

/// What PostgreSQL did for one statement.
pub struct Plan(Vec<Node>);

/// A step of a plan.
#[derive(Debug)]
pub struct Node {
    pub kind: String,
    pub table: String,
    pub index: String,
    /// Rows that it read, those that it threw away among them.
    pub read: f64,
    /// How often it was begun.
    pub times: f64,
}

impl Probe {
    pub async fn new(server: &Server) -> Self {
        let database = Database::connect(server, 2).unwrap();
        let facts = Directory::new(database.clone()).facts().await.unwrap();
        let context = InContext::settle(&facts, None, None).unwrap();
        let mut conn = database.get().await.unwrap();
        let sent = Arc::new(Mutex::new(Vec::new()));
        let notes = Arc::clone(&sent);
        conn.set_instrumentation(move |event: InstrumentationEvent<'_>| {
            if let InstrumentationEvent::StartQuery { query, .. } = event {
                notes.lock().unwrap().push(query.to_string());
            }
        });
        Self {
            conn,
            context,
            sent,
        }
    }

    /// The plan of the statement that was sent last, as it is run again.
    pub async fn plan(&mut self) -> Plan {
        let last = self.sent.lock().unwrap().last().cloned().unwrap();
        let (sql, values) = last.split_once(" -- binds: ").unwrap();
        let (kinds, values): (Vec<_>, Vec<_>) =
            split(inside(values)).into_iter().map(typed).unzip();
        let prepare = format!("PREPARE probe ({}) AS {sql}", kinds.join(", "));
        diesel::sql_query(prepare)
            .execute(&mut self.conn)
            .await
            .unwrap();
        let explain = format!(
            "EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) EXECUTE probe ({})",
            values.join(", ")
        );
        let rows: Vec<Explained> = diesel::sql_query(explain)
            .load(&mut self.conn)
            .await
            .unwrap();
        diesel::sql_query("DEALLOCATE probe")
            .execute(&mut self.conn)
            .await
            .unwrap();
        let mut nodes = Vec::new();
        gather(&rows[0].0[0]["Plan"], &mut nodes);
        Plan(nodes)
    }
}

struct Explained(Value);

impl QueryableByName<Pg> for Explained {
    fn build<'a>(row: &impl NamedRow<'a, Pg>) -> deserialize::Result<Self> {
        Ok(Self(NamedRow::get::<Json, Value>(row, "QUERY PLAN")?))
    }
}

fn gather(plan: &Value, nodes: &mut Vec<Node>) {
    let text = |name: &str| plan[name].as_str().unwrap_or_default().to_owned();
    let number = |name: &str| plan[name].as_f64().unwrap_or_default();
    let rows = number("Actual Rows") + number("Rows Removed by Filter");
    nodes.push(Node {
        kind: text("Node Type"),
        table: text("Relation Name"),
        index: text("Index Name"),
        read: rows * number("Actual Loops"),
        times: number("Actual Loops"),
    });
    for below in plan["Plans"].as_array().into_iter().flatten() {
        gather(below, nodes);
    }
}

fn inside(list: &str) -> &str {
    list.strip_prefix('[')
        .and_then(|list| list.strip_suffix(']'))
        .unwrap()
}

/// The items of a list as it is printed for debugging.
fn split(list: &str) -> Vec<&str> {
    let (mut items, mut start, mut depth, mut quoted) = (Vec::new(), 0, 0, false);
    for (at, letter) in list.char_indices() {
        match letter {
            '"' => quoted = !quoted,
            '[' if !quoted => depth += 1,
            ']' if !quoted => depth -= 1,
            ',' if !quoted && depth == 0 => {
                items.push(list[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    if !list.is_empty() {
        items.push(list[start..].trim());
    }
    items
}

/// The type of a value that is printed for debugging, and the value as SQL writes it.
fn typed(value: &str) -> (String, String) {
    if value.starts_with('[') {
        let items = split(inside(value));
        let kind = items
            .as_slice()
            .first()
            .map_or_else(|| "uuid".to_owned(), |item| typed(item).0);
        let values: Vec<String> = items.into_iter().map(|item| typed(item).1).collect();
        return (
            format!("{kind}[]"),
            format!("ARRAY[{}]::{kind}[]", values.join(", ")),
        );
    }
    let kind = match value {
        _ if value.starts_with('"') => "text",
        _ if value.parse::<Uuid>().is_ok() => "uuid",
        _ if value.parse::<i64>().is_ok() => "bigint",
        _ if value.parse::<DateTime<Utc>>().is_ok() => "timestamptz",
        _ if value.parse::<bool>().is_ok() => "boolean",
        _ => "real",
    };
    (
        kind.to_owned(),
        format!("'{}'", value.trim_matches('"').replace('\'', "''")),
    )
}

/// Tables that grow with the catalogue.
const GROWING: [&str; 11] = [
    "listings",
    "placements",
    "listing_prices",
    "products",
    "product_images",
    "product_translations",
    "product_texts",
    "variants",
    "variant_prices",
    "product_options",
    "option_values",
];

impl Plan {
    /// No step reads a growing table from its beginning, and none reads more than `most` rows of one.
    pub fn assert_reads(&self, most: u32, what: &str) {
        for node in &self.0 {
            let grows = GROWING.contains(&node.table.as_str());
            assert!(!grows || node.kind != "Seq Scan", "{what}: {self:?}");
            assert!(
                !grows || node.read <= f64::from(most),
                "{what}: more than {most} rows: {self:?}"
            );
        }
    }

    /// How often a table was looked into; nothing when it does not stand in the statement.
    pub fn looks_into(&self, table: &str) -> Option<f64> {
        let nodes = self.0.iter().filter(|node| node.table == table);
        nodes.map(|node| node.times).reduce(f64::max)
    }

    /// The rows come from this index in their order: nothing is sorted.
    pub fn assert_ordered_by(&self, index: &str, what: &str) {
        let sorts = self
            .0
            .iter()
            .any(|node| node.kind.contains("Sort") || node.kind.contains("Bitmap"));
        assert!(!sorts, "{what}: {self:?}");
        let used = self.0.iter().any(|node| node.index.starts_with(index));
        assert!(used, "{what}: not by {index}: {self:?}");
    }
}

impl std::fmt::Debug for Plan {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for Node {
            kind,
            table,
            index,
            read,
            ..
        } in &self.0
        {
            write!(to, "\n{kind} {table} {index}: {read}")?;
        }
        Ok(())
    }
}
