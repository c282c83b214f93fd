//! The one task of a process that reads the log of events.

use super::{Hub, REMEMBERED};
use crate::platform::background::Ending;
use crate::platform::chance;
use crate::platform::db::{Conn, Database, DbError};
use crate::platform::outbox::Rounds;
use crate::platform::outbox::log::{self, Head, Tail};
use std::time::{Duration, Instant};
use uuid::Uuid;

/// How long the reader waits to be woken before it looks by itself.
const PATIENCE: Duration = Duration::from_millis(500);

/// How long it counts that no event was waiting for its position. To look goes through all that was told since the last vacuum, and
/// the reader is woken by every change.
const LOOKED: Duration = Duration::from_millis(200);

/// The longest wait after an error.
const LONGEST: Duration = Duration::from_secs(5);

/// Reads the log until it is asked to end. Errors are logged and waited out.
pub async fn run(hub: Hub, database: Database, mut ending: Ending) {
    let (mut rounds, mut failures) = (Rounds::of(hub.0.wake.clone()), 0_u32);
    let mut reader = Reader {
        hub,
        database,
        last: None,
        looked: None,
    };
    loop {
        let rest = match reader.read().await {
            Ok(()) => {
                failures = 0;
                PATIENCE
            }
            Err(error) => {
                failures += 1;
                tracing::warn!(%error, failures, "the log of events cannot be read for now");
                chance::back_off(failures, LONGEST)
            }
        };
        tokio::select! {
            biased;
            () = ending.asked() => return,
            () = reader.next(&mut rounds, rest) => {}
        }
    }
}

struct Reader {
    hub: Hub,
    database: Database,
    /// The last event that was read, by which an older copy of the database gives itself away.
    last: Option<Uuid>,
    /// When it last saw that no event has waited too long.
    looked: Option<Instant>,
}

impl Reader {
    /// Waits until there may be something to read, but no longer than `rest`.
    async fn next(&self, rounds: &mut Rounds, rest: Duration) {
        let begin = Instant::now();
        loop {
            let woken = rounds.next(rest.saturating_sub(begin.elapsed())).await;
            if !woken || self.hub.is_due() || begin.elapsed() >= rest {
                return;
            }
            rounds.skip();
        }
    }

    /// Reads all that has come: by one statement, as a rule.
    async fn read(&mut self) -> Result<(), DbError> {
        self.hub.begins_to_read();
        let mut conn = self.database.get().await?;
        loop {
            let asked = Instant::now();
            let Some(known) = self.hub.known() else {
                let head = log::head(&mut conn).await?;
                self.begin(&mut conn, head).await?;
                continue;
            };
            // The event that was read last is read once more: after a restore another one stands in its place.
            let tail = log::tail(&mut conn, known.position).await?;
            let head = tail.head;
            if head.epoch != known.epoch {
                self.begin(&mut conn, head).await?;
                continue;
            }
            if !self.may_follow(&known, &tail) {
                self.restored(&mut conn, known).await?;
                continue;
            }
            let mut events = tail.events;
            events.retain(|event| event.position > known.position);
            if head.position > known.position {
                let next = events.first().map(|event| event.position);
                if next != Some(known.position + 1) {
                    // They were dropped before this process came to them: whoever follows reads afresh.
                    self.begin(&mut conn, head).await?;
                    continue;
                }
                self.last = events.last().map(|event| event.id);
                self.hub.take(events);
            }
            // One reading has its bound.
            if self
                .hub
                .known()
                .is_some_and(|now| now.position < head.position)
            {
                continue;
            }
            // While nobody gives positions, an end that stays where it was says nothing.
            if !self.is_behind(&mut conn).await? {
                self.hub.heard(asked);
            }
            return Ok(());
        }
    }

    /// Whether events wait for their positions, so that the log does not tell all that has happened.
    async fn is_behind(&mut self, conn: &mut Conn) -> Result<bool, DbError> {
        if self.looked.is_some_and(|at| at.elapsed() < LOOKED) {
            return Ok(false);
        }
        let looked = Instant::now();
        let behind = log::is_behind(conn).await?;
        self.looked = (!behind).then_some(looked);
        Ok(behind)
    }

    /// Whether this may be the log that was read so far: it ends no earlier, and no other event stands where the last one did.
    fn may_follow(&self, known: &Head, tail: &Tail) -> bool {
        let there = tail.events.first();
        let there = there.filter(|event| event.position == known.position);
        let another = there
            .zip(self.last)
            .is_some_and(|(now, then)| now.id != then);
        known.position <= tail.head.position && !another
    }

    /// Positions mean other events than they did, and nobody said so: the database is an older copy of itself. A new epoch says it to all
    /// who keep positions, wherever they are.
    async fn restored(&self, conn: &mut Conn, known: Head) -> Result<(), DbError> {
        tracing::warn!(
            position = known.position,
            "the database is an older copy than it was: events begin a new epoch"
        );
        log::begin_epoch(conn, known.epoch).await?;
        Ok(())
    }

    /// Begins with the last events before the end of the log, so that whoever comes back shortly after a start is served from memory.
    async fn begin(&mut self, conn: &mut Conn, head: Head) -> Result<(), DbError> {
        let remembered = i64::try_from(REMEMBERED).unwrap_or(log::MOST);
        let before = (head.position - remembered.min(log::MOST)).max(0);
        let mut events = log::after(conn, before, log::MOST).await?;
        events.retain(|event| event.position <= head.position);
        let whole = events
            .iter()
            .zip(1..)
            .all(|(event, at)| event.position == before + at)
            && events.last().map_or(before, |event| event.position) == head.position;
        let last = events
            .last()
            .filter(|event| event.position == head.position);
        self.last = last.map(|event| event.id);
        self.hub
            .begin(head, if whole { events } else { Vec::new() });
        Ok(())
    }
}
