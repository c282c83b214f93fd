//! Whether a service that can be done without is well: its illness is logged once, and not waited for by every request.

use std::fmt::Display;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How long nobody asks after a failure. Then one request tries again.
const REST: Duration = Duration::from_secs(1);
/// How long a service that comes and goes is not complained about again.
const QUIET: Duration = Duration::from_secs(60);

/// What is known of the service's health.
#[derive(Debug, Default)]
pub(super) struct Health(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// While it is down: when to try again.
    resting_until: Option<Instant>,
    warned_at: Option<Instant>,
    /// Whether the log says that it is down.
    told: bool,
}

impl Health {
    /// Whether to ask the service; while it is down, true for one caller in each [`REST`].
    pub(super) fn may_ask(&self) -> bool {
        let mut state = self.state();
        let now = Instant::now();
        match state.resting_until {
            None => true,
            Some(until) if now < until => false,
            Some(_) => {
                state.resting_until = Some(now + REST);
                true
            }
        }
    }

    /// Takes note of how a request went.
    pub(super) fn note<T>(&self, answer: &Result<T, impl Display>) {
        match answer {
            Ok(_) => self.state().well(),
            Err(error) => self.state().ill(error),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn well(&mut self) {
        if self.resting_until.take().is_some() && std::mem::take(&mut self.told) {
            tracing::info!("the cache in Redis is back");
        }
    }

    fn ill(&mut self, error: &impl Display) {
        let now = Instant::now();
        let fell_ill = self.resting_until.replace(now + REST).is_none();
        if fell_ill
            && self
                .warned_at
                .is_none_or(|at| now.duration_since(at) > QUIET)
        {
            self.warned_at = Some(now);
            self.told = true;
            tracing::warn!(%error, "the cache in Redis is gone: until it is back, everything is made without it");
        }
    }
}
