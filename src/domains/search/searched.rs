//! What an operation has searched: how often it may, and what its answer tells of it.

use super::finder::Answered;
use super::meilisearch::Lag;
use crate::graphql::error::{ErrorCode, client_error};
use async_graphql::{Error, Value};
use std::sync::{Mutex, PoisonError};

/// How often one operation may search: lists that count their filters each do once.
const MOST: usize = 10;

/// What one operation has searched.
#[derive(Debug, Default)]
pub struct Searched(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    times: usize,
    told: Option<Told>,
}

#[derive(Debug, Clone, Copy)]
struct Told {
    engine: &'static str,
    degraded: bool,
    lag: Lag,
}

impl Searched {
    /// Counts a search.
    ///
    /// # Errors
    /// `MAX_COST_EXCEEDED` when the operation has searched often enough.
    pub fn begin(&self) -> Result<(), Error> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.times = state.times.saturating_add(1);
        if state.times > MOST {
            return Err(client_error(
                ErrorCode::MaxCostExceeded,
                format!(
                    "One operation searches, or counts the filters of lists, at most {MOST} times: ask for fewer."
                ),
            ));
        }
        Ok(())
    }

    /// Remembers who answered. Of several searches the one that went worst is told.
    pub fn answered(&self, answered: &Answered) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let told = Told {
            engine: answered.engine,
            degraded: answered.degraded,
            lag: answered.lag,
        };
        let worse = |before: Told| told.degraded || !before.degraded;
        if state.told.is_none_or(worse) {
            state.told = Some(told);
        }
    }

    /// What the answer's extensions tell; `None` when nothing was searched.
    #[must_use]
    pub fn extension(&self) -> Option<Value> {
        let told = self.0.lock().unwrap_or_else(PoisonError::into_inner).told?;
        let of = |name: &str, value: Value| (async_graphql::Name::new(name), value);
        let lag = [
            of("events", told.lag.events.into()),
            of("seconds", told.lag.seconds.into()),
        ];
        let search = [
            of("engine", told.engine.into()),
            of("degraded", told.degraded.into()),
            of("indexLag", Value::Object(lag.into_iter().collect())),
        ];
        Some(Value::Object(search.into_iter().collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn by(engine: &'static str, degraded: bool) -> Answered {
        Answered {
            found: super::super::Found::default(),
            engine,
            degraded,
            lag: Lag::default(),
        }
    }

    #[test]
    fn the_worst_answer_is_told() {
        let searched = Searched::default();
        assert!(searched.extension().is_none());
        searched.answered(&by("postgresql", true));
        searched.answered(&by("meilisearch", false));
        let told = searched.extension().unwrap().into_json().unwrap();
        assert_eq!(told["engine"], "postgresql");
        assert_eq!(told["degraded"], true);
        assert_eq!(told["indexLag"]["events"], 0);
    }

    #[test]
    fn an_operation_searches_so_often_and_no_more() {
        let searched = Searched::default();
        assert!((0..MOST).all(|_| searched.begin().is_ok()));
        assert!(searched.begin().is_err());
    }
}
