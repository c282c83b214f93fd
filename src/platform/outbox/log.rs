//! What happened, in the one order that everybody sees alike, for those who act on it.

use super::Audience;
use crate::platform::clock;
use crate::platform::db::{Conn, Statement};
use chrono::{DateTime, Utc};
use diesel::sql_types::{Array, BigInt, Bool, Jsonb, Nullable, Text, Timestamptz, Uuid as UuidSql};
use diesel::{OptionalExtension, QueryResult, QueryableByName};
use diesel_async::RunQueryDsl;
use serde_json::Value;
use uuid::Uuid;

/// Events that one reading answers at the most.
pub const MOST: i64 = 1_000;

/// Where the log ends. With its epoch, a position is one that can be kept: after a restore of an older copy of the database the
/// positions begin to mean other events, and the epoch is another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, QueryableByName)]
pub struct Head {
    /// Of which count the position is.
    #[diesel(sql_type = UuidSql)]
    pub epoch: Uuid,
    /// The last position that was given; 0 when none was.
    #[diesel(sql_type = BigInt)]
    pub position: i64,
}

/// An event with its position.
#[derive(Debug, Clone, PartialEq)]
pub struct LoggedEvent {
    /// Its place: without gaps, and never given after a higher one was seen.
    pub position: i64,
    /// Its id: the same however often it is acted on.
    pub id: Uuid,
    /// What happened, such as `order.placed`.
    pub kind: String,
    /// What it happened to.
    pub subject_id: Uuid,
    /// Who may see it.
    pub audiences: Vec<Audience>,
    /// Ids and states.
    pub facts: Value,
    /// When it was told.
    pub told_at: DateTime<Utc>,
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = BigInt)]
    position: i64,
    #[diesel(sql_type = UuidSql)]
    id: Uuid,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = UuidSql)]
    subject_id: Uuid,
    #[diesel(sql_type = Array<Text>)]
    audiences: Vec<String>,
    #[diesel(sql_type = Jsonb)]
    facts: Value,
    #[diesel(sql_type = Timestamptz)]
    told_at: DateTime<Utc>,
}

impl From<Row> for LoggedEvent {
    fn from(row: Row) -> Self {
        // An audience of another make is nobody whom this program knows.
        let audiences = row.audiences.iter().filter_map(|text| Audience::read(text));
        Self {
            position: row.position,
            id: row.id,
            kind: row.kind,
            subject_id: row.subject_id,
            audiences: audiences.collect(),
            facts: row.facts,
            told_at: row.told_at,
        }
    }
}

/// Where the log ends.
///
/// # Errors
/// Whatever the database says.
pub async fn head(conn: &mut Conn) -> QueryResult<Head> {
    Statement::new("SELECT epoch, position FROM relay_head")
        .get_result(conn)
        .await
}

/// Where the log ends, and what stands there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, QueryableByName)]
pub struct End {
    /// Where it ends.
    #[diesel(embed)]
    pub head: Head,
    /// The id of the last event; nothing when it is kept no more, or there was none.
    #[diesel(sql_type = Nullable<UuidSql>)]
    pub last: Option<Uuid>,
}

/// Where the log ends, and what stands there.
///
/// # Errors
/// Whatever the database says.
pub async fn end(conn: &mut Conn) -> QueryResult<End> {
    Statement::new(
        "SELECT h.epoch, h.position, e.id AS last FROM relay_head h LEFT JOIN events e ON e.position = h.position",
    )
    .get_result(conn)
    .await
}

/// Begins a new epoch where `old` has not ended yet: its positions have come to mean other events.
///
/// # Errors
/// Whatever the database says.
pub async fn begin_epoch(conn: &mut Conn, old: Uuid) -> QueryResult<()> {
    Statement::new("UPDATE relay_head SET epoch = gen_random_uuid() WHERE epoch = ")
        .uuid(old)
        .execute(conn)
        .await?;
    Ok(())
}

