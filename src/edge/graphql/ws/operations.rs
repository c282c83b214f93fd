//! The operations of a socket.

use std::task::{Context, Poll};

use super::{
    super::operation::{Running, Said},
    message,
};

/// Queries and mutations of one socket that run at the same time. The others wait for their turn: a socket is not to
/// hold more of the pool than so many requests would.
const MOST_EXECUTIONS: usize = 8;

/// The operations that are active, in the order in which they came.
#[derive(Default)]
pub(super) struct Operations {
    active: Vec<Active>,
    /// Whose turn it is to be heard first.
    turn: usize,
}

struct Active {
    id: Box<str>,
    running: Running,
}

/// A message of an operation.
pub(super) struct Outgoing {
    /// The message.
    pub text: String,
    /// Whether it tells of data.
    pub has_data: bool,
    /// Whether it tells that nobody is signed in.
    pub unauthenticated: bool,
    /// Whether the operation cannot go on for now. There is no message then.
    pub broken_off: bool,
}

impl Operations {
    /// How many are active.
    pub fn len(&self) -> usize {
        self.active.len()
    }

    /// Whether one has this id.
    pub fn has(&self, id: &str) -> bool {
        self.active.iter().any(|it| &*it.id == id)
    }

    /// Adds one.
    pub fn add(&mut self, id: Box<str>, running: Running) {
        // Most sockets have one.
        self.active.reserve_exact(1);
        self.active.push(Active { id, running });
    }

    /// Ends the one of this id.
    pub fn end(&mut self, id: &str) {
        self.active.retain(|it| &*it.id != id);
        self.active.shrink_to_fit();
    }

    /// Ends all.
    pub fn clear(&mut self) {
        self.active = Vec::new();
    }

    /// What one of them says next; they take turns.
    pub fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Outgoing> {
        let (mut executions, from) = (0, self.turn.checked_rem(self.len()).unwrap_or(0));
        let mut heard = None;
        for at in (from..self.len()).chain(0..from) {
            let Some(active) = self.active.get_mut(at) else {
                continue;
            };
            if active.running.is_execution() {
                executions += 1;
                if executions > MOST_EXECUTIONS {
                    continue;
                }
            }
            if let Poll::Ready(said) = active.running.poll_said(cx) {
                heard = Some((at, said));
                break;
            }
        }
        heard.map_or(Poll::Pending, |(at, said)| {
            Poll::Ready(self.outgoing(at, said))
        })
    }

    /// Lets all go on while nobody can be heard, each until it has something to say.
    pub fn get_ahead(&mut self, cx: &mut Context<'_>) {
        let mut executions = 0;
        for active in &mut self.active {
            executions += usize::from(active.running.is_execution());
            if !active.running.is_execution() || executions <= MOST_EXECUTIONS {
                active.running.get_ahead(cx);
            }
        }
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
            self.end(&id);
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
                broken_off: false,
                text: message::of_operation(id, kind(told.has_data), told.json),
            },
            Said::Done => Self {
                text: message::complete(id),
                has_data: false,
                unauthenticated: false,
                broken_off: false,
            },
            Said::BrokenOff => Self {
                text: String::new(),
                has_data: false,
                unauthenticated: false,
                broken_off: true,
            },
        }
    }
}

const fn kind(has_data: bool) -> &'static str {
    if has_data { "next" } else { "error" }
}
