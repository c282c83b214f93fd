//! Somebody who follows something for a long time, drops and comes back at any instance, by socket or by stream, and goes on after
//! the last cursor.

use super::client::{Heard, PATIENCE};
use super::{Sent, Socket, Stream, Told, Watch, What, log, outline};
use crate::buying::chance::Chance;
use serde_json::{Value, json};
use std::time::Duration;
use tokio::time::{Instant, timeout, timeout_at};
use tokio_postgres::Client;

/// Somebody who follows something.
pub struct Follower {
    pub watch: Watch,
    token: Option<String>,
    /// Where to go on; nothing before the first word.
    cursor: Option<String>,
    /// The position of the first word.
    started: i64,
    pub told: Vec<Told>,
    pub chance: Chance,
    /// How often it came, and how often it was told something that it had missed.
    pub comes: usize,
    /// Nothing more will be told.
    ended: bool,
    /// Whether it comes again when it is told that nothing can be read for the moment.
    patient: bool,
    /// How it always comes; by one or the other unless it is said.
    by: Option<By>,
    /// All of the last word.
    last: Value,
}

/// How somebody comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    Socket,
    Stream,
}

/// Whether an answer says nothing but that the database cannot be read for the moment.
fn is_busy(payload: &Value) -> bool {
    let errors = payload["errors"].as_array();
    errors.is_some_and(|errors| {
        let mut codes = errors.iter().map(|it| &it["extensions"]["code"]);
        codes.all(|code| code == "SERVICE_UNAVAILABLE" || code == "TIMEOUT")
    })
}

/// How a visit goes on.
enum Visit {
    Goes,
    Over,
}

/// A socket or a stream.
enum Line {
    Socket(Box<Socket>),
    Stream(Box<Stream>),
}

impl Line {
    /// What comes, as on a stream.
    async fn sent(&mut self) -> Sent {
        match self {
            Self::Stream(stream) => stream.sent_within(PATIENCE * 100).await.unwrap(),
            Self::Socket(socket) => match socket.hear_within(PATIENCE * 100).await.unwrap() {
                Heard::Frame(frame) if frame["type"] == "next" => {
                    Sent::Next(None, frame["payload"].clone())
                }
                Heard::Frame(frame) if frame["type"] == "complete" => Sent::Complete,
                Heard::Frame(frame) if frame["type"] == "error" => {
                    Sent::Next(None, json!({ "errors": frame["payload"] }))
                }
                Heard::Closed(1001 | 1013, _) | Heard::Gone => Sent::Broken,
                other => panic!("{other:?}"),
            },
        }
    }
}

