//! Guests who ask the same at one time: one of them makes the answer, the others wait for it.

use super::{Kept, Key};
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;

type Landed = Option<Arc<Kept>>;

/// The answers that are being made.
#[derive(Clone, Default)]
pub(super) struct Flights(Arc<Mutex<HashMap<Key, watch::Receiver<Landed>>>>);

/// What somebody does about an answer.
pub(super) enum Place {
    /// They make it.
    Leads(Lead),
    /// They wait for whoever makes it.
    Follows(Follower),
}

/// Whoever makes an answer. When it is dropped those who wait go on: with the answer, or by themselves.
pub struct Lead {
    flights: Flights,
    key: Key,
    lands: watch::Sender<Landed>,
    /// Whether others are still told to wait for it.
    awaited: bool,
}

/// Somebody who waits for an answer.
pub(super) struct Follower(watch::Receiver<Landed>);

impl Flights {
    /// The place of whoever asks this.
    pub(super) fn place(&self, key: Key) -> Place {
        match self.locked().entry(key) {
            Entry::Occupied(flight) => Place::Follows(Follower(flight.get().clone())),
            Entry::Vacant(free) => {
                let (lands, landed) = watch::channel(None);
                free.insert(landed);
                Place::Leads(Lead {
                    flights: self.clone(),
                    key,
                    lands,
                    awaited: true,
                })
            }
        }
    }

    fn locked(&self) -> MutexGuard<'_, HashMap<Key, watch::Receiver<Landed>>> {
        // Nothing that holds it can panic half way.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Lead {
    /// Gives the answer to those who wait. Whoever has no use for it finds that nobody leads any more.
    pub(super) fn land(mut self, kept: &Arc<Kept>) {
        self.leave();
        let _ = self.lands.send(Some(Arc::clone(kept)));
    }

    fn leave(&mut self) {
        // Once: by then somebody else may lead.
        if std::mem::take(&mut self.awaited) {
            self.flights.locked().remove(&self.key);
        }
    }
}

impl Drop for Lead {
    fn drop(&mut self) {
        self.leave();
    }
}

impl Follower {
    /// The answer; nothing when whoever makes it has none that may be given to others.
    pub(super) async fn answer(mut self) -> Option<Arc<Kept>> {
        let landed = self.0.wait_for(Option::is_some).await.ok()?;
        landed.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edge::answers::Kept;

    const KEY: Key = Key([7; 32]);

    fn kept() -> Arc<Kept> {
        let written = br#"{"format":1,"epoch":"00000000-0000-0000-0000-000000000001","at":1,"shop_at":1,"made_at":0,"tags":[]}
{}"#;
        Arc::new(Kept::read(&written.to_vec().into()).unwrap())
    }

    fn lead(flights: &Flights) -> Lead {
        match flights.place(KEY) {
            Place::Leads(lead) => lead,
            Place::Follows(_) => panic!("somebody leads"),
        }
    }

    fn follower(flights: &Flights) -> Follower {
        match flights.place(KEY) {
            Place::Leads(_) => panic!("nobody leads"),
            Place::Follows(follower) => follower,
        }
    }

    #[tokio::test]
    async fn those_who_wait_get_what_the_first_one_made() {
        let flights = Flights::default();
        let lead = lead(&flights);
        let waiting = [follower(&flights), follower(&flights)];
        let kept = kept();
        lead.land(&kept);
        for follower in waiting {
            assert!(Arc::ptr_eq(&follower.answer().await.unwrap(), &kept));
        }
        assert!(flights.locked().is_empty());
    }

    #[tokio::test]
    async fn those_who_wait_go_on_when_nothing_comes() {
        let flights = Flights::default();
        let leads = lead(&flights);
        let waiting = follower(&flights);
        drop(leads);
        assert_eq!(waiting.answer().await, None);
        // Whoever comes next leads.
        drop(lead(&flights));
    }

    #[tokio::test]
    async fn who_has_no_use_for_an_answer_leads_anew_and_stays_the_one_who_leads() {
        let flights = Flights::default();
        let (first, waiting) = (lead(&flights), follower(&flights));
        let kept = kept();
        first.land(&kept);
        waiting.answer().await.unwrap();
        let second = lead(&flights);
        let waiting = follower(&flights);
        second.land(&kept);
        assert!(waiting.answer().await.is_some());
    }

    #[test]
    fn other_questions_have_flights_of_their_own() {
        let flights = Flights::default();
        let _lead = lead(&flights);
        assert!(matches!(flights.place(Key([8; 32])), Place::Leads(_)));
    }
}
