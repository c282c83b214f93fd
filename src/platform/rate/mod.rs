//! How often something may be done: in this process, and with Redis for several processes together.
//!
//! One rule (the generic cell rate algorithm): of each key there is one number, the moment until which what it has spent is paid
//! back. A charge moves it on; where that would be further ahead than the rule's room, it is refused and moves nothing.
//!
//! This process counts everything by itself. With Redis it asks there as well, and both must admit: so whoever has Redis go away
//! gains no tries but those that other processes counted.

mod process;
mod shared;
#[cfg(test)]
mod tests;

use super::cache::CacheError;
use process::InProcess;
use shared::Shared;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Keys that a process remembers.
const MOST_KEYS: usize = 200_000;

/// Moments and durations, in microseconds.
type Micros = u64;

/// Whose is counted: what is counted, and of whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Key {
    /// What is counted, as the key in Redis has it.
    pub what: &'static str,
    /// Of whom: an address, a user.
    pub whose: u128,
}

/// How much may be spent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// How long it takes until one is paid back.
    each: Micros,
    /// How far ahead the moment may be at which all is paid back.
    room: Micros,
}

impl Rule {
    /// So much in any minute, all at once if need be; with 0 there is no rule.
    #[must_use]
    pub fn per_minute(most: u32) -> Option<Self> {
        let each = MINUTE.div_ceil(u64::from(most).max(1));
        let room = each.saturating_mul(u64::from(most));
        (most > 0).then_some(Self { each, room })
    }
}

const MINUTE: Micros = 60_000_000;

/// Something that is spent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Charge {
    /// Whose it is.
    pub key: Key,
    /// How much may be.
    pub rule: Rule,
    /// How much is. More than may be at all counts as all there is.
    pub amount: u32,
}

impl Charge {
    /// Whether it is more than there may be at all.
    #[must_use]
    pub fn is_never_admitted(&self) -> bool {
        self.rule.each.saturating_mul(u64::from(self.amount)) > self.rule.room
    }

    /// How much further all is paid back.
    fn takes(&self) -> Micros {
        let takes = self.rule.each.saturating_mul(u64::from(self.amount));
        takes.min(self.rule.room)
    }
}

/// How long to wait until what was refused is admitted, when nothing else is spent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Wait(Micros);

impl Wait {
    /// In whole seconds, one at least.
    #[must_use]
    pub fn seconds(self) -> u64 {
        self.0.div_ceil(1_000_000).max(1)
    }
}

/// Counts. Cheap to clone: clones count together.
#[derive(Debug, Clone)]
pub struct Limiter(Arc<Counts>);

#[derive(Debug)]
struct Counts {
    began: Instant,
    process: InProcess,
    shared: Option<Shared>,
}

impl Default for Limiter {
    fn default() -> Self {
        Self::new(None)
    }
}

impl Limiter {
    /// Counts in this process.
    #[must_use]
    pub fn in_process() -> Self {
        Self::default()
    }

    /// Counts in this process, and with all others in the Redis at `url`. To be called within the runtime.
    ///
    /// # Errors
    /// [`CacheError::Address`] when the address cannot be read.
    pub fn redis(url: &str) -> Result<Self, CacheError> {
        Shared::open(url).map(|shared| Self::new(Some(shared)))
    }

    fn new(shared: Option<Shared>) -> Self {
        Self(Arc::new(Counts {
            began: Instant::now(),
            process: InProcess::of(MOST_KEYS),
            shared,
        }))
    }

    /// Counts in this process alone, which is done before anybody is asked.
    ///
    /// # Errors
    /// How long to wait.
    pub fn count(&self, charge: Charge) -> Result<(), Wait> {
        self.0.process.take(&[charge], self.now())
    }

    /// Counts all of `charges` or none, here and in Redis, and beside them what was counted here before.
    ///
    /// # Errors
    /// How long to wait.
    pub async fn settle(&self, counted: Option<Charge>, charges: &[Charge]) -> Result<(), Wait> {
        let Counts {
            process, shared, ..
        } = &*self.0;
        process.take(charges, self.now())?;
        let Some(shared) = shared else {
            return Ok(());
        };
        let all: Vec<Charge> = counted.into_iter().chain(charges.iter().copied()).collect();
        // Nothing is known while Redis is gone: then what this process has counted is the truth.
        let waits = shared.take(&all, 0).await.unwrap_or_default();
        let Some(longest) = waits.iter().copied().filter(|wait| *wait > 0).max() else {
            return Ok(());
        };
        process.give_back(charges);
        for (charge, wait) in all.iter().zip(waits) {
            // Whoever tries again at once is refused here.
            process.learn(charge, wait, self.now());
        }
        Err(Wait(longest))
    }

    fn now(&self) -> Micros {
        let elapsed: Duration = self.0.began.elapsed();
        u64::try_from(elapsed.as_micros()).unwrap_or(u64::MAX)
    }
}
