//! The operations of a socket.

use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use super::{
    super::operation::{Running, Said},
    message,
};

/// Queries and mutations of one socket that run at the same time. The others wait for their turn: a socket is not to
/// hold more of the pool than so many requests would.
const MOST_EXECUTIONS: usize = 8;

/// How long an operation that nobody wants to hear any more may take to come to its end.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// How long operations are polled before others get their turn: to validate a document takes milliseconds.
const SLICE: Duration = Duration::from_millis(2);

/// The operations that are active, in the order in which they came.
#[derive(Default)]
pub(super) struct Operations {
    active: Vec<Active>,
    /// Who is heard first.
    turn: usize,
}

struct Active {
    id: Box<str>,
    running: Running,
    /// Bytes of the message that it came with: its document and variables are kept while it lives.
    bytes: usize,
    /// Since when the client wants to hear no more of it.
    silenced: Option<Instant>,
}

impl Active {
    /// Whether nobody wants to hear it, and it has come to an end that costs nobody anything.
    fn is_done_with(&self) -> bool {
        self.silenced
            .is_some_and(|since| !self.running.is_at_work() || since.elapsed() > LAST_WORDS)
    }
}

/// A message of an operation.
pub(super) struct Outgoing {
    /// The message.
    pub text: String,
    /// Whether it tells of data.
    pub has_data: bool,
    /// Whether it tells that nobody is signed in.
    pub unauthenticated: bool,
    /// Whether it tells that too much was asked.
    pub too_often: bool,
    /// Whether the operation cannot go on for now. There is no message then.
    pub broken_off: bool,
}

impl Operations {
    /// Whether there is room for one more where `most` are allowed. Those that nobody wants to hear any more have a room of their own
    /// of the same size.
    pub fn has_room(&self, most: usize) -> bool {
        let silenced = |it: &&Active| it.silenced.is_some();
        let silent = self.active.iter().filter(silenced).count();
        silent < most && self.active.len() - silent < most
    }

    /// Lets go of those that nobody wants to hear and that have had their time.
    pub fn tidy(&mut self) {
        while let Some(at) = self.active.iter().position(Active::is_done_with) {
            self.remove(at);
        }
    }

    /// Bytes of the messages that subscriptions came with.
    pub fn kept(&self) -> usize {
        let follows = |it: &&Active| !it.running.is_execution();
        self.active.iter().filter(follows).map(|it| it.bytes).sum()
    }

    /// Whether one has this id.
    pub fn has(&self, id: &str) -> bool {
        self.active
            .iter()
            .any(|it| it.silenced.is_none() && &*it.id == id)
    }

    /// Adds one, which came in a message of so many bytes.
    pub fn add(&mut self, id: Box<str>, running: Running, bytes: usize) {
        // Most sockets have one.
        self.active.reserve_exact(1);
        self.active.push(Active {
            id,
            running,
            bytes,
            silenced: None,
        });
    }

    /// Ends the one of this id. One that is at work comes to its end and is not heard: a statement that is cut off costs the
    /// pool its connection, and nobody shall be able to have that at will.
    pub fn end(&mut self, id: &str) {
        let found = self
            .active
            .iter()
            .position(|it| it.silenced.is_none() && &*it.id == id);
        let Some(at) = found else { return };
        match self.active.get_mut(at) {
            Some(active) if active.running.is_at_work() => active.silenced = Some(Instant::now()),
            _ => self.remove(at),
        }
    }

    /// Ends all.
    pub fn clear(&mut self) {
        self.active = Vec::new();
    }

    fn remove(&mut self, at: usize) {
        if at < self.active.len() {
            self.active.remove(at);
            self.active.shrink_to_fit();
        }
        // Whoever followed it has its place now.
        if at < self.turn {
            self.turn -= 1;
        }
    }

    /// Which of them go on now: all subscriptions, and of the others those that came first, so that nobody who has begun is left.
    fn going_on(&self) -> impl Iterator<Item = usize> + use<> {
        let mut executions = 0;
        let mut going = Vec::new();
        for (at, active) in self.active.iter().enumerate() {
            executions += usize::from(active.running.is_execution());
            if !active.running.is_execution() || executions <= MOST_EXECUTIONS {
                going.push(at);
            }
        }
        let first = going.partition_point(|at| *at < self.turn);
        going.rotate_left(first);
        going.into_iter()
    }

    /// What one of them says next; they take turns.
    pub fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Outgoing> {
        let begin = Instant::now();
        // Whoever is silenced may end and make room for others: then it is looked again.
        'again: loop {
            for at in self.going_on() {
                let Some(active) = self.active.get_mut(at) else {
                    continue;
                };
                let said = active.running.poll_said(cx);
                if active.is_done_with() || active.silenced.is_some() && said.is_ready() {
                    self.remove(at);
                    continue 'again;
                }
                if let Poll::Ready(said) = said {
                    return Poll::Ready(self.outgoing(at, said));
                }
                if begin.elapsed() > SLICE {
                    self.turn = at + 1;
                    cx.waker().wake_by_ref();
                    return Poll::Pending;
                }
            }
            return Poll::Pending;
        }
    }

    /// Lets all go on while nobody can be heard, each until it has something to say. How many bytes wait to be heard then.
    pub fn get_ahead(&mut self, cx: &mut Context<'_>) -> usize {
        for at in self.going_on() {
            if let Some(active) = self.active.get_mut(at) {
                active.running.get_ahead(cx);
            }
        }
        self.active.iter().map(|it| it.running.ahead()).sum()
    }

    fn outgoing(&mut self, at: usize, said: Said) -> Outgoing {
        self.turn = at + 1;
        let ends = match &said {
            Said::Told(told, _) => !told.has_data,
            Said::Done | Said::BrokenOff => true,
        };
        let id = match self.active.get(at) {
            Some(active) => active.id.clone(),
            None => Box::default(),
        };
        if ends {
            self.remove(at);
        }
        Outgoing::new(&id, said)
    }
}

impl Outgoing {
    fn new(id: &str, said: Said) -> Self {
        match said {
            Said::Told(told, _) => Self {
                has_data: told.has_data,
                unauthenticated: told.unauthenticated,
                too_often: told.too_often,
                broken_off: false,
                text: message::of_operation(id, kind(told.has_data), told.json),
            },
            Said::Done => Self {
                text: message::complete(id),
                has_data: false,
                unauthenticated: false,
                too_often: false,
                broken_off: false,
            },
            Said::BrokenOff => Self {
                text: String::new(),
                has_data: false,
                unauthenticated: false,
                too_often: false,
                broken_off: true,
            },
        }
    }
}

const fn kind(has_data: bool) -> &'static str {
    if has_data { "next" } else { "error" }
}
