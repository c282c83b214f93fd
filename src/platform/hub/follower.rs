//! Somebody who follows an audience, from some position on.

use super::{Hub, PATIENCE};
use crate::platform::chance;
use crate::platform::db::{Database, DbError};
use crate::platform::outbox::Audience;
use crate::platform::outbox::log::{self, Head, LoggedEvent};
use std::fmt::{Display, Formatter};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;
use uuid::Uuid;

/// Events that are handed out together; more would only lie about.
const PAGE: i64 = 64;

/// Events that somebody may be behind; who is further back reads afresh.
pub const MOST_BEHIND: i64 = 1_000;

/// The longest wait after the database failed.
const LONGEST: Duration = Duration::from_secs(5);

/// A place in the log that a client keeps: `epoch.position`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    /// Of which count the position is.
    pub epoch: Uuid,
    /// The last position that was seen.
    pub position: i64,
}

impl Cursor {
    /// Reads what `Display` wrote; nothing for any other text.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let (epoch, position) = text.split_once('.')?;
        let digits = position.bytes().all(|digit| digit.is_ascii_digit());
        let plain = epoch.len() == 32 && digits && (position == "0" || !position.starts_with('0'));
        plain.then_some(())?;
        let read = Self {
            epoch: Uuid::try_parse(epoch).ok()?,
            position: position.parse().ok()?,
        };
        // Letters of an id are written small.
        (read.to_string() == text).then_some(read)
    }
}

impl Display for Cursor {
    fn fmt(&self, out: &mut Formatter<'_>) -> std::fmt::Result {
        write!(out, "{}.{}", self.epoch.simple(), self.position)
    }
}

impl From<Head> for Cursor {
    fn from(head: Head) -> Self {
        Self {
            epoch: head.epoch,
            position: head.position,
        }
    }
}

/// What a follower is told.
#[derive(Debug)]
pub enum News {
    /// What happened next, in order.
    Events(Vec<Arc<LoggedEvent>>),
    /// What happened cannot be told: it is too much, kept no longer, or of another count. Who follows reads afresh, and goes on
    /// from here.
    Gap(Cursor),
}

/// Follows one audience. It holds a position and no events.
pub struct Follower {
    hub: Hub,
    audience: Audience,
    bell: Arc<Notify>,
    epoch: Uuid,
    seen: i64,
    beginnings: u64,
    /// Whether it goes on from a place that may be too far back.
    resumes: bool,
}

/// What the hub remembers for a follower.
pub(super) enum Remembered {
    Events(Vec<Arc<LoggedEvent>>),
    Nothing,
    /// It has to ask the log.
    Forgotten,
    /// The log began anew, so many times by now.
    Anew(Cursor, u64),
}

impl Hub {
    /// Follows `audience` from where the log ends now, or from `after` on.
    ///
    /// # Errors
    /// [`DbError::Unreachable`] when the log could not be read yet.
    pub async fn follow(
        &self,
        audience: Audience,
        after: Option<Cursor>,
    ) -> Result<Follower, DbError> {
        let unread = || {
            let seconds = PATIENCE.as_secs();
            DbError::Unreachable(format!("the log of events was not read for {seconds} s"))
        };
        self.head().await.ok_or_else(unread)?;
        let mut state = self.locked();
        let head = state.head.ok_or_else(unread)?;
        if !state.feeds.contains_key(&audience) {
            let feed = state.new_feed(&audience);
            state.feeds.insert(audience, feed);
        }
        let bell = state.feeds.get_mut(&audience).map(|feed| {
            feed.followers += 1;
            Arc::clone(&feed.bell)
        });
        let from = after.unwrap_or_else(|| head.into());
        Ok(Follower {
            hub: self.clone(),
            audience,
            bell: bell.unwrap_or_default(),
            epoch: from.epoch,
            seen: from.position,
            beginnings: state.beginnings,
            resumes: after.is_some(),
        })
    }
}

impl Follower {
    /// Where it would go on from.
    #[must_use]
    pub const fn cursor(&self) -> Cursor {
        Cursor {
            epoch: self.epoch,
            position: self.seen,
        }
    }

    /// Waits for what comes next; for as long as the database fails, too.
    pub async fn next(&mut self, database: &Database) -> News {
        loop {
            let bell = Arc::clone(&self.bell);
            let rung = bell.notified();
            // Only while it is asked: whoever waits shall take little memory.
            if let Some(news) = Box::pin(self.already(database)).await {
                return news;
            }
            rung.await;
        }
    }

