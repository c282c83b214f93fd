//! Both caches keep the same promises; the one in Redis also does without Redis.

use super::Cache;
use bytes::Bytes;
use rustix::process::{Pid, Signal, kill_process};
use std::error::Error;
use std::io::ErrorKind;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

type Outcome = Result<(), Box<dyn Error>>;

const MINUTE: Duration = Duration::from_secs(60);

/// What every cache promises.
async fn keeps_its_promises(cache: &Cache) {
    assert_eq!(cache.get("nothing").await, None);

    cache
        .put("key", Bytes::from_static(b"\0one\xff"), MINUTE)
        .await;
    assert_eq!(
        cache.get("key").await,
        Some(Bytes::from_static(b"\0one\xff"))
    );
    cache.put("key", Bytes::from_static(b"two"), MINUTE).await;
    assert_eq!(
        cache.clone().get("key").await,
        Some(Bytes::from_static(b"two"))
    );

    cache.put("empty", Bytes::new(), MINUTE).await;
    assert_eq!(cache.get("empty").await, Some(Bytes::new()));

    let large = Bytes::from(vec![7; 3_000_000]);
    cache.put("large", large.clone(), MINUTE).await;
    assert_eq!(cache.get("large").await, Some(large));

    cache
        .put("key", Bytes::from_static(b"three"), Duration::ZERO)
        .await;
    assert_eq!(cache.get("key").await, None);
    cache
        .put("long", Bytes::from_static(b"x"), Duration::MAX)
        .await;
    assert_eq!(cache.get("long").await, Some(Bytes::from_static(b"x")));
    forgets_in_time(cache).await;
    assert!(cache.ping().await.is_ok());
}

async fn forgets_in_time(cache: &Cache) {
    cache
        .put(
            "short",
            Bytes::from_static(b"x"),
            Duration::from_millis(150),
        )
        .await;
    assert_eq!(cache.get("short").await, Some(Bytes::from_static(b"x")));
    tokio::time::sleep(Duration::from_millis(250)).await;
    assert_eq!(cache.get("short").await, None);
}

#[tokio::test]
async fn in_the_process() {
    let cache = Cache::in_process();
    assert_eq!(cache.kind(), "in the process");
    keeps_its_promises(&cache).await;
}

#[tokio::test]
async fn what_is_kept_in_the_process_is_bounded() {
    let cache = Cache::in_process();
    for number in 0..40 {
        cache
            .put(
                &format!("key {number}"),
                Bytes::from(vec![0; 4_000_000]),
                MINUTE,
            )
            .await;
    }
    // What is too much goes a moment later.
    tokio::time::sleep(Duration::from_millis(400)).await;
    cache.put("last", Bytes::new(), MINUTE).await;
    let mut kept = 0;
    for number in 0..40 {
        kept += u32::from(cache.get(&format!("key {number}")).await.is_some());
    }
    assert!(kept <= 16, "{kept} values of 4 MB in 64 MB");
}

#[tokio::test]
async fn in_redis() -> Outcome {
    let folder = tempfile::tempdir()?;
    let Some(_server) = RedisServer::start(folder.path())? else {
        return Ok(());
    };
    let cache = connected(folder.path()).await?;
    assert_eq!(cache.kind(), "Redis");
    keeps_its_promises(&cache).await;
    Ok(())
}

#[tokio::test]
async fn without_redis_nothing_is_known_and_nobody_waits() -> Outcome {
    let cache = Cache::redis("redis+unix:///nowhere/redis.sock")?;
    let start = Instant::now();
    for _ in 0..200 {
        cache.put("key", Bytes::from_static(b"x"), MINUTE).await;
        assert_eq!(cache.get("key").await, None);
    }
    assert!(
        start.elapsed() < Duration::from_millis(500),
        "{:?}",
        start.elapsed()
    );
    assert!(cache.ping().await.is_err());
    Ok(())
}

#[tokio::test]
async fn a_redis_that_starts_late_or_again_is_used() -> Outcome {
    let folder = tempfile::tempdir()?;
    let cache = Cache::redis(&address(folder.path()))?;
    assert_eq!(cache.get("key").await, None);
    for _ in 0..2 {
        let Some(server) = RedisServer::start(folder.path())? else {
            return Ok(());
        };
        eventually_keeps(&cache).await;
        drop(server);
        assert_eq!(cache.get("key").await, None);
    }
    Ok(())
}

#[tokio::test]
async fn a_redis_that_hangs_is_waited_for_once() -> Outcome {
    let folder = tempfile::tempdir()?;
    let Some(server) = RedisServer::start(folder.path())? else {
        return Ok(());
    };
    let cache = connected(folder.path()).await?;
    server.signal(Signal::STOP)?;
    let start = Instant::now();
    for _ in 0..100 {
        assert_eq!(cache.get("key").await, None);
    }
    assert!(
        start.elapsed() < Duration::from_millis(500),
        "{:?}",
        start.elapsed()
    );
    server.signal(Signal::CONT)?;
    eventually_keeps(&cache).await;
    Ok(())
}

#[tokio::test]
async fn an_address_that_is_none_is_refused() {
    assert!(Cache::redis("localhost").is_err());
    assert!(Cache::redis("http://localhost").is_err());
}

/// Waits until a value that was put is there.
async fn eventually_keeps(cache: &Cache) {
    let start = Instant::now();
    while cache.get("key").await.is_none() {
        assert!(
            start.elapsed() < Duration::from_secs(10),
            "the cache is not used again"
        );
        tokio::time::sleep(Duration::from_millis(50)).await;
        cache.put("key", Bytes::from_static(b"x"), MINUTE).await;
    }
}

/// A cache in the Redis of `folder`, once that answers.
async fn connected(folder: &Path) -> Result<Cache, Box<dyn Error>> {
    let cache = Cache::redis(&address(folder))?;
    eventually_keeps(&cache).await;
    Ok(cache)
}

pub(crate) fn address(folder: &Path) -> String {
    format!("redis+unix://{}/redis.sock", folder.display())
}

/// A Redis of our own, on a socket only, stopped when dropped.
pub(crate) struct RedisServer(Child);

impl RedisServer {
    /// Starts it in `folder`; `None`, said in the output, on a machine without `redis-server`.
    pub(crate) fn start(folder: &Path) -> Result<Option<Self>, Box<dyn Error>> {
        let server = Command::new("redis-server")
            .args([
                "--port",
                "0",
                "--unixsocket",
                "redis.sock",
                "--save",
                "",
                "--appendonly",
                "no",
            ])
            .current_dir(folder)
            .stdout(Stdio::null())
            .spawn();
        match server {
            Ok(process) => Ok(Some(Self(process))),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                eprintln!("not tested: redis-server is not on this machine");
                Ok(None)
            }
            Err(error) => Err(error.into()),
        }
    }

    pub(crate) fn signal(&self, signal: Signal) -> Outcome {
        Ok(kill_process(Pid::from_child(&self.0), signal)?)
    }
}

impl Drop for RedisServer {
    fn drop(&mut self) {
        // It holds nothing that is worth a polite end.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
