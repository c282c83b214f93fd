//! The cache of one process.

use bytes::Bytes;
use moka::Expiry;
use moka::future::Cache;
use std::time::{Duration, Instant};

/// Names and values together, in bytes.
const ROOM: u64 = 64 * 1024 * 1024;

/// A value and how long it may be kept.
#[derive(Debug, Clone)]
struct Entry {
    value: Bytes,
    ttl: Duration,
}

/// Keeps each entry for its own time, counted from when it was last put.
struct OwnTime;

impl Expiry<String, Entry> for OwnTime {
    fn expire_after_create(&self, _: &String, entry: &Entry, _: Instant) -> Option<Duration> {
        Some(entry.ttl)
    }

    fn expire_after_update(
        &self,
        _: &String,
        entry: &Entry,
        _: Instant,
        _: Option<Duration>,
    ) -> Option<Duration> {
        Some(entry.ttl)
    }
}

/// Values in memory, weighed by their bytes; what is asked for least goes first.
#[derive(Debug, Clone)]
pub(super) struct InProcess(Cache<String, Entry>);

impl InProcess {
    pub(super) fn new() -> Self {
        let kept = Cache::builder()
            .max_capacity(ROOM)
            .weigher(|key: &String, entry: &Entry| weight(key, entry))
            .expire_after(OwnTime)
            .build();
        Self(kept)
    }

    pub(super) async fn get(&self, key: &str) -> Option<Bytes> {
        self.0.get(key).await.map(|entry| entry.value)
    }

    pub(super) async fn put(&self, key: &str, value: Bytes, ttl: Duration) {
        if ttl < Duration::from_millis(1) {
            self.0.invalidate(key).await;
        } else {
            self.0.insert(key.to_owned(), Entry { value, ttl }).await;
        }
    }
}

fn weight(key: &str, entry: &Entry) -> u32 {
    u32::try_from(key.len().saturating_add(entry.value.len())).unwrap_or(u32::MAX)
}
