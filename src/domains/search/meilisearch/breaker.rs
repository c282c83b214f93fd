//! Whether it is worth to ask a server that did not answer a moment ago.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// So many failures one after the other, and it is not asked for a while.
const MOST_FAILURES: u32 = 2;

/// After this time one who asks tries it.
const PAUSE: Duration = Duration::from_secs(2);

/// Remembers whether a server answers: after some failures nobody waits for it any more, but one now and then who tries.
#[derive(Debug, Default)]
pub struct Breaker(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    failures: u32,
    next_try: Option<Instant>,
}

impl Breaker {
    /// Whether to ask the server now. Who is told so when it did not answer lately is the only one for a while.
    pub fn allows(&self) -> bool {
        self.allows_at(Instant::now())
    }

    fn allows_at(&self, now: Instant) -> bool {
        let mut state = self.state();
        match state.next_try {
            None => true,
            Some(next) if now < next => false,
            Some(_) => {
                state.next_try = Some(now + PAUSE);
                true
            }
        }
    }

    /// It answered; whether it had not before.
    pub fn worked(&self) -> bool {
        std::mem::take(&mut *self.state()).next_try.is_some()
    }

    /// It did not answer; whether that is the failure after which it is not asked any more.
    pub fn failed(&self) -> bool {
        let mut state = self.state();
        state.failures = state.failures.saturating_add(1);
        if state.failures >= MOST_FAILURES {
            state.next_try = Some(Instant::now() + PAUSE);
        }
        state.failures == MOST_FAILURES
    }

    /// Whether it is asked by everybody.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.state().next_try.is_none()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_failures_only_one_tries_and_an_answer_heals_it() {
        let (breaker, now) = (Breaker::default(), Instant::now());
        assert!(!breaker.failed() && breaker.allows_at(now));
        assert!(breaker.failed() && !breaker.allows_at(now));
        let later = Instant::now() + PAUSE;
        assert!(breaker.allows_at(later), "one tries");
        assert!(!breaker.allows_at(later), "and nobody else");
        assert!(!breaker.failed(), "told once");
        assert!(breaker.worked() && breaker.is_closed());
        assert!(breaker.allows_at(now) && !breaker.worked());
    }
}