impl Follower {
    pub fn new(watch: Watch, token: Option<&str>, seed: usize) -> Self {
        let seed = u64::try_from(seed + 1).unwrap();
        Self {
            watch,
            token: token.map(str::to_owned),
            cursor: None,
            started: 0,
            told: Vec::new(),
            chance: Chance(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15)),
            comes: 0,
            ended: false,
            patient: false,
            by: None,
            last: Value::Null,
        }
    }

    /// The same, who always comes in this way.
    pub fn by(self, by: By) -> Self {
        Self {
            by: Some(by),
            ..self
        }
    }

    /// Whether it comes with a token.
    pub const fn is_signed_in(&self) -> bool {
        self.token.is_some()
    }

    /// What is watched, as it was told last; null before the first word.
    pub const fn last(&self) -> &Value {
        &self.last
    }

    /// The same, who bears that the database goes away, too.
    pub fn patient(self) -> Self {
        Self {
            patient: true,
            ..self
        }
    }

    pub const fn has_ended(&self) -> bool {
        self.ended
    }

    /// Comes to an instance and stays until `end`, or until it breaks off.
    pub async fn come(&mut self, address: &str, end: Instant) {
        // Sooner than whoever waits within gives up: that one fails the test.
        let Ok(Some(mut line)) = timeout(PATIENCE / 2, self.line(address)).await else {
            tokio::time::sleep(Duration::from_millis(20)).await;
            return;
        };
        self.comes += 1;
        while let Ok(sent) = timeout_at(end, line.sent()).await {
            if let Visit::Over = self.hear(sent) {
                return;
            }
        }
    }

    async fn line(&mut self, address: &str) -> Option<Line> {
        let (token, after) = (self.token.as_deref(), self.cursor.as_deref());
        let by_chance = || match self.chance.below(2) {
            0 => By::Socket,
            _ => By::Stream,
        };
        if self.by.unwrap_or_else(by_chance) == By::Socket {
            let mut socket = Socket::try_join(address, token).await?;
            socket.watch("s", &self.watch, after).await;
            return Some(Line::Socket(Box::new(socket)));
        }
        // By the argument or as a browser says it.
        let (after, last) = if self.chance.below(2) == 0 {
            (after, None)
        } else {
            (None, after)
        };
        let response = Stream::try_watch(address, token, &self.watch, after, last).await;
        let passes = |status: u16| status == 503 || self.patient && status == 504;
        let response = response
            .ok()
            .filter(|response| !passes(response.status().as_u16()))?;
        Some(Line::Stream(Box::new(Stream::of(response))))
    }

    fn hear(&mut self, sent: Sent) -> Visit {
        match sent {
            Sent::Next(_, payload) if self.patient && is_busy(&payload) => Visit::Over,
            Sent::Next(id, payload) => {
                let told = Told::of(&payload);
                assert!(id.is_none_or(|id| id == told.cursor));
                self.note(told);
                Visit::Goes
            }
            Sent::Complete => {
                let is_bought = self.is_bought();
                assert!(is_bought, "{:?} was completed", self.watch);
                self.ended = true;
                Visit::Over
            }
            Sent::Broken => Visit::Over,
        }
    }

    fn note(&mut self, told: Told) {
        if told.kind == "STARTED" {
            assert_eq!(self.cursor, None, "{:?} was begun again", self.watch);
            self.started = told.position();
        } else {
            assert_ne!(
                told.kind, "RESYNC",
                "{:?} after {:?}",
                self.watch, self.cursor
            );
            self.told.push(told.clone());
        }
        self.cursor = Some(told.cursor);
        self.last = told.whole;
    }

    fn is_bought(&self) -> bool {
        self.told.last().is_some_and(|told| told.kind == "BOUGHT")
    }

    /// Waits at one instance until everything was told that the database holds, and what is wrong with it; nothing when nothing is.
    pub async fn finish(&mut self, address: &str, sql: &Client) -> Option<String> {
        let end = Instant::now() + PATIENCE;
        while self.cursor.is_none() {
            self.come(address, Instant::now() + Duration::from_millis(500))
                .await;
            assert!(Instant::now() < end, "{:?} never began", self.watch);
        }
        let wanted = log(sql, &self.watch, self.started).await;
        while self.told.len() < wanted.len() && !self.is_bought() && Instant::now() < end {
            let soon = Instant::now() + Duration::from_millis(500);
            self.come(address, soon).await;
        }
        // A moment more, in which nothing may come twice.
        if !self.is_bought() {
            self.come(address, Instant::now() + Duration::from_millis(100))
                .await;
        }
        self.fault(&wanted)
    }

    /// What differs from what the database holds.
    fn fault(&self, wanted: &[(String, String)]) -> Option<String> {
        let mut wanted = wanted.to_vec();
        let mut told = outline(&self.told);
        if self.watch.what == What::Cart {
            // By what the cart was when it was told; a bought one ends it.
            let blank =
                |all: &mut Vec<(String, String)>| all.iter_mut().for_each(|each| each.1.clear());
            if self.is_bought() {
                wanted.truncate(told.len());
            }
            blank(&mut wanted);
            blank(&mut told);
        }
        let at = (0..wanted.len().max(told.len())).find(|at| wanted.get(*at) != told.get(*at))?;
        Some(format!(
            "{:?} from {}: at {at} of {} it was told {:?} and not {:?}",
            self.watch,
            self.started,
            wanted.len(),
            told.get(at),
            wanted.get(at)
        ))
    }
}