    /// What has come already, if anything has. Waits for the database as long as that fails.
    pub async fn already(&mut self, database: &Database) -> Option<News> {
        let mut failures = 0;
        loop {
            match self.look(database).await {
                Ok(news) => return news,
                Err(error) => {
                    tracing::warn!(%error, failures, "a follower cannot read the log for now");
                    tokio::time::sleep(chance::back_off(failures, LONGEST)).await;
                    failures += 1;
                }
            }
        }
    }

    async fn look(&mut self, database: &Database) -> Result<Option<News>, DbError> {
        if std::mem::take(&mut self.resumes) {
            let gap = self.gap(database).await.inspect_err(|_| {
                self.resumes = true;
            })?;
            if let Some(head) = gap {
                return Ok(Some(self.skip_to(head)));
            }
        }
        loop {
            match self.remembered() {
                Remembered::Events(events) => return Ok(Some(News::Events(events))),
                Remembered::Anew(head, beginnings) => {
                    self.beginnings = beginnings;
                    return Ok(Some(self.skip_to(head)));
                }
                Remembered::Nothing => return Ok(None),
                Remembered::Forgotten => {
                    let events = self.ask(database).await?;
                    if !events.is_empty() {
                        return Ok(Some(News::Events(events)));
                    }
                }
            }
        }
    }

    fn skip_to(&mut self, head: Cursor) -> News {
        (self.epoch, self.seen) = (head.epoch, head.position);
        News::Gap(head)
    }

    /// Whether what came after the place it resumes from cannot be told; then where the log ends.
    async fn gap(&self, database: &Database) -> Result<Option<Cursor>, DbError> {
        let known = self.hub.known();
        let at_hand = known.is_some_and(|head| {
            head.epoch == self.epoch
                && self.seen <= head.position
                && self.hub.remembers(&self.audience, self.seen)
        });
        if at_hand {
            return Ok(None);
        }
        let mut conn = database.get().await?;
        let head = log::head(&mut conn).await?;
        let foreign = head.epoch != self.epoch || self.seen > head.position;
        let lost = foreign
            || log::is_dropped(&mut conn, self.seen).await?
            || log::count_for(&mut conn, self.audience, self.seen, MOST_BEHIND + 1).await?
                > MOST_BEHIND;
        Ok(lost.then(|| head.into()))
    }

    /// Takes what the hub remembers.
    pub(super) fn remembered(&mut self) -> Remembered {
        let state = self.hub.locked();
        let Some(head) = state.head else {
            return Remembered::Nothing;
        };
        if state.beginnings != self.beginnings {
            return Remembered::Anew(head.into(), state.beginnings);
        }
        let Some(feed) = state.feeds.get(&self.audience) else {
            return Remembered::Nothing;
        };
        if self.seen < feed.since {
            return Remembered::Forgotten;
        }
        let next = feed.recent.iter().filter(|position| **position > self.seen);
        let events: Option<Vec<_>> = next.map(|at| state.event(*at).cloned()).collect();
        match events {
            None => Remembered::Forgotten,
            Some(events) => {
                self.seen = self.seen.max(head.position);
                if events.is_empty() {
                    Remembered::Nothing
                } else {
                    Remembered::Events(events)
                }
            }
        }
    }

    /// Asks the log for the next ones.
    async fn ask(&mut self, database: &Database) -> Result<Vec<Arc<LoggedEvent>>, DbError> {
        // Before the question: its answer holds whatever was there by then.
        let known = self.hub.known().map_or(0, |head| head.position);
        let mut conn = database.get().await?;
        let events = log::after_for(&mut conn, &[self.audience], self.seen, PAGE).await?;
        let last = events.last().map(|event| event.position);
        let all = i64::try_from(events.len()).unwrap_or(PAGE) < PAGE;
        self.seen = match last {
            Some(last) if all => last.max(known),
            Some(last) => last,
            None => known.max(self.seen),
        };
        Ok(events.into_iter().map(Arc::new).collect())
    }
}

impl Hub {
    /// Whether all that an audience was told after `position` is remembered.
    fn remembers(&self, audience: &Audience, position: i64) -> bool {
        let state = self.locked();
        state
            .feeds
            .get(audience)
            .is_some_and(|feed| feed.since <= position)
    }
}

impl Drop for Follower {
    fn drop(&mut self) {
        let mut state = self.hub.locked();
        let last = state.feeds.get_mut(&self.audience).is_some_and(|feed| {
            feed.followers = feed.followers.saturating_sub(1);
            feed.followers == 0
        });
        if last {
            state.feeds.remove(&self.audience);
        }
    }
}
