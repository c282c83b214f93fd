//! Gives told events their positions.
//!
//! Numbers from a sequence become visible out of order, and a reader that goes by `> last` would lose events. So positions are
//! given after the commit, by whoever holds one lock, in the order of the events' ids. The lock is held for milliseconds and
//! waits for no transaction but that of another relay: what is open elsewhere stalls nothing.

use super::log::{self, Head};
use super::{Rounds, Wake};
use crate::platform::background::Ending;
use crate::platform::chance;
use crate::platform::db::{Change, Conn, Database, DbError, Statement};
use crate::platform::telemetry::metrics;
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Bool, Uuid as UuidSql};
use diesel_async::RunQueryDsl;
use std::time::Duration;
use uuid::Uuid;

/// Events that get their positions in one transaction.
const BATCH: i64 = 500;

/// Positions that have a partition before the relay comes to them.
const AHEAD: i64 = 500_000;

/// How many positions one partition holds, as the function `event_partition` has it.
const PARTITION: i64 = 1_000_000;

/// How long the relay waits to be woken before it looks by itself.
const PATIENCE: Duration = Duration::from_millis(500);

/// How long it waits when another one is at it: that one may have begun before the event that woke this one was there.
const TURN: Duration = Duration::from_millis(20);

/// The longest wait after an error.
const LONGEST: Duration = Duration::from_secs(10);

/// Moves events from the outbox to the log. Any number of them may run, in any number of programs.
pub struct Relay {
    database: Database,
    wake: Wake,
    /// Told where the log ends when events got their positions.
    told: Option<Box<dyn Fn(Head) + Send + Sync>>,
    /// Where the log ended when it last saw it. Others may have moved it since, and make partitions then as this one does.
    at: Option<i64>,
    /// The highest partition that it knows to be there.
    made: Option<i64>,
}

/// What came of looking into the outbox once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// So many events got their positions; there may be more when it is as many as one transaction takes.
    Moved(i64),
    /// Another relay is at it.
    Busy,
}

impl Step {
    const fn is_full(self) -> bool {
        matches!(self, Self::Moved(BATCH..))
    }
}

impl Relay {
    /// A relay of this database, woken by `wake`.
    #[must_use]
    pub const fn new(database: Database, wake: Wake) -> Self {
        Self {
            database,
            wake,
            told: None,
            at: None,
            made: None,
        }
    }

    /// The same, telling `told` in this process where the log ends whenever events got their positions. Other processes are notified
    /// anyway.
    #[must_use]
    pub fn telling(self, told: impl Fn(Head) + Send + Sync + 'static) -> Self {
        Self {
            told: Some(Box::new(told)),
            ..self
        }
    }

    /// Works until it is asked to end. Errors are logged and waited out.
    pub async fn run(mut self, mut ending: Ending) {
        let (mut rounds, mut failures) = (Rounds::of(self.wake.clone()), 0);
        // Who was woken finds something as a rule.
        let mut woken = false;
        loop {
            let step = self.round(woken).await;
            failures = step.as_ref().map_or(failures + 1, |_| 0);
            if let Err(error) = &step {
                metrics().relay_failures.increment(1);
                tracing::warn!(%error, failures, "events get no positions for now");
            }
            let next = async {
                match step {
                    Ok(step) if step.is_full() => return true,
                    Ok(Step::Moved(_)) => return rounds.next(PATIENCE).await,
                    Ok(Step::Busy) => tokio::time::sleep(TURN).await,
                    Err(_) => tokio::time::sleep(chance::back_off(failures, LONGEST)).await,
                }
                false
            };
            woken = tokio::select! {
                biased;
                () = ending.asked() => return,
                woken = next => woken,
            };
        }
    }

    /// A step, when there is something to do or it was woken for it: a look costs less than a transaction.
    async fn round(&mut self, woken: bool) -> Result<Step, DbError> {
        if woken || self.is_told().await? {
            self.step().await
        } else {
            Ok(Step::Moved(0))
        }
    }

