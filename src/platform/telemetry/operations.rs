//! Operations by their names. Those of trusted documents have series of their own. Others come from strangers: those have some where
//! it is said that they may, and only so many, as otherwise whoever comes first could take them all.

use super::family::labelled;
use super::names::REQUESTS;
use ::metrics::{Counter, Label};
use metrics_exporter_prometheus::PrometheusRecorder;
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

/// Names of others that have series of their own.
const MOST: usize = 200;

/// Names of trusted documents that have series of their own: more would be too many to read.
const MOST_TRUSTED: usize = 2_000;

/// The kinds of operations, the last for what could not be read.
pub(super) const KINDS: [&str; 4] = ["query", "mutation", "subscription", "unknown"];

/// Where a kind stands among them.
pub(super) fn kind_at(kind: &str) -> usize {
    KINDS.iter().position(|it| *it == kind).unwrap_or(3)
}

/// Whether the answer has errors, in words.
const OUTCOMES: [&str; 2] = ["ok", "errors"];

/// What was answered, by name, kind and outcome.
pub struct Operations {
    known: RwLock<Known>,
    /// Whether names that nobody vouched for have series.
    of_strangers: AtomicBool,
    anonymous: Named,
    other: Named,
}

#[derive(Default)]
struct Known {
    names: HashMap<Box<str>, Arc<Named>>,
    /// How many of them nobody vouched for.
    strangers: usize,
}

/// The counters of one name.
struct Named {
    name: Box<str>,
    counters: [[OnceLock<Counter>; 2]; 4],
}

impl Named {
    fn new(name: &str) -> Self {
        Self {
            name: name.into(),
            counters: std::array::from_fn(|_| Default::default()),
        }
    }

    fn count(&self, recorder: &PrometheusRecorder, kind: usize, outcome: usize) {
        let counter = self.counters.get(kind).and_then(|it| it.get(outcome));
        let Some(counter) = counter else { return };
        let label = |all: &[&'static str], at: usize| all.get(at).copied().unwrap_or_default();
        let made = || {
            let labels = vec![
                Label::new("operation", self.name.to_string()),
                Label::new("kind", label(&KINDS, kind)),
                Label::new("outcome", label(&OUTCOMES, outcome)),
            ];
            labelled(recorder, REQUESTS, labels)
        };
        counter.get_or_init(made).increment(1);
    }
}

impl Operations {
    pub(super) fn new() -> Self {
        Self {
            known: RwLock::default(),
            of_strangers: AtomicBool::new(false),
            anonymous: Named::new("anonymous"),
            other: Named::new("other"),
        }
    }

    /// Gives an operation of a trusted document a series of its own, whatever strangers name theirs.
    pub fn trust(&self, name: &str) {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        let trusted = known.names.len().saturating_sub(known.strangers);
        if trusted < MOST_TRUSTED && !known.names.contains_key(name) {
            known.names.insert(name.into(), Arc::new(Named::new(name)));
        }
    }

    /// Gives names of others series, too, as long as there is room.
    pub fn name_strangers(&self) {
        self.of_strangers.store(true, Ordering::Relaxed);
    }

    pub(super) fn count(
        &self,
        recorder: &PrometheusRecorder,
        name: &str,
        kind: usize,
        errors: bool,
    ) {
        let outcome = usize::from(errors);
        if name.is_empty() {
            return self.anonymous.count(recorder, kind, outcome);
        }
        match self.named(name, errors) {
            Some(named) => named.count(recorder, kind, outcome),
            None => self.other.count(recorder, kind, outcome),
        }
    }

    /// The counters of a name; a new one gets its own where strangers may have some, while there is room, and once it was answered
    /// without errors.
    fn named(&self, name: &str, errors: bool) -> Option<Arc<Named>> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        let closed = !self.of_strangers.load(Ordering::Relaxed) || known.strangers >= MOST;
        let found = known.names.get(name).cloned();
        drop(known);
        if found.is_some() || closed || errors {
            return found;
        }
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        if known.strangers >= MOST {
            return known.names.get(name).cloned();
        }
        if let Some(found) = known.names.get(name) {
            return Some(Arc::clone(found));
        }
        let named = Arc::new(Named::new(name));
        known.strangers += 1;
        known.names.insert(name.into(), Arc::clone(&named));
        Some(named)
    }
}
