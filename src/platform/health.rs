//! Whether a service that can be done without is well: its illness is logged once, and not waited for by every request.

use std::fmt::Display;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How long nobody asks after a failure. Then one request tries again.
const REST: Duration = Duration::from_secs(1);
/// How long a service that comes and goes is not complained about again.
const QUIET: Duration = Duration::from_secs(60);

/// What is known of a service's health.
#[derive(Debug)]
pub struct Health {
    /// The service, as the log calls it.
    name: &'static str,
    /// What is done while it is gone, as the log says it.
    meanwhile: &'static str,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// While it is down: when to try again.
    resting_until: Option<Instant>,
    warned_at: Option<Instant>,
    /// Whether the log says that it is down.
    told: bool,
}

impl Health {
    /// Of the service `name`, well to begin with; the log says what is done `meanwhile` when it is gone.
    #[must_use]
    pub fn of(name: &'static str, meanwhile: &'static str) -> Self {
        Self {
            name,
            meanwhile,
            state: Mutex::default(),
        }
    }

    /// Whether to ask the service; while it is down, true for one caller in each [`REST`].
    pub fn may_ask(&self) -> bool {
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
    pub fn note<T>(&self, answer: &Result<T, impl Display>) {
        match answer {
            Ok(_) => self.state().well(self.name),
            Err(error) => self.state().ill(self.name, self.meanwhile, error),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn well(&mut self, name: &'static str) {
        if self.resting_until.take().is_some() && std::mem::take(&mut self.told) {
            tracing::info!("{name} is back");
        }
    }

    fn ill(&mut self, name: &'static str, meanwhile: &'static str, error: &impl Display) {
        let now = Instant::now();
        let fell_ill = self.resting_until.replace(now + REST).is_none();
        if fell_ill
            && self
                .warned_at
                .is_none_or(|at| now.duration_since(at) > QUIET)
        {
            self.warned_at = Some(now);
            self.told = true;
            tracing::warn!(%error, "{name} is gone: until it is back, {meanwhile}");
        }
    }
}