/// Whether an event has waited for its position for most of a second: then the log does not tell all that has happened, however often it
/// is read.
///
/// # Errors
/// Whatever the database says.
pub async fn is_behind(conn: &mut Conn) -> QueryResult<bool> {
    let waiting: Waiting = Statement::new(
        "SELECT EXISTS (SELECT FROM outbox_new WHERE told_at < clock_timestamp() - interval '800 milliseconds') AS long",
    )
    .get_result(conn)
    .await?;
    Ok(waiting.long)
}

#[derive(QueryableByName)]
struct Waiting {
    #[diesel(sql_type = Bool)]
    long: bool,
}

/// The events that come after a position, in their order: `limit` of them, and no more than [`MOST`].
///
/// # Errors
/// Whatever the database says.
pub async fn after(conn: &mut Conn, position: i64, limit: i64) -> QueryResult<Vec<LoggedEvent>> {
    let rows: Vec<Row> = Statement::new(
        "SELECT position, id, kind, subject_id, audiences, facts, told_at FROM events WHERE position > ",
    )
    .bigint(position)
    .sql(" ORDER BY position LIMIT ")
    .literal(limit.clamp(1, MOST))
    .load(conn)
    .await?;
    Ok(rows.into_iter().map(LoggedEvent::from).collect())
}

/// The events after a position that one of `audiences` may see, in their order: `limit` of them, and no more than [`MOST`].
///
/// # Errors
/// Whatever the database says.
pub async fn after_for(
    conn: &mut Conn,
    audiences: &[Audience],
    position: i64,
    limit: i64,
) -> QueryResult<Vec<LoggedEvent>> {
    let limit = limit.clamp(1, MOST);
    let audiences = audiences.iter().map(ToString::to_string).collect();
    // Each audience's own next ones first, so that no more rows are read than are asked for.
    let rows: Vec<Row> = Statement::new(
        "SELECT e.position, e.id, e.kind, e.subject_id, e.audiences, e.facts, e.told_at \
         FROM (SELECT DISTINCT s.position FROM unnest(",
    )
    .texts(audiences)
    .sql(") w(audience) CROSS JOIN LATERAL (SELECT a.position FROM event_audiences a WHERE a.audience = w.audience AND a.position > ")
    .bigint(position)
    .sql(" ORDER BY a.position LIMIT ")
    .literal(limit)
    .sql(") s ORDER BY s.position LIMIT ")
    .literal(limit)
    .sql(") seen JOIN events e ON e.position = seen.position ORDER BY e.position")
    .load(conn)
    .await?;
    Ok(rows.into_iter().map(LoggedEvent::from).collect())
}

/// How many events after a position one audience may see, counted no further than `most`.
///
/// # Errors
/// Whatever the database says.
pub async fn count_for(
    conn: &mut Conn,
    audience: Audience,
    position: i64,
    most: i64,
) -> QueryResult<i64> {
    let counted: Counted = Statement::new(
        "SELECT count(*) AS count FROM (SELECT FROM event_audiences WHERE audience = ",
    )
    .text(audience.to_string())
    .sql(" AND position > ")
    .bigint(position)
    .sql(" LIMIT ")
    .literal(most)
    .sql(") seen")
    .get_result(conn)
    .await?;
    Ok(counted.count)
}

#[derive(QueryableByName)]
struct Counted {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// Whether events after a position were dropped already.
///
/// # Errors
/// Whatever the database says.
pub async fn is_dropped(conn: &mut Conn, position: i64) -> QueryResult<bool> {
    let oldest: Option<Oldest> =
        Statement::new("SELECT position FROM events ORDER BY position LIMIT 1")
            .get_result(conn)
            .await
            .optional()?;
    Ok(match oldest {
        Some(oldest) => oldest.position.saturating_sub(1) > position,
        None => head(conn).await?.position > position,
    })
}

#[derive(QueryableByName)]
struct Oldest {
    #[diesel(sql_type = BigInt)]
    position: i64,
}

/// Where a consumer begins that was not there before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// With what happens from now on.
    Head,
    /// With the oldest event that is kept.
    Oldest,
}

