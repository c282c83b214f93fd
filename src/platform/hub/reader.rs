//! The one task of a process that reads the log of events.

use super::{Hub, REMEMBERED};
use crate::platform::background::Ending;
use crate::platform::chance;
use crate::platform::db::{Conn, Database, DbError};
use crate::platform::outbox::log::{self, Head};
use std::time::{Duration, Instant};

/// How long the reader waits to be woken before it looks by itself.
const PATIENCE: Duration = Duration::from_millis(500);

/// The longest wait after an error.
const LONGEST: Duration = Duration::from_secs(5);

/// Reads the log until it is asked to end. Errors are logged and waited out.
pub async fn run(hub: Hub, database: Database, mut ending: Ending) {
    let (wake, mut failures) = (hub.wake(), 0_u32);
    loop {
        let rest = match read(&hub, &database).await {
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

/// Reads all that has come.
async fn read(hub: &Hub, database: &Database) -> Result<(), DbError> {
    let mut conn = database.get().await?;
    loop {
        let asked = Instant::now();
        let head = log::head(&mut conn).await?;
        let Some(known) = hub.known().filter(|known| goes_on(known, &head)) else {
            begin(hub, &mut conn, head).await?;
            continue;
        };
        if head.position == known.position {
            // While nobody gives positions, an end that stays where it was says nothing.
            if !log::is_behind(&mut conn).await? {
                hub.heard(asked);
            }
            return Ok(());
        }
        let events = log::after(&mut conn, known.position, log::MOST).await?;
        let next = events.first().map(|event| event.position);
        if next != Some(known.position + 1) {
            // They were dropped before this process came to them: whoever follows reads afresh.
            begin(hub, &mut conn, head).await?;
        } else {
            hub.take(events);
            // Where much happens the end is never reached: what there was when it was asked is enough.
            let ended = hub.known().is_some_and(|now| now.position >= head.position);
            if ended && !log::is_behind(&mut conn).await? {
                hub.heard(asked);
            }
        }
    }
}

/// Whether the log is the one that was read so far.
fn goes_on(known: &Head, head: &Head) -> bool {
    known.epoch == head.epoch && known.position <= head.position
}

/// Begins with the last events before the end of the log, so that whoever comes back shortly after a start is served from memory.
async fn begin(hub: &Hub, conn: &mut Conn, head: Head) -> Result<(), DbError> {
    let remembered = i64::try_from(REMEMBERED).unwrap_or(log::MOST);
    let before = (head.position - remembered.min(log::MOST)).max(0);
    let mut events = log::after(conn, before, log::MOST).await?;
    events.retain(|event| event.position <= head.position);
    let whole = events
        .iter()
        .zip(1..)
        .all(|(event, at)| event.position == before + at)
        && events.last().map_or(before, |event| event.position) == head.position;
    hub.begin(head, if whole { events } else { Vec::new() });
    Ok(())
}
