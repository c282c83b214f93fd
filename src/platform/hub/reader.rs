//! The one task of a process that reads the log of events.

use super::{Hub, REMEMBERED};
use crate::platform::background::Ending;
use crate::platform::chance;
use crate::platform::db::{Conn, Database, DbError};
use crate::platform::outbox::log::{self, End, Head, LoggedEvent};
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
    let (wake, mut failures) = (hub.wake(), 0_u32);
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
            _ = tokio::time::timeout(rest, wake.woken()) => {}
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

/// What was read of the log.
enum Next {
    /// What comes after what was known, in order.
    Events(Vec<LoggedEvent>),
    /// What was known is not there: it is another log.
    Other,
}

impl Reader {
    /// Reads all that has come.
    async fn read(&mut self) -> Result<(), DbError> {
        let mut conn = self.database.get().await?;
        loop {
            let asked = Instant::now();
            let end = log::end(&mut conn).await?;
            let head = end.head;
            let Some(known) = self.hub.known().filter(|known| known.epoch == head.epoch) else {
                self.begin(&mut conn, end).await?;
                continue;
            };
            if !self.may_follow(&known, &end) {
                self.restored(&mut conn, known).await?;
                continue;
            }
            if head.position == known.position {
                // While nobody gives positions, an end that stays where it was says nothing.
                if !self.is_behind(&mut conn).await? {
                    self.hub.heard(asked);
                }
                return Ok(());
            }
            let events = match self.next(&mut conn, known.position).await? {
                Next::Events(events) => events,
                Next::Other => {
                    self.restored(&mut conn, known).await?;
                    continue;
                }
            };
            let next = events.first().map(|event| event.position);
            if next != Some(known.position + 1) {
                // They were dropped before this process came to them: whoever follows reads afresh.
                self.begin(&mut conn, end).await?;
                continue;
            }
            self.last = events.last().map(|event| event.id);
            self.hub.take(events);
            // Where much happens the end is never reached: what there was when it was asked is enough.
            let now = self.hub.known();
            let ended = now.is_some_and(|now| now.position >= head.position);
            if ended && !self.is_behind(&mut conn).await? {
                self.hub.heard(asked);
            }
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

    /// Whether this end may be one of the log that was read so far.
    fn may_follow(&self, known: &Head, end: &End) -> bool {
        let as_far = end.head.position == known.position;
        let another = as_far
            && end
                .last
                .zip(self.last)
                .is_some_and(|(now, then)| now != then);
        known.position <= end.head.position && !another
    }

    /// What comes after a position. The event that was read last is read once more: after a restore another one stands in its place.
    async fn next(&self, conn: &mut Conn, position: i64) -> Result<Next, DbError> {
        let Some(last) = self.last else {
            return Ok(Next::Events(log::after(conn, position, log::MOST).await?));
        };
        let events = log::after(conn, position.saturating_sub(1), log::MOST).await?;
        let mut events = events.into_iter().peekable();
        let once_more = events.next_if(|event| event.position == position);
        if once_more.is_some_and(|event| event.id != last) {
            return Ok(Next::Other);
        }
        Ok(Next::Events(events.collect()))
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
    async fn begin(&mut self, conn: &mut Conn, end: End) -> Result<(), DbError> {
        let head = end.head;
        let remembered = i64::try_from(REMEMBERED).unwrap_or(log::MOST);
        let before = (head.position - remembered.min(log::MOST)).max(0);
        let mut events = log::after(conn, before, log::MOST).await?;
        events.retain(|event| event.position <= head.position);
        let whole = events
            .iter()
            .zip(1..)
            .all(|(event, at)| event.position == before + at)
            && events.last().map_or(before, |event| event.position) == head.position;
        self.last = end.last;
        self.hub
            .begin(head, if whole { events } else { Vec::new() });
        Ok(())
    }
}
