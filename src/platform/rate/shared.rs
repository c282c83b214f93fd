//! What several processes count together, in Redis.

use super::{Charge, Micros};
use crate::platform::cache::CacheError;
use crate::platform::health::Health;
use redis::aio::ConnectionManager;
use redis::{RedisResult, Script};
use std::time::Duration;

/// Stands before every key, as others may use the same Redis.
const PREFIX: &str = "lilium:rate:";
/// How long an answer may take: nobody waits for the right to ask.
const PATIENCE: Duration = Duration::from_millis(100);

/// Counts in Redis, by one script: what it does nobody else comes between.
pub(super) struct Shared {
    connection: ConnectionManager,
    script: Script,
    health: Health,
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Shared(..)")
    }
}

impl Shared {
    pub fn open(url: &str) -> Result<Self, CacheError> {
        let told = |error: redis::RedisError| CacheError::Address(error.to_string());
        let connection = crate::platform::redis::impatient(url, PATIENCE).map_err(told)?;
        Ok(Self {
            connection,
            script: Script::new(include_str!("settle.lua")),
            health: Health::of(
                "the counting in Redis",
                "each instance keeps the limits by itself",
            ),
        })
    }

    /// Counts all of `charges` or none, and answers how long each has to wait; nothing when Redis does not say. `now` is 0 for
    /// the time of Redis.
    pub async fn take(&self, charges: &[Charge], now: Micros) -> Option<Vec<Micros>> {
        if charges.is_empty() || !self.health.may_ask() {
            return None;
        }
        let answer = self.ask(charges, now).await;
        self.health.note(&answer);
        answer.ok()
    }

    async fn ask(&self, charges: &[Charge], now: Micros) -> Result<Vec<Micros>, CacheError> {
        let mut call = self.script.prepare_invoke();
        call.arg(now);
        for charge in charges {
            let key = charge.key;
            call.key(format!("{PREFIX}{}:{:x}", key.what, key.whose));
            call.arg(charge.takes()).arg(charge.rule.room);
        }
        let mut connection = self.connection.clone();
        let answer: RedisResult<Vec<Micros>> =
            tokio::time::timeout(PATIENCE, call.invoke_async(&mut connection))
                .await
                .map_err(|_| {
                    CacheError::Unreachable(format!("nothing within {} ms", PATIENCE.as_millis()))
                })?;
        answer.map_err(|error| CacheError::Unreachable(error.to_string()))
    }
}
