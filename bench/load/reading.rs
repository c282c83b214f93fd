//! Rows that only read: a list of requests that are sent in turn, each known to both servers.

use super::client::{Connection, get, post};
use super::drive::{Asker, Side};
use futures_util::future::BoxFuture;
use serde_json::Value;
use std::sync::Arc;

/// How many answers are compared before anything is measured.
const SAMPLE: usize = 25;

/// The same thing, as each of the two is asked for it.
pub struct Ask {
    /// The document.
    pub document: Arc<str>,
    /// Its variables.
    pub variables: Value,
    /// Where the limit answers it.
    pub path: String,
}

/// Where the two are, and how they are asked.
pub struct Pair<'a> {
    /// Lilium's address and process.
    pub server: (&'a str, u32),
    /// The limit's.
    pub limit: (&'a str, u32),
    /// Connections of each.
    pub connections: usize,
}

struct Reader {
    connection: Connection,
    requests: Arc<Vec<Vec<u8>>>,
}

impl Asker for Reader {
    fn ask(&mut self, number: usize) -> BoxFuture<'_, ()> {
        Box::pin(async move {
            let request = &self.requests[number % self.requests.len()];
            self.connection.ask(request).await;
        })
    }
}

impl Pair<'_> {
    /// Both sides, after a look whether they answer the same.
    pub async fn sides(&self, what: &str, asks: &[Ask]) -> [Side; 2] {
        assert!(!asks.is_empty(), "{what}: there is nothing to ask for");
        let (server, limit) = (self.server.0, self.limit.0);
        let of_server: Vec<_> = asks
            .iter()
            .map(|ask| post(server, &ask.document, &ask.variables))
            .collect();
        let of_limit: Vec<_> = asks.iter().map(|ask| get(limit, &ask.path)).collect();
        let mut ours = Connection::open(server).await;
        let mut theirs = Connection::open(limit).await;
        let step = asks.len().div_ceil(SAMPLE);
        for at in (0..asks.len()).step_by(step) {
            let ours = ours.ask(&of_server[at]).await;
            let theirs = theirs.ask(&of_limit[at]).await;
            same(what, &asks[at], ours, theirs);
        }
        [
            self.side(self.server, of_server).await,
            self.side(self.limit, of_limit).await,
        ]
    }

    /// One side alone.
    async fn side(&self, (address, process): (&str, u32), requests: Vec<Vec<u8>>) -> Side {
        let requests = Arc::new(requests);
        let mut askers: Vec<Box<dyn Asker>> = Vec::new();
        for _ in 0..self.connections {
            askers.push(Box::new(Reader {
                connection: Connection::open(address).await,
                requests: Arc::clone(&requests),
            }));
        }
        Side::new(Some(process), askers)
    }
}

/// Ends the bench when two answers do not say the same: whoever compares other work compares nothing.
fn same(what: &str, ask: &Ask, ours: &[u8], theirs: &[u8]) {
    let read = |text: &[u8]| {
        let mut answer: Value = serde_json::from_slice(text).unwrap();
        answer["data"].take()
    };
    let (ours, theirs) = (read(ours), read(theirs));
    if let Some((path, one, other)) = difference(&ours, &theirs, "data") {
        panic!(
            "{what}: the limit does not answer {} as the server answers {}: at {path} the server says {one}, the limit {other}. \
             Nothing was measured: mend bench/limit first.",
            ask.path, ask.variables
        );
    }
    assert!(
        holds_something(&ours),
        "{what}: {} is answered with nothing: {ours}",
        ask.variables
    );
}

/// The first place at which two values differ.
pub fn difference(one: &Value, other: &Value, path: &str) -> Option<(String, String, String)> {
    match (one, other) {
        (Value::Object(a), Value::Object(b)) if a.keys().eq(b.keys()) => a
            .iter()
            .zip(b.values())
            .find_map(|((name, a), b)| difference(a, b, &format!("{path}.{name}"))),
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => a
            .iter()
            .zip(b)
            .enumerate()
            .find_map(|(at, (a, b))| difference(a, b, &format!("{path}[{at}]"))),
        _ if one == other => None,
        _ => Some((path.to_owned(), one.to_string(), other.to_string())),
    }
}

/// Whether there is more in an answer than its frame: two empty answers are the same, too.
fn holds_something(data: &Value) -> bool {
    match data {
        Value::Object(fields) => fields
            .iter()
            .any(|(name, it)| name == "id" || name == "handle" || holds_something(it)),
        Value::Array(items) => items.iter().any(holds_something),
        _ => false,
    }
}
