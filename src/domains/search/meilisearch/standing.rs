//! How far the indexes have come.

use super::{FORMAT, Meilisearch};
use crate::platform::clock;
use crate::platform::db::{Database, DbError, Statement};
use crate::platform::telemetry::metrics;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Nullable, Text, Timestamptz};
use diesel_async::RunQueryDsl;
use std::sync::Arc;

/// How far an engine is behind the database.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Lag {
    /// Events that it was not told of yet.
    pub events: u64,
    /// The age of the oldest of them.
    pub seconds: u64,
}

/// How far the indexes have come.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Standing {
    /// How far they are behind.
    pub lag: Lag,
    /// Indexes that hold all products, as this program makes them; none when what they hold is of another epoch.
    pub whole: Vec<String>,
    /// Documents that the server refused.
    pub dead_letters: u64,
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = BigInt)]
    events: i64,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    oldest: Option<DateTime<Utc>>,
    #[diesel(sql_type = Array<Text>)]
    whole: Vec<String>,
    #[diesel(sql_type = BigInt)]
    dead_letters: i64,
}

impl Meilisearch {
    /// How far the indexes have come, as it was a second ago at the most.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn standing(&self, database: &Database) -> Result<Standing, Arc<DbError>> {
        self.standing.try_get_with((), read(database)).await
    }

    /// Forgets how far they had come.
    pub async fn moved(&self) {
        self.standing.invalidate(&()).await;
    }
}

async fn read(database: &Database) -> Result<Standing, DbError> {
    let mut conn = database.get().await?;
    let row: Option<Row> = Statement::new(
        "SELECT h.position - c.position AS events, \
         (SELECT e.told_at FROM events e WHERE e.position > c.position ORDER BY e.position LIMIT 1) AS oldest, \
         ARRAY(SELECT name FROM search_indexes WHERE format = ",
    )
    .integer(FORMAT)
    .sql(
        ") AS whole, (SELECT count(*) FROM search_dead_letters) AS dead_letters \
         FROM event_consumers c JOIN relay_head h ON h.epoch = c.epoch WHERE c.name = ",
    )
    .text(super::super::feed::CONSUMER.name)
    .get_result(&mut conn)
    .await
    .optional()?;
    let Some(row) = row else {
        return Ok(Standing::default());
    };
    let age = row.oldest.map(|oldest| clock::now() - oldest);
    let standing = Standing {
        lag: Lag {
            events: u64::try_from(row.events).unwrap_or_default(),
            seconds: age
                .and_then(|age| u64::try_from(age.num_seconds()).ok())
                .unwrap_or_default(),
        },
        whole: row.whole,
        dead_letters: u64::try_from(row.dead_letters).unwrap_or_default(),
    };
    metrics().search_standing(
        standing.lag.events,
        standing.lag.seconds,
        standing.dead_letters,
    );
    Ok(standing)
}
