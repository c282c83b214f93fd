//! How many operations run at a time, in the whole process and whatever way they came in.
//!
//! What is begun holds memory and asks for connections to the database; when too much is begun, everything gets slow, and in the end
//! nothing is answered in time. So there are so many turns as the pool can feed. Who comes next waits in a line, first come first
//! served; when the line is long, or does not move, it is said at once that the shop is busy. No client has more than a quarter of
//! all places, and of what runs more than an eighth: its others wait in a line of its own, and nobody behind them.
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
use crate::config::SMALLEST_USUAL_POOL;

/// The part of all places that one client may have: one of so many.
const SHARE: usize = 4;

/// The part of what runs that one client may have: one of so many.
const RUNNING_SHARE: usize = 8;

/// How many may wait for a pool of the usual size, or of a larger one, at the least: four connections of HTTP/2, each with as many requests
/// as it may have, leave room for others.
const WAITING: usize = 512;

/// The turns of a process. Copies are the same.
#[derive(Debug, Clone)]
pub struct Turns {
    places: Arc<Semaphore>,
    turns: Arc<Semaphore>,
    of_one: Arc<Mutex<Clients>>,
    most_of_one: usize,
    running_of_one: usize,
    patience: Duration,
}

/// Those who have places.
type Clients = HashMap<Neighbour, Client>;

/// One client.
#[derive(Debug)]
struct Client {
    /// How many places it has.
    taken: usize,
    /// Its own turns.
    turns: Arc<Semaphore>,
}

/// One operation's turn, for as long as this lives.
#[derive(Debug)]
pub(super) struct Turn {
    _turn: OwnedSemaphorePermit,
    _own: Option<OwnedSemaphorePermit>,
    _place: OwnedSemaphorePermit,
    _seat: Option<Seat>,
}

/// One of the places that a client has.
#[derive(Debug)]
struct Seat {
    of_one: Arc<Mutex<Clients>>,
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
            running_of_one: running.div_ceil(RUNNING_SHARE),
            patience,
        }
    }

    /// For a pool of so many connections. An operation holds none most of the time: it reads, resolves and writes between its
    /// statements. Whoever waits for a connection gives up after five seconds, and does so here. The smallest pool that is usual serves as many as a
    /// large one does where there are few processors: so as many may wait for it. For a smaller one, which somebody has chosen, fewer wait.
    #[must_use]
    pub fn for_pool(connections: usize) -> Self {
        let running = connections.saturating_mul(4).max(16);
        let least = if connections < SMALLEST_USUAL_POOL {
            0
        } else {
            WAITING
        };
        let waiting = running.saturating_mul(8).max(least);
        Self::new(running, waiting, Duration::from_secs(5))
    }

    /// A turn for an operation of this client, when there is one in time. Whoever may be everybody is bound by all places only.
    pub(super) async fn take(&self, whose: Option<Neighbour>) -> Option<Turn> {
        let (seat, own) = match whose {
            Some(whose) => self
                .seat(whose)
                .map(|(seat, own)| (Some(seat), Some(own)))?,
            None => (None, None),
        };
        let place = Arc::clone(&self.places).try_acquire_owned().ok()?;
        let turn = async {
            let own = match own {
                Some(own) => Some(own.acquire_owned().await.ok()?),
                None => None,
            };
            let turn = Arc::clone(&self.turns).acquire_owned().await.ok()?;
            Some((own, turn))
        };
        let (own, turn) = timeout(self.patience, turn).await.ok()??;
        Some(Turn {
            _turn: turn,
            _own: own,
            _place: place,
            _seat: seat,
        })
    }

    /// A place for this client, and its own line.
    fn seat(&self, whose: Neighbour) -> Option<(Seat, Arc<Semaphore>)> {
        let mut of_one = lock(&self.of_one);
        let client = of_one.entry(whose).or_insert_with(|| Client {
            taken: 0,
            turns: Arc::new(Semaphore::new(self.running_of_one)),
        });
        if client.taken >= self.most_of_one {
            return None;
        }
        client.taken += 1;
        let seat = Seat {
            of_one: Arc::clone(&self.of_one),
            whose,
        };
        Some((seat, Arc::clone(&client.turns)))
    }
}

fn lock(of_one: &Mutex<Clients>) -> MutexGuard<'_, Clients> {
    of_one.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut of_one = lock(&self.of_one);
        if let Some(client) = of_one.get_mut(&self.whose) {
            client.taken = client.taken.saturating_sub(1);
            if client.taken == 0 {
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
        let turns = Turns::new(16, 16, Duration::from_millis(50));
        let client = |address: &str| {
            let address = address.parse().ok();
            Limits::default().neighbour(address, &HeaderMap::new())
        };
        let (one, other) = (client("203.0.113.7"), client("203.0.113.8"));
        assert!(one.is_some() && one != other);
        let (first, second) = (turns.take(one).await, turns.take(one));
        let second = second.await;
        assert!(first.is_some() && second.is_some());
        // An eighth of what runs, whatever is free besides: the next waits in a line of its own.
        let mut third = std::pin::pin!(turns.take(one));
        assert!(timeout(Duration::ZERO, third.as_mut()).await.is_err());
        assert!(turns.take(other).await.is_some());
        assert!(turns.take(None).await.is_some());
        assert!(third.await.is_none());
        drop(first);
        let first = turns.take(one).await;
        assert!(first.is_some());
        // A quarter of all places, those who wait among them.
        let waiting: Vec<_> = (0..6).map(|_| turns.seat(one.unwrap())).collect();
        assert!(waiting.iter().all(Option::is_some));
        assert!(turns.seat(one.unwrap()).is_none());
        drop((first, waiting));
        drop(second);
        assert!(lock(&turns.of_one).is_empty());
    }
}
