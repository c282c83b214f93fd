//! What all who are told of one event share while they are told.

use crate::domains::accounts::loaders::ViewerOf;
use crate::domains::accounts::{SessionId, Viewer};
use crate::domains::shop::InContext;
use crate::graphql::batch::Loader;
use crate::platform::hub::Cursor;
use crate::platform::outbox::Audience;
use async_graphql::{Data, Result};
use std::any::Any;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::watch;

/// Moments that are kept for those who are still to come.
const MOST: usize = 64;

/// How long somebody may join a moment: what it shows is read when the first asks, and nobody shall see what was long ago.
const OPEN: Duration = Duration::from_millis(500);

/// Makes what resolvers read with, for a context.
pub type Make = Arc<dyn Fn(&InContext) -> Data + Send + Sync>;

/// How long the others wait for the first reader of a moment.
const PATIENCE: Duration = Duration::from_millis(200);

/// What resolvers read with while an event is told.
pub struct Moment {
    data: Data,
    /// Whether the first reader is through.
    led: watch::Sender<bool>,
}

/// The first reader of a moment goes ahead, and the others find what it has read: each of them is woken once, and not for each
/// statement. When this is dropped, they go on.
pub struct Lead(Arc<Moment>);

impl Drop for Lead {
    fn drop(&mut self) {
        self.0.led.send_replace(true);
    }
}

impl Moment {
    /// A loader, or whatever else resolvers find there.
    ///
    /// # Errors
    /// When there is none, a fault of this program.
    pub fn get<T: Any + Send + Sync>(&self) -> Result<&T> {
        let found = self.data.get(&std::any::TypeId::of::<T>());
        found
            .and_then(|found| found.downcast_ref())
            .ok_or_else(|| crate::graphql::error::internal(std::any::type_name::<T>()))
    }

    /// Whoever the session belongs to at this moment.
    ///
    /// # Errors
    /// When the database failed.
    pub async fn viewer(&self, session: SessionId) -> Result<Option<Arc<Viewer>>> {
        self.get::<Loader<ViewerOf>>()?.load(session).await
    }

    /// For resolvers.
    pub(super) const fn data(&self) -> &Data {
        &self.data
    }

    /// Waits until the first reader is through, but not for long: it may read what nobody else wants.
    pub(super) async fn led(&self) {
        let mut led = self.led.subscribe();
        let _ = tokio::time::timeout(PATIENCE, led.wait_for(|led| *led)).await;
    }
}

/// The moments of a process. Cheap to clone.
#[derive(Clone)]
pub struct Moments {
    make: Make,
    kept: Arc<Mutex<VecDeque<Kept>>>,
}

struct Kept {
    at: Cursor,
    audience: Audience,
    context: InContext,
    since: Instant,
    moment: Arc<Moment>,
}

impl Kept {
    fn is_open(&self) -> bool {
        self.since.elapsed() < OPEN
    }

    fn is_for(&self, at: Cursor, audience: Audience, context: &InContext) -> bool {
        self.at == at
            && self.audience == audience
            && self.is_open()
            && Arc::ptr_eq(&self.context.facts, &context.facts)
            && self.context.country == context.country
            && self.context.language == context.language
    }
}

impl Moments {
    /// With what each is made of.
    #[must_use]
    pub fn new(make: Make) -> Self {
        Self {
            make,
            kept: Arc::default(),
        }
    }

    /// The moment of the event at this place: shared by all who ask in time, for the same audience, and in the same context. What it
    /// shows is never older than the event. Who is told for another reason reads apart: a customer holds up no vendor.
    ///
    /// Whoever makes it leads it.
    #[must_use]
    pub fn at(
        &self,
        at: Cursor,
        audience: Audience,
        context: &InContext,
    ) -> (Arc<Moment>, Option<Lead>) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let mut newest = kept.iter().rev();
        if let Some(found) = newest.find(|kept| kept.is_for(at, audience, context)) {
            return (Arc::clone(&found.moment), None);
        }
        while kept.front().is_some_and(|oldest| !oldest.is_open()) {
            kept.pop_front();
        }
        if kept.len() == MOST {
            kept.pop_front();
        }
        let moment = self.fresh(context);
        kept.push_back(Kept {
            at,
            audience,
            context: context.clone(),
            since: Instant::now(),
            moment: Arc::clone(&moment),
        });
        let lead = Lead(Arc::clone(&moment));
        (moment, Some(lead))
    }

    /// A moment of one's own.
    #[must_use]
    pub fn fresh(&self, context: &InContext) -> Arc<Moment> {
        Arc::new(Moment {
            data: (self.make)(context),
            led: watch::Sender::new(false),
        })
    }
}
