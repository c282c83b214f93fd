//! A request that is sent twice is done once: what the first came to is what the second is told.

use super::db::{Conn, Statement};
use super::{chance, clock};
use diesel::sql_types::{Bool, Bytea, Uuid as UuidSql};
use diesel::{OptionalExtension, QueryResult, QueryableByName};
use diesel_async::RunQueryDsl;
use sha2::{Digest, Sha256};
use std::time::{Duration, Instant};
use uuid::Uuid;

/// A key as a client gave it for one field of one mutation, with whose it is and what came with it.
#[derive(Debug, Clone)]
pub struct Key {
    /// The field, such as `checkoutComplete`.
    pub mutation: &'static str,
    /// Whose key it is: `cart:<id>` or `user:<id>`.
    pub scope: String,
    /// What the client made up: 1 to 255 characters.
    pub key: String,
    /// SHA-256 of the input.
    pub input_hash: [u8; 32],
}

impl Key {
    /// The hash of an input, by its `Debug` text: give it tuples of plain values, so that the hash of an input stays the same when
    /// the program changes.
    #[must_use]
    pub fn hash_of(input: &impl std::fmt::Debug) -> [u8; 32] {
        Sha256::digest(format!("{input:?}")).into()
    }
}

/// How a request with a key begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Beginning {
    /// Nobody has done it: do it, and [`finish`] in the same transaction.
    New,
    /// It is done, and this came of it.
    Done(Uuid),
    /// The key was used with another input.
    OtherInput,
    /// The same request is being done at this moment.
    Running,
}

#[derive(QueryableByName)]
struct Got {
    #[diesel(sql_type = Bool)]
    got: bool,
}

#[derive(QueryableByName)]
struct Kept {
    #[diesel(sql_type = Bytea)]
    input_hash: Vec<u8>,
    #[diesel(sql_type = UuidSql)]
    outcome_id: Uuid,
}

/// Asks, as the first thing that a transaction does, whether the request was made before.
///
/// # Errors
/// Whatever the database says.
pub async fn begin(conn: &mut Conn, key: &Key) -> QueryResult<Beginning> {
    let lock: Got = Statement::new("SELECT pg_try_advisory_xact_lock(hashtextextended(")
        .text(format!("{}\n{}\n{}", key.mutation, key.scope, key.key))
        .sql(", 74101)) AS got")
        .get_result(conn)
        .await?;
    if !lock.got {
        return Ok(Beginning::Running);
    }
    let kept: Option<Kept> =
        Statement::new("SELECT input_hash, outcome_id FROM idempotency_keys WHERE mutation = ")
            .text(key.mutation)
            .sql(" AND scope = ")
            .text(&key.scope)
            .sql(" AND key = ")
            .text(&key.key)
            .get_result(conn)
            .await
            .optional()?;
    Ok(match kept {
        None => Beginning::New,
        Some(kept) if kept.input_hash == key.input_hash => Beginning::Done(kept.outcome_id),
        Some(_) => Beginning::OtherInput,
    })
}

/// Keeps what came of a request, in the transaction that did it.
///
/// # Errors
/// Whatever the database says.
pub async fn finish(conn: &mut Conn, key: &Key, outcome: Uuid) -> QueryResult<()> {
    Statement::new("INSERT INTO idempotency_keys (mutation, scope, key, input_hash, outcome_id, created_at) VALUES (")
        .text(key.mutation)
        .sql(", ")
        .text(&key.scope)
        .sql(", ")
        .text(&key.key)
        .sql(", ")
        .bytes(key.input_hash)
        .sql(", ")
        .uuid(outcome)
        .sql(", ")
        .time(clock::now())
        .sql(")")
        .execute(conn)
        .await?;
    Ok(())
}

/// How long a request waits for the same request to be done elsewhere; it holds no connection meanwhile.
const PATIENCE: Duration = Duration::from_secs(5);

/// Waits for another to be done with the same request.
#[derive(Debug)]
pub struct Patience(Instant);

impl Default for Patience {
    fn default() -> Self {
        Self(Instant::now())
    }
}

impl Patience {
    /// Waits a little, each time as long as chance has it; `false` when the whole took too long.
    pub async fn lasts(&self) -> bool {
        let pause = Duration::from_millis(20) + chance::up_to(Duration::from_millis(64));
        tokio::time::sleep(pause).await;
        self.0.elapsed() < PATIENCE
    }
}
