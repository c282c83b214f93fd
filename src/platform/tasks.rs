//! Work that was begun and shall be finished, whoever waits for it or does so no longer.

use std::time::Duration;
use tokio::sync::watch;
use tracing::Instrument;

/// What runs apart from the requests that asked for it: a change that has begun finishes though its client went away, and the
/// program waits for it before it ends.
#[derive(Debug, Clone)]
pub struct Tasks(watch::Sender<usize>);

/// A task did not come to its end: it panicked, or the program ended first.
#[derive(Debug, thiserror::Error)]
#[error("a task did not come to its end: {0}")]
pub struct Lost(#[from] tokio::task::JoinError);

impl Default for Tasks {
    fn default() -> Self {
        Self(watch::Sender::new(0))
    }
}

impl Tasks {
    /// Runs `work` on a task of its own and waits for what comes of it. The work goes on when the waiting is given up.
    ///
    /// # Errors
    /// [`Lost`] when it panicked.
    pub async fn run<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Result<T, Lost> {
        let running = Running::begin(self);
        let task = async move {
            let _running = running;
            work.await
        };
        Ok(tokio::spawn(task.in_current_span()).await?)
    }

    /// How many run.
    #[must_use]
    pub fn running(&self) -> usize {
        *self.0.borrow()
    }

    /// Waits until none runs, but no longer than `patience`; whether none runs.
    pub async fn finished(&self, patience: Duration) -> bool {
        let mut running = self.0.subscribe();
        let none = running.wait_for(|running| *running == 0);
        matches!(tokio::time::timeout(patience, none).await, Ok(Ok(_)))
    }
}

/// Counts a task for as long as it lives, also when it panics.
struct Running(Tasks);

impl Running {
    fn begin(tasks: &Tasks) -> Self {
        tasks.0.send_modify(|running| *running += 1);
        Self(tasks.clone())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.0
            .0
            .send_modify(|running| *running = running.saturating_sub(1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::sync::oneshot;

    const LONG: Duration = Duration::from_secs(10);

    #[tokio::test]
    async fn what_comes_of_it_is_told() {
        let tasks = Tasks::default();
        assert_eq!(tasks.run(async { 7 }).await.unwrap(), 7);
        assert_eq!(tasks.running(), 0);
        assert!(tasks.finished(Duration::ZERO).await);
    }

    #[tokio::test]
    async fn it_goes_on_when_nobody_waits_for_it_any_more() {
        let tasks = Tasks::default();
        let (go, may_go) = oneshot::channel();
        let (done, is_done) = oneshot::channel();
        let work = async move {
            may_go.await.unwrap();
            done.send(()).unwrap();
        };
        let waiting = tokio::time::timeout(Duration::from_millis(10), tasks.run(work)).await;
        assert!(waiting.is_err());
        assert_eq!(tasks.running(), 1);
        assert!(!tasks.finished(Duration::from_millis(10)).await);
        go.send(()).unwrap();
        assert!(tasks.finished(LONG).await);
        is_done.await.unwrap();
    }

    #[tokio::test]
    async fn one_that_panics_is_lost_and_counted_no_longer() {
        let tasks = Tasks::default();
        let lost = tasks.run(async { panic!("on purpose") }).await;
        assert!(matches!(lost, Err(Lost(_))));
        assert!(tasks.finished(LONG).await);
    }
}
