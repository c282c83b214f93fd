//! Gives told events their positions.
//!
//! Numbers from a sequence become visible out of order, and a reader that goes by `> last` would lose events. So positions are
//! given after the commit, by whoever holds one lock, in the order of the events' ids. The lock is held for milliseconds and
//! waits for no transaction but that of another relay: what is open elsewhere stalls nothing.

use super::Wake;
use crate::platform::background::Ending;
use crate::platform::chance;
use crate::platform::db::{Change, Conn, Database, DbError, Statement};
use crate::platform::telemetry::metrics;
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Bool};
use diesel_async::RunQueryDsl;
use std::time::Duration;

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
    /// Woken when events got their positions.
    moved: Vec<Wake>,
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
            moved: Vec::new(),
            made: None,
        }
    }

    /// The same, waking `moved` in this process whenever events got their positions. Other processes are notified anyway.
    #[must_use]
    pub fn telling(self, moved: Vec<Wake>) -> Self {
        Self { moved, ..self }
    }

    /// Works until it is asked to end. Errors are logged and waited out.
    pub async fn run(mut self, mut ending: Ending) {
        let mut failures = 0;
        loop {
            let step = self.step().await;
            failures = step.as_ref().map_or(failures + 1, |_| 0);
            if let Err(error) = &step {
                metrics().relay_failures.increment(1);
                tracing::warn!(%error, failures, "events get no positions for now");
            }
            let wake = self.wake.clone();
            let rest = async {
                match step {
                    Ok(step) if step.is_full() => {}
                    Ok(Step::Moved(_)) => {
                        let _ = tokio::time::timeout(PATIENCE, wake.woken()).await;
                    }
                    Ok(Step::Busy) => tokio::time::sleep(TURN).await,
                    Err(_) => tokio::time::sleep(chance::back_off(failures, LONGEST)).await,
                }
            };
            tokio::select! {
                biased;
                () = ending.asked() => return,
                () = rest => {}
            }
        }
    }

    /// Gives positions to all events that are there, and tells how many it gave; the rest, when another relay is at it, will be
    /// told by that one.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn pass(&mut self) -> Result<i64, DbError> {
        let mut sum = 0;
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
        let Some(head) = self.look().await? else {
            return Ok(Step::Moved(0));
        };
        self.prepare(head.position).await;
        let step = self.database.make(&Batch).await?;
        if let Step::Moved(moved @ 1..) = step {
            metrics().relayed.increment(moved.unsigned_abs());
            self.moved.iter().for_each(Wake::wake);
        }
        Ok(step)
    }

    /// Where the log ends, when there is something to add to it.
    async fn look(&self) -> Result<Option<Head>, DbError> {
        let mut conn = self.database.get().await?;
        let head: Vec<Head> =
            Statement::new("SELECT position FROM relay_head WHERE EXISTS (SELECT FROM outbox_new)")
                .load(&mut *conn)
                .await?;
        Ok(head.into_iter().next())
    }

    /// Sees to it that there are partitions for what comes next. They are made long before they are needed, so that it is no
    /// fault when it does not succeed this time.
    async fn prepare(&mut self, position: i64) {
        let ahead = (position + AHEAD) / PARTITION;
        if self.made.is_some_and(|made| made >= ahead) {
            return;
        }
        match self.database.make(&Partitions { position }).await {
            Ok(true) => self.made = Some(ahead),
            Ok(false) => {}
            Err(error) => tracing::warn!(%error, "a partition for events could not be made yet"),
        }
    }
}

#[derive(QueryableByName)]
struct Head {
    #[diesel(sql_type = BigInt)]
    position: i64,
}

#[derive(QueryableByName)]
struct Moved {
    #[diesel(sql_type = BigInt)]
    moved: i64,
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

impl Change for Batch {
    type Done = Step;
    type Refusal = DbError;

    async fn run(&self, conn: &mut Conn) -> Result<Step, DbError> {
        if !turn(conn).await? {
            return Ok(Step::Busy);
        }
        // A statement of its own after the lock, so that it sees what the relay before it did.
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
             UPDATE relay_head SET position = position + n.moved FROM n WHERE n.moved > 0 RETURNING n.moved, pg_notify('lilium_events', '')",
        )
        .load(conn)
        .await?;
        Ok(Step::Moved(
            moved.into_iter().map(|batch| batch.moved).sum(),
        ))
    }
}

/// Takes the lock by which relays take turns, if it is free.
async fn turn(conn: &mut Conn) -> Result<bool, DbError> {
    let lock: Got = Statement::new("SELECT pg_try_advisory_xact_lock(74101, 3) AS got")
        .get_result(conn)
        .await?;
    Ok(lock.got)
}
