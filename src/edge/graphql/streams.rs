//! How many sockets and event streams are open, and their end when the program ends.

use std::{sync::Arc, time::Duration};

use tokio::sync::watch;

/// The sockets and event streams of a program. Copies count together.
#[derive(Debug, Clone)]
pub struct Streams(Arc<Counts>);

#[derive(Debug)]
struct Counts {
    most: usize,
    open: watch::Sender<usize>,
    ending: watch::Sender<bool>,
}

impl Streams {
    /// At most so many at a time.
    #[must_use]
    pub fn at_most(most: usize) -> Self {
        Self(Arc::new(Counts {
            most,
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
    pub(super) fn enter(&self) -> Option<Place> {
        let counts = &self.0;
        let enters = |open: &mut usize| {
            let free = *open < counts.most && !*counts.ending.borrow();
            *open += usize::from(free);
            free
        };
        counts
            .open
            .send_if_modified(enters)
            .then(|| Place(self.clone()))
    }
}

/// One that is open, for as long as this lives.
#[derive(Debug)]
pub(super) struct Place(Streams);

impl Place {
    /// Ends when all shall end.
    pub fn ending(&self) -> impl Future<Output = ()> + Send + 'static {
        let mut ending = self.0.0.ending.subscribe();
        async move {
            // The place itself keeps the sender.
            let _ = ending.wait_for(|ending| *ending).await;
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let leave = |open: &mut usize| *open = open.saturating_sub(1);
        self.0.0.open.send_modify(leave);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn there_are_so_many_places_and_no_more() {
        let streams = Streams::at_most(2);
        let (one, two) = (streams.enter().unwrap(), streams.enter().unwrap());
        assert!(streams.enter().is_none());
        drop(one);
        let three = streams.enter();
        assert!(three.is_some() && streams.open() == 2);
        drop((two, three));
        assert_eq!(streams.open(), 0);
    }

    #[tokio::test]
    async fn ending_is_told_waited_for_and_final() {
        let streams = Streams::at_most(2);
        let (obeys, deaf) = (streams.enter().unwrap(), streams.enter().unwrap());
        let told = tokio::spawn(async move {
            obeys.ending().await;
            obeys.ending().await;
        });
        assert_eq!(streams.drain(Duration::from_millis(100)).await, 1);
        told.await.unwrap();
        assert!(streams.enter().is_none());
        drop(deaf);
        assert_eq!(streams.drain(Duration::ZERO).await, 0);
    }
}
