//! Whether what was made of rows still holds: when rows were last touched, as places in the log of events.
//!
//! Whoever makes something of rows notes first where the log ended, and what rows it was made of. It holds as long as the log is the
//! same one, and has told of none of these rows since. So nothing has to be thrown away for it to be right, in whichever process or
//! Redis it lies: each process asks what it has heard itself, and says nothing when it has not heard from the log of late.

use super::hub::Watch;
use super::outbox::log::{Head, LoggedEvent};
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use uuid::Uuid;

/// How long ago the log may have been read for what is known of it to count.
pub const LATE: Duration = Duration::from_secs(1);

/// Rows and kinds of which it is remembered when they were touched. Over it everything is forgotten, and what is older does not hold.
const MOST: usize = 65_536;

/// What an event touches.
pub type Reads<T> = fn(&LoggedEvent) -> Vec<T>;

/// When rows were last touched.
pub struct Touched<T> {
    reads: Reads<T>,
    state: Mutex<State<T>>,
}

struct State<T> {
    /// How far the log was read; nothing before the first reading.
    head: Option<Head>,
    /// When it was last asked, with success.
    asked: Option<Instant>,
    /// What was made before this place does not hold: nobody remembers what was touched then.
    horizon: i64,
    last: HashMap<T, i64>,
}

impl<T: Eq + Hash> Touched<T> {
    /// Nothing is known yet; `reads` says what an event touches.
    #[must_use]
    pub fn new(reads: Reads<T>) -> Self {
        Self {
            reads,
            state: Mutex::new(State {
                head: None,
                asked: None,
                horizon: 0,
                last: HashMap::new(),
            }),
        }
    }

    /// Where the log ends, for whoever begins to make something; nothing when it was not heard from of late.
    #[must_use]
    pub fn now(&self) -> Option<Head> {
        let state = self.locked();
        state.head.filter(|_| state.is_awake())
    }

    /// Whether what was made at a place of the log of this epoch, of these rows, still holds.
    #[must_use]
    pub fn holds<'a>(&self, epoch: Uuid, at: i64, mut tags: impl Iterator<Item = &'a T>) -> bool
    where
        T: 'a,
    {
        let state = self.locked();
        // A place that nobody here has heard of is of a log that went on elsewhere, perhaps of the database before it was restored.
        let known = |head: Head| head.epoch == epoch && at <= head.position;
        state.head.is_some_and(known)
            && state.is_awake()
            && at >= state.horizon
            && tags.all(|tag| state.last.get(tag).is_none_or(|last| *last <= at))
    }

    /// Whether it is known that one of these rows was touched after this place of the log of this epoch. What nobody has heard of is not
    /// known: whoever asks has to have a bound of their own.
    #[must_use]
    pub fn is_touched<'a>(
        &self,
        epoch: Uuid,
        at: i64,
        mut tags: impl Iterator<Item = &'a T>,
    ) -> bool
    where
        T: 'a,
    {
        let state = self.locked();
        let known = state.head.is_some_and(|head| head.epoch == epoch);
        known && tags.any(|tag| state.last.get(tag).is_some_and(|last| *last > at))
    }

    fn locked(&self) -> MutexGuard<'_, State<T>> {
        // Nothing that holds it can panic half way.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T: Eq + Hash> State<T> {
    fn is_awake(&self) -> bool {
        self.asked.is_some_and(|asked| asked.elapsed() < LATE)
    }

    fn touch(&mut self, position: i64, tags: Vec<T>) {
        for tag in tags {
            if self.last.len() >= MOST && !self.last.contains_key(&tag) {
                self.last.clear();
                self.horizon = position;
            }
            self.last.insert(tag, position);
        }
    }
}

impl<T: Eq + Hash + Send> Watch for Touched<T> {
    fn begins(&self, head: Head, events: &[LoggedEvent]) {
        let mut state = self.locked();
        state.last.clear();
        state.asked = None;
        // What was made before the first of these events may be of what nobody here has heard of.
        let first = events.first().map(|event| event.position - 1);
        state.horizon = first.unwrap_or(head.position);
        for event in events {
            state.touch(event.position, (self.reads)(event));
        }
        state.head = Some(head);
    }

    fn happens(&self, event: &LoggedEvent) {
        let tags = (self.reads)(event);
        let mut state = self.locked();
        state.touch(event.position, tags);
        if let Some(head) = &mut state.head {
            head.position = event.position;
        }
    }

