//! How many operations run at a time, in the whole process and whatever way they came in.
//!
//! What is begun holds memory and asks for connections to the database; when too much is begun, everything gets slow, and in the end
//! nothing is answered in time. So there are so many turns as the pool can feed. Who comes next waits in a line, first come first
//! served; when the line is long, or does not move, it is said at once that the shop is busy.
//!
//! Subscriptions are not counted here: they are short to begin, and share connections of their own.

use std::{sync::Arc, time::Duration};

use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

/// The turns of a process. Copies are the same.
#[derive(Debug, Clone)]
pub struct Turns {
    places: Arc<Semaphore>,
    turns: Arc<Semaphore>,
    patience: Duration,
}

/// One operation's turn, for as long as this lives.
#[derive(Debug)]
pub(super) struct Turn {
    _turn: OwnedSemaphorePermit,
    _place: OwnedSemaphorePermit,
}

impl Turns {
    /// So many at a time, and so many who wait, each as long as `patience`.
    #[must_use]
    pub fn new(running: usize, waiting: usize, patience: Duration) -> Self {
        let most = Semaphore::MAX_PERMITS;
        Self {
            places: Arc::new(Semaphore::new(running.saturating_add(waiting).min(most))),
            turns: Arc::new(Semaphore::new(running.min(most))),
            patience,
        }
    }

    /// For a pool of so many connections. An operation holds none most of the time: it reads, resolves and writes between its
    /// statements. Whoever waits for a connection gives up after five seconds, and does so here.
    #[must_use]
    pub fn for_pool(connections: usize) -> Self {
        let running = connections.saturating_mul(4).max(16);
        Self::new(running, running.saturating_mul(8), Duration::from_secs(5))
    }

    /// A turn, when there is one in time.
    pub(super) async fn take(&self) -> Option<Turn> {
        let place = Arc::clone(&self.places).try_acquire_owned().ok()?;
        let turn = timeout(self.patience, Arc::clone(&self.turns).acquire_owned());
        Some(Turn {
            _turn: turn.await.ok()?.ok()?,
            _place: place,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn so_many_run_so_many_wait_and_the_rest_is_told_at_once() {
        let turns = Turns::new(1, 1, Duration::from_secs(5));
        let first = turns.take().await.unwrap();
        let second = tokio::spawn({
            let turns = turns.clone();
            async move { turns.take().await.is_some() }
        });
        tokio::task::yield_now().await;
        assert!(
            timeout(Duration::ZERO, turns.take())
                .await
                .unwrap()
                .is_none()
        );
        drop(first);
        assert!(second.await.unwrap());
    }

    #[tokio::test]
    async fn nobody_waits_for_ever() {
        let turns = Turns::new(1, 1, Duration::from_millis(50));
        let _first = turns.take().await;
        assert!(turns.take().await.is_none());
        // And who waited in vain left the line.
        assert_eq!(turns.places.available_permits(), 1);
    }
}
