//! Tells those who follow something of what happens to it.
//!
//! One task reads the log of events for the whole process ([`reader`]) and rings the bells of those who follow one of an event's
//! audiences. Nothing is queued for anybody: a [`Follower`] knows how far it has come, and takes what comes after from what the hub
//! remembers, or from the log when that is further back. So one who is slow costs no memory, and one who comes back after a while
//! is no other than one who was slow.
//!
//! What wakes the reader may be lost: see [`wakes`].

mod due;
mod follower;
pub mod reader;
#[cfg(test)]
mod tests;
pub mod wakes;

pub use follower::{Cursor, Follower, News};

use self::due::Due;
use super::outbox::log::{Head, LoggedEvent};
use super::outbox::{Audience, Wake};
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::Notify;

/// Events that the hub remembers.
const REMEMBERED: usize = 4_096;

/// Positions that it remembers for each audience that is followed.
const RECENT: usize = 32;

/// How long somebody who begins to follow waits for the first reading of the log.
const PATIENCE: Duration = Duration::from_secs(5);

/// What happens, for everybody in this process. Cheap to clone: clones are the same hub.
#[derive(Clone, Default)]
pub struct Hub(Arc<Inner>);

/// Somebody who is told of every event as soon as it is read, before the hub says that it was.
pub trait Watch: Send + Sync {
    /// The log was read for the first time, or began anew: it ends at `head`, and these events come right before.
    fn begins(&self, head: Head, events: &[LoggedEvent]);

    /// What happened next.
    fn happens(&self, event: &LoggedEvent);

    /// All that had come when the log was asked at this moment was told.
    fn heard(&self, asked: Instant);
}

#[derive(Default)]
struct Inner {
    state: Mutex<State>,
    /// Who is told of everything.
    watch: OnceLock<Arc<dyn Watch>>,
    /// Wakes the reader.
    wake: Wake,
    /// Rung when the log was read for the first time.
    ready: Notify,
}

#[derive(Default)]
struct State {
    /// How far the log is read; nothing before the first reading.
    head: Option<Head>,
    /// Counts how often the log began anew under this process: after a restore.
    beginnings: u64,
    /// The last events, without gaps, up to the head.
    events: VecDeque<Arc<LoggedEvent>>,
    feeds: HashMap<Audience, Feed>,
    /// What the reader was woken for.
    due: Due,
    /// Who is woken for some kinds of events.
    concerned: Vec<Concerned>,
}

/// Somebody who acts on some kinds of events, and reads them from the log itself.
struct Concerned {
    kinds: &'static [&'static str],
    wake: Wake,
}

/// What is remembered of an audience while somebody follows it.
struct Feed {
    bell: Arc<Notify>,
    followers: usize,
    /// All its positions after `since`.
    recent: VecDeque<i64>,
    since: i64,
}

impl Feed {
    fn add(&mut self, position: i64) {
        if self.recent.len() == RECENT {
            self.since = self.recent.pop_front().unwrap_or(self.since);
        }
        self.recent.push_back(position);
    }
}

impl State {
    /// A feed as if it had been there all the time.
    fn new_feed(&self, audience: &Audience) -> Feed {
        let before = self.events.front().map(|event| event.position - 1);
        let end = self.head.map_or(0, |head| head.position);
        let mut feed = Feed {
            bell: Arc::default(),
            followers: 0,
            recent: VecDeque::new(),
            since: before.unwrap_or(end),
        };
        for event in &self.events {
            if event.audiences.contains(audience) {
                feed.add(event.position);
            }
        }
        feed
    }

    fn event(&self, position: i64) -> Option<&Arc<LoggedEvent>> {
        let first = self.events.front()?.position;
        let at = usize::try_from(position.checked_sub(first)?).ok()?;
        let found = self.events.get(at)?;
        (found.position == position).then_some(found)
    }

    fn remember(&mut self, event: LoggedEvent) {
        for one in &self.concerned {
            if one.kinds.contains(&event.kind.as_str()) {
                one.wake.wake();
            }
        }
        let event = Arc::new(event);
        for audience in &event.audiences {
            if let Some(feed) = self.feeds.get_mut(audience) {
                feed.add(event.position);
                feed.bell.notify_waiters();
            }
        }
        if self.events.len() == REMEMBERED {
            self.events.pop_front();
        }
        self.events.push_back(event);
    }
}

impl Hub {
    /// Has `watch` told of every event from now on. There is one: a second is not heard of.
    pub fn watched_by(&self, watch: Arc<dyn Watch>) {
        let _ = self.0.watch.set(watch);
    }

    /// How far the log is read, if it was.
    #[must_use]
    pub fn position(&self) -> Option<Head> {
        self.known()
    }

    /// Whoever watches knows that all was told that had come when the log was asked at this moment.
    fn heard(&self, asked: Instant) {
        if let Some(watch) = self.0.watch.get() {
            watch.heard(asked);
        }
    }

    /// Has the log read: up to this place, when whoever says so knows where it ends, and else as far as it goes.
    pub fn look(&self, place: Option<Head>) {
        {
            let mut state = self.locked();
            state.due = state.due.and(place);
        }
        self.0.wake.wake();
    }

    /// Wakes somebody whenever an event of these kinds was read, or the log began anew. Nobody is woken while the log cannot be read: who
    /// must act on events looks now and then, too.
    pub fn concerns(&self, kinds: &'static [&'static str], wake: Wake) {
        self.locked().concerned.push(Concerned { kinds, wake });
    }

    /// The reader begins to read: whatever it was woken for until now, it will have read.
    fn begins_to_read(&self) {
        self.locked().due = Due::Nothing;
    }

    /// Whether the reader was woken for what it has not read.
    fn is_due(&self) -> bool {
        let state = self.locked();
        state.due.is_beyond(state.head)
    }

    /// How far the log is read; waits for the first reading, but not for long.
    pub async fn head(&self) -> Option<Head> {
        let read = async {
            loop {
                let ready = self.0.ready.notified();
                if let Some(head) = self.locked().head {
                    return head;
                }
                ready.await;
            }
        };
        tokio::time::timeout(PATIENCE, read).await.ok()
    }

    /// Takes what was read for the first time, or after the log began anew: the events up to `head`, without gaps.
    fn begin(&self, head: Head, events: Vec<LoggedEvent>) {
        let mut state = self.locked();
        if let Some(watch) = self.0.watch.get() {
            watch.begins(head, &events);
        }
        state.beginnings += 1;
        state.head = Some(head);
        state.events.clear();
        for feed in state.feeds.values_mut() {
            feed.recent.clear();
            feed.since = head.position;
            feed.bell.notify_waiters();
        }
        for event in events {
            state.events.push_back(Arc::new(event));
        }
        state.concerned.iter().for_each(|one| one.wake.wake());
        self.0.ready.notify_waiters();
    }

    /// Takes the next events of the log, in their order.
    fn take(&self, events: Vec<LoggedEvent>) {
        let mut state = self.locked();
        for event in events {
            let position = event.position;
            if let Some(watch) = self.0.watch.get() {
                watch.happens(&event);
            }
            state.remember(event);
            if let Some(head) = &mut state.head {
                head.position = position;
            }
        }
    }

    fn known(&self) -> Option<Head> {
        self.locked().head
    }

    fn locked(&self) -> MutexGuard<'_, State> {
        // Nothing that holds it can panic half way.
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
