//! How many operations run at a time, in the whole process and whatever way they came in.
//!
//! What is begun holds memory and asks for connections to the database; when too much is begun, everything gets slow, and in the end
//! nothing is answered in time. So there are so many turns as the pool can feed. Who comes next waits in a line, first come first
//! served; when the line is long, or does not move, it is said at once that the shop is busy. No client has more than a quarter of
//! all places, so that one alone does not fill the line.
//!
//! Subscriptions are not counted here: they are short to begin, and share connections of their own.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

use super::super::limits::Neighbour;

/// The part of all places that one client may have: one of so many.
const SHARE: usize = 4;

/// The turns of a process. Copies are the same.
#[derive(Debug, Clone)]
pub struct Turns {
    places: Arc<Semaphore>,
    turns: Arc<Semaphore>,
    of_one: Arc<Mutex<HashMap<Neighbour, usize>>>,
    most_of_one: usize,
    patience: Duration,
}

/// One operation's turn, for as long as this lives.
#[derive(Debug)]
pub(super) struct Turn {
    _turn: OwnedSemaphorePermit,
    _place: OwnedSemaphorePermit,
    _seat: Option<Seat>,
}

/// One of the places that a client has.
#[derive(Debug)]
struct Seat {
    of_one: Arc<Mutex<HashMap<Neighbour, usize>>>,
    whose: Neighbour,
}

impl Turns {
    /// So many at a time, and so many who wait, each as long as `patience`.
    #[must_use]
    pub fn new(running: usize, waiting: usize, patience: Duration) -> Self {
        let most = Semaphore::MAX_PERMITS;
        let places = running.saturating_add(waiting).min(most);
        Self {
            places: Arc::new(Semaphore::new(places)),
            turns: Arc::new(Semaphore::new(running.min(most))),
            of_one: Arc::default(),
            most_of_one: places.div_ceil(SHARE),
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

    /// A turn for an operation of this client, when there is one in time. Whoever may be everybody is bound by all places only.
    pub(super) async fn take(&self, whose: Option<Neighbour>) -> Option<Turn> {
        let seat = match whose {
            Some(whose) => Some(self.seat(whose)?),
            None => None,
        };
        let place = Arc::clone(&self.places).try_acquire_owned().ok()?;
        // Nearly always there is one, and it costs nothing to see that.
        let turn = match Arc::clone(&self.turns).try_acquire_owned() {
            Ok(turn) => turn,
            Err(_) => self.wait().await?,
        };
        Some(Turn {
            _turn: turn,
            _place: place,
            _seat: seat,
        })
    }

    async fn wait(&self) -> Option<OwnedSemaphorePermit> {
        let turn = timeout(self.patience, Arc::clone(&self.turns).acquire_owned());
        turn.await.ok()?.ok()
    }

    fn seat(&self, whose: Neighbour) -> Option<Seat> {
        let mut of_one = lock(&self.of_one);
        let taken = of_one.entry(whose).or_default();
        if *taken >= self.most_of_one {
            return None;
        }
        *taken += 1;
        Some(Seat {
            of_one: Arc::clone(&self.of_one),
            whose,
        })
    }
}

fn lock(of_one: &Mutex<HashMap<Neighbour, usize>>) -> MutexGuard<'_, HashMap<Neighbour, usize>> {
    of_one.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut of_one = lock(&self.of_one);
        if let Some(taken) = of_one.get_mut(&self.whose) {
            *taken = taken.saturating_sub(1);
            if *taken == 0 {
                of_one.remove(&self.whose);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edge::limits::Limits;
    use axum::http::HeaderMap;

    #[tokio::test]
    async fn so_many_run_so_many_wait_and_the_rest_is_told_at_once() {
        let turns = Turns::new(1, 1, Duration::from_secs(5));
        let first = turns.take(None).await.unwrap();
        let second = tokio::spawn({
            let turns = turns.clone();
            async move { turns.take(None).await.is_some() }
        });
        tokio::task::yield_now().await;
        assert!(
            timeout(Duration::ZERO, turns.take(None))
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
        let _first = turns.take(None).await;
        assert!(turns.take(None).await.is_none());
        // And who waited in vain left the line.
        assert_eq!(turns.places.available_permits(), 1);
    }

    #[tokio::test]
    async fn one_client_alone_does_not_fill_the_line() {
        let turns = Turns::new(2, 6, Duration::from_millis(50));
        let client = |address: &str| {
            let address = address.parse().ok();
            Limits::default().neighbour(address, &HeaderMap::new())
        };
        let (one, other) = (client("203.0.113.7"), client("203.0.113.8"));
        assert!(one.is_some() && one != other);
        let (first, second) = (turns.take(one).await, turns.take(one));
        let second = second.await;
        assert!(first.is_some() && second.is_some());
        // A quarter of eight places, whatever is free besides.
        assert!(turns.take(one).await.is_none());
        drop(first);
        assert!(turns.take(other).await.is_some());
        assert!(turns.take(None).await.is_some());
        drop(second);
        assert!(lock(&turns.of_one).is_empty());
    }
}
