//! The file locks by which several Liliums share one cluster.
//!
//! `start.lock` is held while one of them starts or stops the server. `users.lock` is held, shared, by
//! all who use it: whoever leaves and then gets it alone was the last. The kernel frees both when a
//! process dies, however it dies.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::fs::OFlags;
use tokio::time::{Instant, sleep};
use tracing::info;

use super::error::{EmbeddedError, io_error};
use super::files::open_private;
use super::folder::Home;

/// How long to wait for another Lilium: longer than a start and a stop may take.
const BOUND: Duration = Duration::from_secs(100);

/// How often to look whether the lock is free.
const POLL: Duration = Duration::from_millis(20);

/// The sole right to start or stop the server; ends when dropped.
#[derive(Debug)]
pub(super) struct StartLock {
    _file: File,
}

impl StartLock {
    /// Waits for the right.
    pub(super) async fn acquire(home: &Home) -> Result<StartLock, EmbeddedError> {
        let path = home.root().join("postgres.start.lock");
        let file = open(home, &path)?;
        let begin = Instant::now();
        let mut told = false;
        while !locked(file.try_lock(), &path)? {
            if begin.elapsed() > BOUND {
                return Err(EmbeddedError::Busy {
                    path,
                    seconds: BOUND.as_secs(),
                });
            }
            if !std::mem::replace(&mut told, true) {
                info!("another Lilium is starting or stopping PostgreSQL: waiting for it");
            }
            sleep(POLL).await;
        }
        Ok(StartLock { _file: file })
    }
}

/// A mark that this process uses the server; ends when dropped.
#[derive(Debug)]
pub(super) struct UserLock {
    file: File,
    path: PathBuf,
}

impl UserLock {
    /// Marks this process as a user. The start lock must be held: then nobody holds this one alone.
    pub(super) fn join(home: &Home, _starting: &StartLock) -> Result<UserLock, EmbeddedError> {
        let path = home.root().join("postgres.users.lock");
        let file = open(home, &path)?;
        file.lock_shared().map_err(io_error("lock", &path))?;
        Ok(UserLock { file, path })
    }

    /// Takes the mark away and tells whether it was the last one.
    pub(super) fn leave(self, _stopping: &StartLock) -> Result<bool, EmbeddedError> {
        self.file.unlock().map_err(io_error("unlock", &self.path))?;
        locked(self.file.try_lock(), &self.path)
    }
}

/// Opens a lock file. It is the first file written in a home, so its failing tells whether one can write.
fn open(home: &Home, path: &Path) -> Result<File, EmbeddedError> {
    open_private(path, OFlags::RDWR).map_err(|cause| EmbeddedError::NotWritable {
        path: home.root().to_path_buf(),
        cause,
    })
}

/// Whether a lock was got.
fn locked(tried: Result<(), TryLockError>, path: &Path) -> Result<bool, EmbeddedError> {
    match tried {
        Ok(()) => Ok(true),
        Err(TryLockError::WouldBlock) => Ok(false),
        Err(TryLockError::Error(cause)) => Err(io_error("lock", path)(cause)),
    }
}
