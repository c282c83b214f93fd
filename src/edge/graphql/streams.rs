//! How many sockets and event streams are open, and their end when the program ends.

use std::{
    collections::{HashMap, hash_map::Entry},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::sync::watch;

use super::{super::limits::Neighbour, refusal::Refusal};

/// The sockets and event streams of a program. Copies count together.
#[derive(Debug, Clone)]
pub struct Streams(Arc<Counts>);

#[derive(Debug)]
struct Counts {
    most: usize,
    most_of_one: usize,
    of_one: Mutex<HashMap<Neighbour, usize>>,
    open: watch::Sender<usize>,
    ending: watch::Sender<bool>,
}

impl Streams {
    /// At most so many at a time.
    #[must_use]
    pub fn at_most(most: usize) -> Self {
        Self::bounded(most, usize::MAX)
    }

    /// At most so many at a time, and so many of one address.
    #[must_use]
    pub fn bounded(most: usize, most_of_one: usize) -> Self {
        Self(Arc::new(Counts {
            most,
            most_of_one,
            of_one: Mutex::default(),
            open: watch::Sender::new(0),
            ending: watch::Sender::new(false),
        }))
    }

    /// How many are open.
    #[must_use]
    pub fn open(&self) -> usize {
        *self.0.open.borrow()
    }

    /// Ends all of them, and waits for that as long as `patience`. How many are open all the same.
    pub async fn drain(&self, patience: Duration) -> usize {
        self.end();
        let mut open = self.0.open.subscribe();
        let none = open.wait_for(|open| *open == 0);
        match tokio::time::timeout(patience, none).await {
            Ok(_) => 0,
            Err(_) => self.open(),
        }
    }

    /// Has all of them end, and opens none any more.
    pub fn end(&self) {
        self.0.ending.send_replace(true);
    }

    /// A place for one more, when there is one.
    pub(super) fn enter(&self, whose: Option<Neighbour>) -> Result<Place, Refusal> {
        let counts = &self.0;
        let whose = match whose {
            Some(whose) => Some(self.count(whose)?),
            None => None,
        };
        let enters = |open: &mut usize| {
            let free = *open < counts.most && !*counts.ending.borrow();
            *open += usize::from(free);
            free
        };
        if !counts.open.send_if_modified(enters) {
            return Err(Refusal::too_many_streams());
        }
        Ok(Place {
            streams: self.clone(),
            _whose: whose,
        })
    }

    /// Counts one more of an address.
    fn count(&self, whose: Neighbour) -> Result<OfOne, Refusal> {
        let mut of_one = self.of_one();
        let open = of_one.entry(whose).or_default();
        if *open >= self.0.most_of_one {
            return Err(Refusal::too_many_streams_of_one());
        }
        *open += 1;
        drop(of_one);
        Ok(OfOne {
            streams: self.clone(),
            whose,
        })
    }

    fn of_one(&self) -> MutexGuard<'_, HashMap<Neighbour, usize>> {
        self.0.of_one.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One of an address, for as long as this lives.
#[derive(Debug)]
struct OfOne {
    streams: Streams,
    whose: Neighbour,
}

impl Drop for OfOne {
    fn drop(&mut self) {
        if let Entry::Occupied(mut open) = self.streams.of_one().entry(self.whose) {
            match open.get() {
                0 | 1 => drop(open.remove()),
                more => *open.get_mut() = more - 1,
            }
        }
    }
}

/// One that is open, for as long as this lives.
#[derive(Debug)]
pub(super) struct Place {
    streams: Streams,
    _whose: Option<OfOne>,
}

impl Place {
    /// Ends when all shall end.
    pub fn ending(&self) -> impl Future<Output = ()> + Send + 'static {
        let mut ending = self.streams.0.ending.subscribe();
        async move {
            // The place itself keeps the sender.
            let _ = ending.wait_for(|ending| *ending).await;
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let leave = |open: &mut usize| *open = open.saturating_sub(1);
        self.streams.0.open.send_modify(leave);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn there_are_so_many_places_and_no_more() {
        let streams = Streams::at_most(2);
        let (one, two) = (streams.enter(None).unwrap(), streams.enter(None).unwrap());
        assert!(streams.enter(None).is_err());
        drop(one);
        let three = streams.enter(None);
        assert!(three.is_ok() && streams.open() == 2);
        drop((two, three));
        assert_eq!(streams.open(), 0);
    }

    #[tokio::test]
    async fn ending_is_told_waited_for_and_final() {
        let streams = Streams::at_most(2);
        let (obeys, deaf) = (streams.enter(None).unwrap(), streams.enter(None).unwrap());
        let told = tokio::spawn(async move {
            obeys.ending().await;
            obeys.ending().await;
        });
        assert_eq!(streams.drain(Duration::from_millis(100)).await, 1);
        told.await.unwrap();
        assert!(streams.enter(None).is_err());
        drop(deaf);
        assert_eq!(streams.drain(Duration::ZERO).await, 0);
    }
}
