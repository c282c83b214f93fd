//! What happened, in the one order that everybody sees alike, for those who act on it.

mod consumer;

pub use consumer::{Advance, Consumer, Standing, Start};

use super::Audience;
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

/// The end of the log with what stands before it, as they were at one moment.
#[derive(Debug)]
pub struct Tail {
    /// Where the log ends.
    pub head: Head,
    /// What stands there from the position on that was asked for, in order: no more than [`MOST`].
    pub events: Vec<LoggedEvent>,
}

/// A row of [`Tail`]: the head, and an event beside it where there is one.
#[derive(QueryableByName)]
struct Beside {
    #[diesel(sql_type = UuidSql)]
    epoch: Uuid,
    #[diesel(sql_type = BigInt)]
    head: i64,
    #[diesel(sql_type = Nullable<BigInt>)]
    position: Option<i64>,
    #[diesel(sql_type = Nullable<UuidSql>)]
    id: Option<Uuid>,
    #[diesel(sql_type = Nullable<Text>)]
    kind: Option<String>,
    #[diesel(sql_type = Nullable<UuidSql>)]
    subject_id: Option<Uuid>,
    #[diesel(sql_type = Nullable<Array<Text>>)]
    audiences: Option<Vec<String>>,
    #[diesel(sql_type = Nullable<Jsonb>)]
    facts: Option<Value>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    told_at: Option<DateTime<Utc>>,
}

impl Beside {
    fn event(self) -> Option<LoggedEvent> {
        let row = Row {
            position: self.position?,
            id: self.id?,
            kind: self.kind?,
            subject_id: self.subject_id?,
            audiences: self.audiences?,
            facts: self.facts?,
            told_at: self.told_at?,
        };
        Some(row.into())
    }
}

/// Where the log ends, and what stands there from `position` on, by one statement.
///
/// # Errors
/// Whatever the database says.
pub async fn tail(conn: &mut Conn, position: i64) -> QueryResult<Tail> {
    let rows: Vec<Beside> = Statement::new(
        "SELECT h.epoch, h.position AS head, e.position, e.id, e.kind, e.subject_id, e.audiences, e.facts, e.told_at \
         FROM relay_head h LEFT JOIN LATERAL (SELECT position, id, kind, subject_id, audiences, facts, told_at \
         FROM events WHERE position >= ",
    )
    .bigint(position)
    .sql(" ORDER BY position LIMIT ")
    .literal(MOST)
    .sql(") e ON true ORDER BY e.position")
    .load(conn)
    .await?;
    let head = rows.as_slice().first().map(|row| Head {
        epoch: row.epoch,
        position: row.head,
    });
    Ok(Tail {
        head: head.ok_or(diesel::result::Error::NotFound)?,
        events: rows.into_iter().filter_map(Beside::event).collect(),
    })
}

/// The events of some kinds in a stretch of the log, for those whom no others concern.
#[derive(Debug)]
pub struct Passage {
    /// The events of these kinds, in their order.
    pub events: Vec<LoggedEvent>,
    /// Up to this position there are no others of them.
    pub to: i64,
}

/// Positions that one such reading goes through: it shall take no longer than a statement may.
const WIDE: i64 = 10_000;

/// The events of these kinds that come after a position, `limit` of them at the most, and how far that is: to `head`, unless there are more.
///
/// # Errors
/// Whatever the database says.
pub async fn passage(
    conn: &mut Conn,
    kinds: &[&str],
    position: i64,
    head: i64,
    limit: i64,
) -> QueryResult<Passage> {
    let limit = limit.clamp(1, MOST);
    let to = head.min(position.saturating_add(WIDE));
    let rows: Vec<Row> = Statement::new(
        "SELECT position, id, kind, subject_id, audiences, facts, told_at FROM events WHERE position > ",
    )
    .bigint(position)
    .sql(" AND position <= ")
    .bigint(to)
    .sql(" AND kind = ANY(")
    .texts(kinds.iter().map(|kind| (*kind).to_owned()).collect())
    .sql(") ORDER BY position LIMIT ")
    .literal(limit)
    .load(conn)
    .await?;
    let events: Vec<LoggedEvent> = rows.into_iter().map(LoggedEvent::from).collect();
    let is_full = i64::try_from(events.len()).unwrap_or(MOST) >= limit;
    let last = events.last().map(|event| event.position);
    Ok(Passage {
        to: last.filter(|_| is_full).unwrap_or(to),
        events,
    })
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
    Ok(beginning(conn).await? > position)
}

/// The position before the first event that is still there.
///
/// # Errors
/// Whatever the database says.
pub async fn beginning(conn: &mut Conn) -> QueryResult<i64> {
    let oldest: Option<Oldest> =
        Statement::new("SELECT position FROM events ORDER BY position LIMIT 1")
            .get_result(conn)
            .await
            .optional()?;
    Ok(match oldest {
        Some(oldest) => oldest.position.saturating_sub(1),
        None => head(conn).await?.position,
    })
}

#[derive(QueryableByName)]
struct Oldest {
    #[diesel(sql_type = BigInt)]
    position: i64,
}
