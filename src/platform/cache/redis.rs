//! The cache that several processes share.

use super::CacheError;
use crate::platform::health::Health;
use bytes::Bytes;
use redis::aio::ConnectionManager;
use redis::{Cmd, FromRedisValue, RedisResult};
use std::sync::Arc;
use std::time::Duration;

/// Stands before every key, as others may use the same Redis.
const PREFIX: &str = "lilium:";
/// How long an answer may take: a slow cache is worse than none.
const PATIENCE: Duration = Duration::from_millis(200);

/// Values in Redis.
#[derive(Debug, Clone)]
pub(super) struct InRedis {
    connection: ConnectionManager,
    patience: Duration,
    health: Arc<Health>,
}

impl InRedis {
    pub(super) fn open(url: &str) -> Result<Self, CacheError> {
        Self::open_within(url, PATIENCE)
    }

    pub(super) fn open_within(url: &str, patience: Duration) -> Result<Self, CacheError> {
        let told = |error: redis::RedisError| CacheError::Address(error.to_string());
        let connection = crate::platform::redis::impatient(url, patience).map_err(told)?;
        Ok(Self {
            connection,
            patience,
            health: Arc::new(Health::of(
                "the cache in Redis",
                "everything is made without it",
            )),
        })
    }

    pub(super) async fn get(&self, key: &str) -> Option<Bytes> {
        self.ask::<Option<Bytes>>(&Cmd::get(named(key)))
            .await
            .flatten()
    }

    pub(super) async fn put(&self, key: &str, value: Bytes, ttl: Duration) {
        let milliseconds = u64::try_from(ttl.as_millis())
            .unwrap_or(LONGEST)
            .min(LONGEST);
        let command = if milliseconds == 0 {
            Cmd::del(named(key))
        } else {
            Cmd::pset_ex(named(key), value.as_ref(), milliseconds)
        };
        self.ask::<()>(&command).await;
    }

    pub(super) async fn ping(&self) -> Result<(), CacheError> {
        let answer = self.send::<()>(&Cmd::ping()).await;
        self.health.note(&answer);
        answer
    }

    /// Sends `command` unless Redis is resting; what goes wrong is noted, and is no answer.
    async fn ask<T: FromRedisValue>(&self, command: &Cmd) -> Option<T> {
        if !self.health.may_ask() {
            return None;
        }
        let answer = self.send(command).await;
        self.health.note(&answer);
        answer.ok()
    }

    async fn send<T: FromRedisValue>(&self, command: &Cmd) -> Result<T, CacheError> {
        let mut connection = self.connection.clone();
        let answer = async move { command.query_async(&mut connection).await };
        let patience = self.patience;
        let answer: RedisResult<T> =
            tokio::time::timeout(patience, answer).await.map_err(|_| {
                CacheError::Unreachable(format!("nothing within {} ms", patience.as_millis()))
            })?;
        answer.map_err(|error| CacheError::Unreachable(error.to_string()))
    }
}

/// The longest that anything is kept, in milliseconds: 30 days.
const LONGEST: u64 = 30 * 24 * 60 * 60 * 1000;

fn named(key: &str) -> String {
    format!("{PREFIX}{key}")
}