/// Somebody who acts on each event once or more often, and keeps how far it has come.
#[derive(Debug, Clone, Copy)]
pub struct Consumer {
    /// Its name: lower case letters and `_`.
    pub name: &'static str,
    /// Where it begins.
    pub start: Start,
}

/// How far a consumer has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It has acted on everything up to this position, which is of the present epoch.
    At(Head),
    /// What it has acted on was of another epoch: it has to make anew what it made of events, and then goes on from the head by
    /// [`Consumer::restart`].
    OtherEpoch {
        /// Where the log ends now.
        head: Head,
    },
}

/// What came of a consumer's telling how far it has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Advance {
    /// It is kept.
    Done,
    /// It was further already, or the position is none that was given: nothing is changed.
    NotForwards,
    /// The position is of another epoch: nothing is changed.
    OtherEpoch,
}

impl Consumer {
    /// How far it has come. One that was not there before begins, and is there from now on.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn position(&self, conn: &mut Conn) -> QueryResult<Standing> {
        let at = match self.kept(conn).await? {
            Some(kept) => kept,
            None => self.begin(conn).await?,
        };
        let head = head(conn).await?;
        Ok(if at.epoch == head.epoch {
            Standing::At(at)
        } else {
            Standing::OtherEpoch { head }
        })
    }

    /// Keeps that it has acted on everything up to `position` of `epoch`: best in the transaction in which it acted.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn advance(
        &self,
        conn: &mut Conn,
        epoch: Uuid,
        position: i64,
    ) -> QueryResult<Advance> {
        let moved = Statement::new("UPDATE event_consumers c SET position = ")
            .bigint(position)
            .sql(", updated_at = ")
            .time(clock::now())
            .sql(" FROM relay_head h WHERE h.epoch = c.epoch AND c.epoch = ")
            .uuid(epoch)
            .sql(" AND c.name = ")
            .text(self.name)
            .sql(" AND c.position < ")
            .bigint(position)
            .sql(" AND h.position >= ")
            .bigint(position)
            .execute(conn)
            .await?;
        if moved > 0 {
            return Ok(Advance::Done);
        }
        Ok(match self.position(conn).await? {
            Standing::At(at) if at.epoch == epoch => Advance::NotForwards,
            _ => Advance::OtherEpoch,
        })
    }

    /// Goes on from `head`, wherever it was: for a consumer that has made anew what it made of events.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn restart(&self, conn: &mut Conn, head: Head) -> QueryResult<()> {
        Statement::new(
            "INSERT INTO event_consumers (name, epoch, position, updated_at) VALUES (",
        )
        .text(self.name)
        .sql(", ")
        .uuid(head.epoch)
        .sql(", ")
        .bigint(head.position)
        .sql(", ")
        .time(clock::now())
        .sql(") ON CONFLICT (name) DO UPDATE SET epoch = EXCLUDED.epoch, position = EXCLUDED.position, updated_at = EXCLUDED.updated_at")
        .execute(conn)
        .await?;
        Ok(())
    }

    async fn kept(&self, conn: &mut Conn) -> QueryResult<Option<Head>> {
        Statement::new("SELECT epoch, position FROM event_consumers WHERE name = ")
            .text(self.name)
            .get_result(conn)
            .await
            .optional()
    }

    /// Begins, unless another instance was faster.
    async fn begin(&self, conn: &mut Conn) -> QueryResult<Head> {
        Statement::new("INSERT INTO event_consumers (name, epoch, position, updated_at) SELECT ")
            .text(self.name)
            .sql(", epoch, CASE WHEN ")
            .bool(self.start == Start::Head)
            .sql(" THEN position ELSE 0 END, ")
            .time(clock::now())
            .sql(" FROM relay_head ON CONFLICT (name) DO NOTHING")
            .execute(conn)
            .await?;
        Statement::new("SELECT epoch, position FROM event_consumers WHERE name = ")
            .text(self.name)
            .get_result(conn)
            .await
    }
}
