//! The deadlines of a socket, on one timer.

use std::{
    pin::Pin,
    task::{Context, Poll, ready},
};

use futures_util::FutureExt;
use tokio::time::{Instant, Sleep, sleep_until};

use super::super::LiveSettings;
use crate::platform::chance;

/// When a socket has to do something though nobody says anything.
pub(super) struct Clock {
    settings: LiveSettings,
    started: Instant,
    heard: Instant,
    pinged: Instant,
    /// Whether `connection_init` is still awaited.
    awaits_init: bool,
    leaves: Option<Instant>,
    timer: Pin<Box<Sleep>>,
}

/// What it is time for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Due {
    /// Nothing yet.
    Nothing,
    /// To ask whether anybody is there.
    Ping,
    /// To give up a client that did not say `connection_init`.
    NoInit,
    /// To give up a client of whom nothing was heard.
    Silent,
    /// To leave, since the program ends.
    Leave,
}

impl Clock {
    /// Starts with the handshake.
    pub fn start(settings: LiveSettings) -> Self {
        let now = Instant::now();
        let mut clock = Self {
            settings,
            started: now,
            heard: now,
            pinged: now,
            awaits_init: true,
            leaves: None,
            timer: Box::pin(sleep_until(now)),
        };
        clock.set();
        clock
    }

    /// The bounds that it keeps.
    pub const fn settings(&self) -> &LiveSettings {
        &self.settings
    }

    /// How long the socket has lived.
    pub fn seconds(&self) -> u64 {
        self.started.elapsed().as_secs()
    }

    /// Notes that something was heard.
    pub fn hear(&mut self) {
        self.heard = Instant::now();
    }

    /// Notes that `connection_init` was said.
    pub fn has_init(&mut self) {
        self.awaits_init = false;
    }

    /// Notes that the program ends. Not all leave at once, since they come again somewhere else.
    pub fn leave(&mut self) {
        self.leaves = Some(Instant::now() + chance::up_to(self.settings.drain));
        self.set();
    }

    /// Waits until it is time for something.
    pub fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Due> {
        loop {
            ready!(self.timer.poll_unpin(cx));
            let due = self.due(Instant::now());
            self.set();
            if due != Due::Nothing {
                return Poll::Ready(due);
            }
        }
    }

    fn due(&mut self, now: Instant) -> Due {
        if self.leaves.is_some_and(|at| at <= now) {
            Due::Leave
        } else if self.awaits_init && self.init_ends() <= now {
            Due::NoInit
        } else if self.heard + self.settings.silence <= now {
            Due::Silent
        } else if self.pinged + self.settings.ping_interval <= now {
            self.pinged = now;
            Due::Ping
        } else {
            Due::Nothing
        }
    }

    fn init_ends(&self) -> Instant {
        self.started + self.settings.init_deadline
    }

    /// Sets the timer to what comes first.
    fn set(&mut self) {
        let silent = self.heard + self.settings.silence;
        let ping = self.pinged + self.settings.ping_interval;
        let init = self.awaits_init.then(|| self.init_ends());
        let first = [init, self.leaves]
            .into_iter()
            .flatten()
            .fold(silent.min(ping), Instant::min);
        self.timer.as_mut().reset(first);
    }
}