    fn heard(&self, asked: Instant) {
        self.locked().asked = Some(asked);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn event(position: i64, rows: &[&str]) -> LoggedEvent {
        LoggedEvent {
            position,
            id: Uuid::nil(),
            kind: "rows.changed".to_owned(),
            subject_id: Uuid::nil(),
            audiences: Vec::new(),
            facts: json!(rows),
            told_at: chrono::DateTime::UNIX_EPOCH,
        }
    }

    fn rows(event: &LoggedEvent) -> Vec<String> {
        let rows = event.facts.as_array().unwrap().iter();
        rows.map(|row| row.as_str().unwrap().to_owned()).collect()
    }

    fn head(position: i64) -> Head {
        Head {
            epoch: Uuid::from_u128(1),
            position,
        }
    }

    fn heard_from(position: i64) -> Touched<String> {
        let touched = Touched::new(rows);
        touched.begins(head(position), &[]);
        touched.heard(Instant::now());
        touched
    }

    fn holds(touched: &Touched<String>, at: i64, tags: &[&str]) -> bool {
        let tags: Vec<String> = tags.iter().map(|tag| (*tag).to_owned()).collect();
        touched.holds(head(0).epoch, at, tags.iter())
    }

    #[test]
    fn what_was_made_holds_until_its_rows_are_touched() {
        let touched = heard_from(10);
        assert_eq!(touched.now(), Some(head(10)));
        assert!(holds(&touched, 10, &["a", "b"]));
        touched.happens(&event(11, &["b"]));
        assert_eq!(touched.now(), Some(head(11)));
        assert!(holds(&touched, 10, &["a"]));
        assert!(!holds(&touched, 10, &["a", "b"]));
        // Made after it, of the same rows.
        assert!(holds(&touched, 11, &["a", "b"]));
        // Of a place that is not known here, which may be none.
        assert!(!holds(&touched, 12, &["a"]));
        // Of another count of positions.
        assert!(!touched.holds(Uuid::from_u128(2), 11, std::iter::empty::<&String>()));
    }

    #[test]
    fn what_is_known_to_be_touched_is_known_while_the_log_is_silent() {
        let touched = heard_from(10);
        touched.happens(&event(11, &["b"]));
        touched.heard(Instant::now().checked_sub(LATE).unwrap());
        let is_touched = |epoch: u128, at: i64, tag: &str| {
            let tags = [tag.to_owned()];
            touched.is_touched(Uuid::from_u128(epoch), at, tags.iter())
        };
        for (epoch, at, tag, wanted) in [
            (1, 10, "b", true),
            (1, 11, "b", false),
            (1, 10, "a", false),
            (2, 10, "b", false),
        ] {
            assert_eq!(is_touched(epoch, at, tag), wanted, "{epoch} {at} {tag}");
        }
    }

    #[test]
    fn what_was_made_before_anybody_listened_does_not_hold() {
        let touched = Touched::new(rows);
        assert_eq!(touched.now(), None);
        assert!(!holds(&touched, 0, &[]));
        let events = [event(9, &["a"]), event(10, &["b"])];
        touched.begins(head(10), &events);
        assert!(!holds(&touched, 10, &["c"]), "it was not heard from yet");
        touched.heard(Instant::now());
        for (at, tag, wanted) in [
            (7, "c", false),
            (8, "c", true),
            (8, "a", false),
            (9, "a", true),
            (9, "b", false),
            (10, "b", true),
        ] {
            assert_eq!(holds(&touched, at, &[tag]), wanted, "{at} {tag}");
        }
        // The log began anew: whatever was known is not.
        touched.begins(head(20), &[]);
        touched.heard(Instant::now());
        assert!(!holds(&touched, 19, &["c"]));
        assert!(holds(&touched, 20, &["a"]));
    }

    #[test]
    fn nothing_holds_when_the_log_was_not_heard_from_of_late() {
        let touched = heard_from(10);
        let long_ago = Instant::now().checked_sub(LATE).unwrap();
        touched.heard(long_ago);
        assert_eq!(touched.now(), None);
        assert!(!holds(&touched, 10, &["a"]));
        touched.heard(Instant::now());
        assert!(holds(&touched, 10, &["a"]));
    }

    #[test]
    fn what_is_remembered_is_bounded_and_what_is_forgotten_does_not_hold() {
        let touched = heard_from(0);
        let all: Vec<String> = (0..MOST).map(|row| row.to_string()).collect();
        let all: Vec<&str> = all.iter().map(String::as_str).collect();
        touched.happens(&event(1, &all));
        assert!(holds(&touched, 0, &["one more"]));
        touched.happens(&event(2, &["1"]));
        assert!(holds(&touched, 0, &["one more"]), "it was known before");
        touched.happens(&event(3, &["one more"]));
        assert_eq!(touched.locked().last.len(), 1);
        for (at, tag, wanted) in [(2, "0", false), (3, "0", true), (3, "one more", true)] {
            assert_eq!(holds(&touched, at, &[tag]), wanted, "{at} {tag}");
        }
    }
}
