//! The statements of a checkout once more, by a plain client: with ids of their own each time, and nothing between them.

use super::drive::Asker;
use super::recording::Sent;
use bytes::BytesMut;
use futures_util::future::BoxFuture;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};
use tokio_postgres::{Client, Statement};
use uuid::Uuid;

/// What the program does besides, whoever buys: events get their positions, and those who follow are told.
const BESIDES: [&str; 4] = ["relay_head", "pg_notify", "FROM outbox_new", "LISTEN "];

/// What was sent while one cart was bought.
#[derive(Debug, Clone)]
pub struct Recording {
    statements: Arc<Vec<Sent>>,
    /// The ids that were made for it.
    made: Vec<Uuid>,
}

impl Recording {
    /// Of what was sent since a moment, in milliseconds since 1970; without what the program does besides.
    pub fn of(sent: Vec<Sent>, since: u64) -> Self {
        let statements = foreground(sent);
        let mut made = Vec::new();
        for value in statements
            .iter()
            .filter_map(|one| one.values.as_ref())
            .flatten()
            .flatten()
        {
            for bytes in value.windows(16) {
                let id = Uuid::from_slice(bytes).unwrap();
                if is_made(id, since) && !made.contains(&id) {
                    made.push(id);
                }
            }
        }
        Self {
            statements: Arc::new(statements),
            made,
        }
    }

    /// How many statements there are.
    pub fn len(&self) -> usize {
        self.statements.len()
    }

    /// Whether an order was written.
    pub fn places_an_order(&self) -> bool {
        let mut texts = self.statements.iter().map(|one| one.sql.replace('"', ""));
        texts.any(|sql| sql.contains("INSERT INTO orders"))
    }
}

/// Milliseconds since 1970.
pub fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    u64::try_from(since.as_millis()).unwrap()
}

/// Whether an id was made since a moment: ids of the seventh version say when.
fn is_made(id: Uuid, since: u64) -> bool {
    let made = (id.as_u128() >> 80) as u64;
    let is_seventh = id.get_version_num() == 7 && id.as_bytes()[8] >> 6 == 2;
    is_seventh && (since..=now()).contains(&made)
}

/// The statements of the requests: whole transactions, or single ones.
fn foreground(sent: Vec<Sent>) -> Vec<Sent> {
    let mut open: HashMap<usize, Vec<Sent>> = HashMap::new();
    let mut kept = Vec::new();
    for one in sent {
        let connection = one.connection;
        let word = one.sql.trim_start().to_uppercase();
        let unit = open.entry(connection).or_default();
        let begins = word.starts_with("BEGIN") || word.starts_with("START TRANSACTION");
        let ends = word.starts_with("COMMIT") || word.starts_with("ROLLBACK");
        let is_within = begins || !unit.is_empty();
        unit.push(one);
        if ends || !is_within {
            let unit = std::mem::take(unit);
            let is_besides = |one: &Sent| BESIDES.iter().any(|text| one.sql.contains(text));
            if !unit.iter().any(is_besides) {
                kept.extend(unit);
            }
        }
    }
    kept
}

/// Somebody who sends a recording again and again.
pub struct Replay {
    client: Client,
    recording: Recording,
    /// By their place in the recording; none for what is sent as plain text.
    prepared: Vec<Option<Statement>>,
}

impl Replay {
    /// On this connection.
    pub async fn new(client: Client, recording: Recording) -> Self {
        let mut prepared = Vec::new();
        let mut known: HashMap<String, Statement> = HashMap::new();
        for one in recording.statements.iter() {
            if one.values.is_none() {
                prepared.push(None);
                continue;
            }
            if !known.contains_key(&one.sql) {
                let types: Vec<Type> = one.types.iter().map(|number| named(*number)).collect();
                let statement = client.prepare_typed(&one.sql, &types).await;
                known.insert(one.sql.clone(), statement.unwrap());
            }
            prepared.push(known.get(&one.sql).cloned());
        }
        Self {
            client,
            recording,
            prepared,
        }
    }

    async fn send(&self) {
        let names: Vec<(Uuid, Uuid)> = self
            .recording
            .made
            .iter()
            .map(|id| (*id, Uuid::now_v7()))
            .collect();
        for (one, prepared) in self.recording.statements.iter().zip(&self.prepared) {
            let sent = match (prepared, &one.values) {
                (Some(statement), Some(values)) => {
                    let values: Vec<Raw> = values.iter().map(|it| renamed(it, &names)).collect();
                    let values: Vec<&(dyn ToSql + Sync)> =
                        values.iter().map(|it| it as &(dyn ToSql + Sync)).collect();
                    self.client.query(statement, &values).await.map(|_| ())
                }
                _ => self.client.batch_execute(&one.sql).await,
            };
            if let Err(error) = sent {
                panic!("a recorded statement failed: {error:?}: {}", one.sql);
            }
        }
    }
}

impl Asker for Replay {
    fn ask(&mut self, _: usize) -> BoxFuture<'_, ()> {
        Box::pin(self.send())
    }
}

/// A type of PostgreSQL's own; it finds out by itself what others are.
fn named(number: u32) -> Type {
    Type::from_oid(number).unwrap_or(Type::UNKNOWN)
}

/// A value as the protocol carries it.
#[derive(Debug)]
struct Raw(Option<Vec<u8>>);

impl ToSql for Raw {
    fn to_sql(
        &self,
        _: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match &self.0 {
            None => Ok(IsNull::Yes),
            Some(bytes) => {
                out.extend_from_slice(bytes);
                Ok(IsNull::No)
            }
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

/// A value with other ids in the place of those that were made, as bytes and as text.
fn renamed(value: &Option<Vec<u8>>, names: &[(Uuid, Uuid)]) -> Raw {
    let mut value = value.clone();
    if let Some(bytes) = &mut value {
        for (old, new) in names {
            replace(bytes, old.as_bytes(), new.as_bytes());
            if bytes.len() >= 36 {
                replace(
                    bytes,
                    old.to_string().as_bytes(),
                    new.to_string().as_bytes(),
                );
            }
        }
    }
    Raw(value)
}

/// Writes `new` over each `old`, which is as long.
fn replace(bytes: &mut [u8], old: &[u8], new: &[u8]) {
    let mut at = 0;
    while at + old.len() <= bytes.len() {
        if bytes[at..].starts_with(old) {
            bytes[at..at + old.len()].copy_from_slice(new);
            at += old.len();
        } else {
            at += 1;
        }
    }
}
