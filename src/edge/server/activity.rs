//! What goes on on a connection, and until when it may.
//!
//! hyper has one bound, between requests and for their headers alike; a connection that never says which version of HTTP it speaks
//! has none, and neither has one whose answers are not taken. So it is watched from outside: what is read, and what is asked.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

use super::ServerSettings;

/// What a connection of HTTP/2 begins with.
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// As much of it tells it from HTTP/1, of which no request begins like this.
const SIGN: &[u8] = b"PRI ";

/// One connection's. Copies are the same.
#[derive(Debug, Clone)]
pub(super) struct Activity(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    settings: ServerSettings,
    is_http2: bool,
    /// The first bytes, as many as HTTP/2 begins with.
    begin: Vec<u8>,
    /// Requests that are not answered wholly.
    running: usize,
    /// When the headers of a request began to come that are not whole yet.
    head: Option<Instant>,
    /// Since when nothing is asked.
    idle: Instant,
    /// Answers that are being taken, by the numbers of their requests, and until when they may be.
    taken: VecDeque<(u64, Instant)>,
    requests: u64,
}

impl Activity {
    /// Of a connection that begins now: its first request is awaited.
    pub fn begin(settings: ServerSettings) -> Self {
        let now = Instant::now();
        Self(Arc::new(Mutex::new(State {
            settings,
            is_http2: false,
            begin: Vec::with_capacity(PREFACE.len()),
            running: 0,
            head: Some(now),
            idle: now,
            taken: VecDeque::new(),
            requests: 0,
        })))
    }

    /// Bytes have come.
    pub fn heard(&self, bytes: &[u8]) {
        if bytes.is_empty() {
            return;
        }
        let mut state = self.state();
        let missing = PREFACE.len().saturating_sub(state.begin.len());
        if missing > 0 {
            state.begin.extend(bytes.iter().take(missing));
            state.is_http2 = state.begin.starts_with(SIGN);
            // Until it is whole, its time is that of headers.
            if state.begin == PREFACE {
                state.head = None;
            }
        }
        if !state.is_http2 && state.running == 0 && state.head.is_none() {
            state.head = Some(Instant::now());
        }
    }

    /// A request has come with all of its headers.
    pub fn asked(&self) -> Asked {
        let mut state = self.state();
        state.head = None;
        state.running += 1;
        state.requests += 1;
        Asked {
            activity: self.clone(),
            number: state.requests,
        }
    }

    /// Whether it speaks HTTP/2.
    pub fn is_http2(&self) -> bool {
        self.state().is_http2
    }

    /// Until when it may go on like this; without end while a request runs that has deadlines of its own.
    pub fn until(&self) -> Option<Instant> {
        let state = self.state();
        let settings = &state.settings;
        let taken = state.taken.front().map(|(_, until)| *until);
        if taken.is_some() || state.running > 0 {
            return taken;
        }
        Some(match state.head {
            Some(began) => began + settings.head_deadline,
            None => state.idle + settings.idle,
        })
    }

    /// How long it may go unlooked at while nothing bounds it.
    pub fn patience(&self) -> Duration {
        self.state().settings.head_deadline
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A request, from its headers to the end of its answer.
#[derive(Debug)]
pub(super) struct Asked {
    activity: Activity,
    number: u64,
}

impl Asked {
    /// It is answered: the answer must be taken in time.
    pub fn answered(&self) {
        let mut state = self.activity.state();
        let until = Instant::now() + state.settings.answer_deadline;
        state.taken.push_back((self.number, until));
    }
}

impl Drop for Asked {
    fn drop(&mut self) {
        let mut state = self.activity.state();
        state.taken.retain(|(number, _)| *number != self.number);
        state.running = state.running.saturating_sub(1);
        state.idle = Instant::now();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SETTINGS: ServerSettings = ServerSettings {
        connections: 1,
        connections_by_address: 1,
        head_deadline: Duration::from_secs(1_000),
        idle: Duration::from_secs(7_000),
        answer_deadline: Duration::from_secs(12_000),
        head_bytes: 8_192,
        streams: 1,
        ping: Duration::from_secs(1),
    };

    /// How many seconds it may go on like this, rounded up.
    fn left(activity: &Activity) -> Option<u64> {
        let left = activity.until()?.duration_since(Instant::now());
        Some(left.as_secs() + 1)
    }

    #[tokio::test]
    async fn headers_have_their_time_and_silence_has_another() {
        let activity = Activity::begin(SETTINGS);
        let began = activity.until();
        assert_eq!(left(&activity), Some(1_000));
        // What comes little by little has no more time for it.
        tokio::time::sleep(Duration::from_millis(5)).await;
        activity.heard(b"PO");
        assert_eq!(activity.until(), began);
        let asked = activity.asked();
        assert_eq!(activity.until(), None);
        activity.heard(b"the body");
        assert_eq!(activity.until(), None);
        asked.answered();
        assert_eq!(left(&activity), Some(12_000));
        drop(asked);
        assert_eq!(left(&activity), Some(7_000));
        activity.heard(b"G");
        let head = activity.until();
        assert_eq!(left(&activity), Some(1_000));
        tokio::time::sleep(Duration::from_millis(5)).await;
        activity.heard(b"E");
        assert_eq!(activity.until(), head);
    }

    #[tokio::test]
    async fn frames_of_http2_are_no_headers() {
        let activity = Activity::begin(SETTINGS);
        activity.heard(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
        assert!(activity.is_http2());
        assert_eq!(left(&activity), Some(7_000));
        let (first, second) = (activity.asked(), activity.asked());
        second.answered();
        let second_until = activity.until();
        first.answered();
        assert_eq!(activity.until(), second_until);
        drop(second);
        assert!(activity.until() > second_until);
        drop(first);
        let idle = activity.until();
        assert_eq!(left(&activity), Some(7_000));
        activity.heard(b"a ping");
        assert_eq!(activity.until(), idle);
    }

    #[tokio::test]
    async fn http2_is_known_however_its_beginning_comes() {
        for piece in 1..=4 {
            let activity = Activity::begin(SETTINGS);
            let (begun, end) = PREFACE.split_at(20);
            for bytes in begun.chunks(piece) {
                activity.heard(bytes);
            }
            // One that never comes wholly has no more time than headers.
            assert!(activity.is_http2(), "{piece}");
            assert_eq!(left(&activity), Some(1_000), "{piece}");
            activity.heard(end);
            assert_eq!(left(&activity), Some(7_000), "{piece}");
        }
        let activity = Activity::begin(SETTINGS);
        for bytes in b"PROPFIND / HTTP/1.1\r\nPRI ".chunks(2) {
            activity.heard(bytes);
        }
        assert!(!activity.is_http2());
        assert_eq!(left(&activity), Some(1_000));
    }
}
