//! Bytes that are kept for a while under a name: in the process, or in Redis for several processes together.
//!
//! A cache may forget at any moment and fails nobody: what it cannot say is `None`, and is made again.

mod memory;
mod redis;
#[cfg(test)]
pub(crate) mod tests;

use crate::platform::telemetry::metrics;
use bytes::Bytes;
use memory::InProcess;
use redis::InRedis;
use std::time::Duration;

/// Why a cache is not to be used.
#[derive(Debug, thiserror::Error)]
pub enum CacheError {
    /// The address of Redis cannot be one.
    #[error("the address of Redis is wrong: {0}")]
    Address(String),
    /// Redis refused, failed, or did not answer in time.
    #[error("Redis does not answer: {0}")]
    Unreachable(String),
}

/// Where bytes are kept. Cheap to clone: clones are the same cache.
#[derive(Debug, Clone)]
pub struct Cache(Place);

#[derive(Debug, Clone)]
enum Place {
    InProcess(InProcess),
    Redis(InRedis),
}

impl Cache {
    /// A cache of this process, of at most 64 MB.
    #[must_use]
    pub fn in_process() -> Self {
        Self(Place::InProcess(InProcess::new()))
    }

    /// A cache in the Redis at `url`, as `redis://host:port` or `redis+unix:///path`. It connects on first use, and
    /// does without Redis as long as there is none. To be called within the runtime.
    ///
    /// # Errors
    /// [`CacheError::Address`] when the address cannot be read.
    pub fn redis(url: &str) -> Result<Self, CacheError> {
        Ok(Self(Place::Redis(InRedis::open(url)?)))
    }

    /// The same, whose answers are not waited for any longer than `patience`: for what is soon made again.
    ///
    /// # Errors
    /// [`CacheError::Address`] when the address cannot be read.
    pub fn redis_within(url: &str, patience: Duration) -> Result<Self, CacheError> {
        Ok(Self(Place::Redis(InRedis::open_within(url, patience)?)))
    }

    /// What was put under `key`, unless it has been forgotten since.
    pub async fn get(&self, key: &str) -> Option<Bytes> {
        let found = match &self.0 {
            Place::InProcess(cache) => cache.get(key).await,
            Place::Redis(cache) => cache.get(key).await,
        };
        metrics().cache_read(found.is_some());
        found
    }

    /// Keeps `value` under `key` for `ttl` at most, instead of what was there. A `ttl` below a millisecond keeps nothing.
    pub async fn put(&self, key: &str, value: Bytes, ttl: Duration) {
        match &self.0 {
            Place::InProcess(cache) => cache.put(key, value, ttl).await,
            Place::Redis(cache) => cache.put(key, value, ttl).await,
        }
    }

    /// Asks whether the cache is there, for the readiness of the program.
    ///
    /// # Errors
    /// [`CacheError::Unreachable`] with the reason.
    pub async fn ping(&self) -> Result<(), CacheError> {
        match &self.0 {
            Place::InProcess(_) => Ok(()),
            Place::Redis(cache) => cache.ping().await,
        }
    }

    /// Where it keeps things, in words for the log.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match &self.0 {
            Place::InProcess(_) => "in the process",
            Place::Redis(_) => "Redis",
        }
    }
}
