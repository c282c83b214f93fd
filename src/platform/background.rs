//! What the program does by itself, beside answering: tasks that run until the program ends, and are ended in an orderly way.

use futures_util::FutureExt;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// The tasks of one program. They are ended when the last copy of this is dropped; better is to [`Background::stop`] them.
#[derive(Clone, Default)]
pub struct Background(Arc<Inner>);

#[derive(Default)]
struct Inner {
    ending: watch::Sender<bool>,
    tasks: Mutex<JoinSet<()>>,
}

/// Tells a task that it shall end. A task asks between two steps.
#[derive(Clone)]
pub struct Ending(watch::Receiver<bool>);

impl Ending {
    /// Waits until the task shall end.
    pub async fn asked(&mut self) {
        // Without a sender the program has ended.
        let _ = self.0.wait_for(|ending| *ending).await;
    }

    /// Waits for `pause`; false, and at once, when the task shall end.
    pub async fn pause(&mut self, pause: Duration) -> bool {
        tokio::time::timeout(pause, self.asked()).await.is_err()
    }
}

impl Background {
    /// Runs `task` until it ends by itself; it heeds an [`Ending`] of [`Background::ending`]. A panic of it is told in the log.
    pub fn spawn(&self, name: &'static str, task: impl Future<Output = ()> + Send + 'static) {
        let task = async move {
            if AssertUnwindSafe(task).catch_unwind().await.is_err() {
                tracing::error!(name, "a background task panicked and does not run any more");
            }
        };
        self.tasks().spawn(task);
    }

    /// What tells a task that it shall end.
    #[must_use]
    pub fn ending(&self) -> Ending {
        Ending(self.0.ending.subscribe())
    }

    /// Asks all tasks to end, and waits for the steps that they are at; what takes longer than `patience` is cut off. Whether
    /// all ended by themselves.
    pub async fn stop(&self, patience: Duration) -> bool {
        self.0.ending.send_replace(true);
        let mut tasks = std::mem::take(&mut *self.tasks());
        let ended = async { while tasks.join_next().await.is_some() {} };
        let in_time = tokio::time::timeout(patience, ended).await.is_ok();
        tasks.shutdown().await;
        in_time
    }

    fn tasks(&self) -> std::sync::MutexGuard<'_, JoinSet<()>> {
        // Nothing that holds it can panic half way.
        self.0.tasks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicBool, Ordering};

    #[tokio::test]
    async fn a_step_that_runs_is_finished() {
        let (background, finished) = (Background::default(), Arc::new(AtomicBool::new(false)));
        let (mut ending, done) = (background.ending(), Arc::clone(&finished));
        background.spawn("steps", async move {
            while ending.pause(Duration::from_millis(1)).await {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            done.store(true, Ordering::Relaxed);
        });
        tokio::time::sleep(Duration::from_millis(10)).await;
        assert!(background.stop(Duration::from_secs(5)).await);
        assert!(finished.load(Ordering::Relaxed));
    }

    #[tokio::test]
    async fn one_that_does_not_end_is_cut_off_and_one_that_panics_ends_no_other() {
        let background = Background::default();
        background.spawn("deaf", std::future::pending());
        background.spawn("panics", async { panic!("on purpose") });
        assert!(!background.stop(Duration::from_millis(20)).await);
        assert!(background.stop(Duration::ZERO).await);
    }
}