    /// Gives positions to all events that are there, and tells how many it gave; the rest, when another relay is at it, will be
    /// told by that one.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn pass(&mut self) -> Result<i64, DbError> {
        let mut sum = 0;
        self.at = None;
        loop {
            let step = self.step().await?;
            if let Step::Moved(moved) = step {
                sum += moved;
            }
            if !step.is_full() {
                return Ok(sum);
            }
        }
    }

    /// Gives positions to as many events as one transaction takes.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn step(&mut self) -> Result<Step, DbError> {
        self.prepare().await?;
        let came = self.database.make(&Batch).await;
        // Somebody may have moved the end to where no partition is, or brought back a copy without the partitions that were made.
        let came = came.inspect_err(|_| (self.at, self.made) = (None, None))?;
        Ok(match came {
            Came::Moved(moved, head) => {
                self.at = Some(head.position);
                metrics().relayed.increment(moved.unsigned_abs());
                if let Some(told) = &self.told {
                    told(head);
                }
                Step::Moved(moved)
            }
            Came::Nothing => Step::Moved(0),
            Came::Busy => Step::Busy,
        })
    }

    /// Whether there is something to add to the log.
    async fn is_told(&self) -> Result<bool, DbError> {
        let mut conn = self.database.get().await?;
        let found = Statement::new("SELECT FROM relay_head WHERE EXISTS (SELECT FROM outbox_new)")
            .execute(&mut *conn)
            .await?;
        Ok(found > 0)
    }

    /// Sees to it that there are partitions for what comes next. They are made long before they are needed, so that it is no
    /// fault when it does not succeed this time.
    async fn prepare(&mut self) -> Result<(), DbError> {
        let position = match self.at {
            Some(at) => at,
            None => log::head(&mut *self.database.get().await?).await?.position,
        };
        self.at = Some(position);
        let ahead = position.saturating_add(AHEAD) / PARTITION;
        if self.made.is_some_and(|made| made >= ahead) {
            return Ok(());
        }
        match self.database.make(&Partitions { position }).await {
            Ok(true) => self.made = Some(ahead),
            Ok(false) => {}
            Err(error) => tracing::warn!(%error, "a partition for events could not be made yet"),
        }
        Ok(())
    }
}

#[derive(QueryableByName)]
struct Moved {
    #[diesel(sql_type = BigInt)]
    moved: i64,
    #[diesel(sql_type = UuidSql)]
    epoch: Uuid,
    #[diesel(sql_type = BigInt)]
    position: i64,
}

#[derive(QueryableByName)]
struct Got {
    #[diesel(sql_type = Bool)]
    got: bool,
}

/// The partitions of a position and of what comes well after it.
struct Partitions {
    position: i64,
}

impl Change for Partitions {
    type Done = bool;
    type Refusal = DbError;

    async fn run(&self, conn: &mut Conn) -> Result<bool, DbError> {
        // Two that make the same one would stumble over each other.
        if !turn(conn).await? {
            return Ok(false);
        }
        Statement::new("SELECT event_partition(")
            .bigint(self.position)
            .sql("), event_partition(")
            .bigint(self.position + AHEAD)
            .sql(")")
            .execute(conn)
            .await?;
        Ok(true)
    }
}

/// Gives positions to the next events.
struct Batch;

/// What came of it.
enum Came {
    /// Another relay is at it.
    Busy,
    /// There was nothing to do.
    Nothing,
    /// So many events got their positions, and the log ends here now.
    Moved(i64, Head),
}

impl Change for Batch {
    type Done = Came;
    type Refusal = DbError;

    async fn run(&self, conn: &mut Conn) -> Result<Came, DbError> {
        if !turn(conn).await? {
            return Ok(Came::Busy);
        }
        // A statement of its own after the lock, so that it sees what the relay before it did. Those in other processes who hear of it
        // are told where the log ends: who has read so far need not ask.
        let moved: Vec<Moved> = Statement::new(
            "WITH h AS (SELECT position FROM relay_head FOR UPDATE), \
             d AS (DELETE FROM outbox_new WHERE id = ANY(ARRAY(SELECT id FROM outbox_new ORDER BY id LIMIT ",
        )
        .literal(BATCH)
        .sql(
            ")) RETURNING id, kind, subject_id, audiences, facts, told_at), \
             i AS (INSERT INTO events (position, id, kind, subject_id, audiences, facts, told_at) \
             SELECT h.position + row_number() OVER (ORDER BY d.id), d.id, d.kind, d.subject_id, d.audiences, d.facts, d.told_at FROM d, h \
             RETURNING position, audiences), \
             a AS (INSERT INTO event_audiences (audience, position) SELECT DISTINCT unnest(i.audiences), i.position FROM i), \
             n AS (SELECT count(*) AS moved FROM i) \
             UPDATE relay_head r SET position = r.position + n.moved FROM n WHERE n.moved > 0 RETURNING n.moved, r.epoch, r.position, \
             pg_notify('lilium_events', replace(r.epoch::text, '-', '') || '.' || r.position)",
        )
        .load(conn)
        .await?;
        let came = moved.into_iter().next().map(|batch| {
            let head = Head {
                epoch: batch.epoch,
                position: batch.position,
            };
            Came::Moved(batch.moved, head)
        });
        Ok(came.unwrap_or(Came::Nothing))
    }
}

/// Takes the lock by which relays take turns, if it is free.
async fn turn(conn: &mut Conn) -> Result<bool, DbError> {
    let lock: Got = Statement::new("SELECT pg_try_advisory_xact_lock(74101, 3) AS got")
        .get_result(conn)
        .await?;
    Ok(lock.got)
}
