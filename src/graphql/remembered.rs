//! Rows that change rarely, remembered by the process from one request to the next.
//!
//! A loader of such a kind ([`Rarely`]) looks here before it asks the database. With a value lies what it is made of, and where the log of
//! events ended before its statement was sent. It is given as long as the log has told of none of that since, as this process has
//! heard it: the rule of answers that are kept, so that nothing has to be thrown away for it to be right.
//!
//! An answer may be made of what is remembered, and be kept itself. The answer counts from the place where the log ended when it was asked,
//! which may be later than the value's. That is right: the value was given because nothing up to what was heard by then had touched
//! it, and that is no less than what was heard when the answer was begun. So the value is what a statement would have read that was sent
//! at the answer's place, and whatever touches it afterwards stands behind that place, where the answer is asked whether it holds.
//!
//! - Nobody's answer depends on who asks: the trait stands at kinds that are the same for all, and a loader without it has no memory.
//! - A mutation remembers nothing, for it reads what it has changed.
//! - Neither does what is told of an event: who follows may be told of one that this process has not heard of otherwise
//!   ([`crate::platform::hub::Follower`] asks the log itself when it is far behind), and would be shown what was there before.
//! - What begins or ends at a set time is touched by nobody when it does: it is not remembered ([`Rarely::stays`]).

use super::batch::{Batch, Known};
use super::made_of::MadeOf;
use super::tags::Tag;
use crate::platform::outbox::log::Head;
use crate::platform::telemetry::metrics;
use crate::platform::touched::Touched;
use moka::notification::RemovalCause;
use moka::sync::Cache;
use std::any::{Any, TypeId};
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

#[cfg(test)]
mod tests;

/// What an entry weighs beside its value, its name and its tags, in bytes.
const REST: usize = 256;

/// A kind whose rows change rarely, are told of when they do, and are the same whoever asks.
pub trait Rarely: Batch {
    /// What the value of `key` is remembered by: with it, everything else that it depends on.
    fn place(&self, key: &Self::Key) -> Place;

    /// What a value takes in memory, about, in bytes.
    fn weight(value: &Self::Value) -> usize;

    /// Whether this value, or that there is none, is another one only after rows were touched.
    fn stays(_value: Option<&Self::Value>) -> bool {
        true
    }
}

/// What a value is remembered by, beside its kind.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Place {
    row: Row,
    language: &'static str,
    market: Option<Uuid>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Row {
    Whole,
    Id(Uuid),
    Handle(String),
}

impl Place {
    /// The value of this id.
    #[must_use]
    pub const fn id(id: Uuid) -> Self {
        Self::of(Row::Id(id))
    }

    /// The value of this handle.
    #[must_use]
    pub fn handle(handle: &str) -> Self {
        Self::of(Row::Handle(handle.to_owned()))
    }

    /// There is one value.
    #[must_use]
    pub const fn whole() -> Self {
        Self::of(Row::Whole)
    }

    /// It is another one in another language.
    #[must_use]
    pub fn in_language(self, language: &'static str) -> Self {
        Self { language, ..self }
    }

    /// It is another one in another market.
    #[must_use]
    pub fn in_market(self, market: Uuid) -> Self {
        Self {
            market: Some(market),
            ..self
        }
    }

    const fn of(row: Row) -> Self {
        Self {
            row,
            language: "",
            market: None,
        }
    }

    fn weight(&self) -> usize {
        match &self.row {
            Row::Handle(handle) => handle.len(),
            Row::Whole | Row::Id(_) => 0,
        }
    }
}

/// What the process remembers; nothing, when it is not to remember anything. Clones are the same.
#[derive(Clone, Default)]
pub struct Remembered(Option<Arc<Shelf>>);

impl Remembered {
    /// A memory of so many megabytes, nothing in it for longer than `lasts`: what somebody changes past the triggers is told by nobody.
    /// `touched` knows what holds.
    #[must_use]
    pub fn of(megabytes: u32, lasts: Duration, touched: &Arc<Touched<Tag>>) -> Self {
        let bytes = u64::from(megabytes).saturating_mul(1024 * 1024);
        Self((bytes > 0).then(|| Arc::new(Shelf::new(bytes, lasts, touched))))
    }

    /// The memory of one kind.
    pub(super) fn memory<B: Rarely>(&self) -> Option<Arc<dyn Memory<B>>> {
        let shelf = self.0.as_ref()?;
        Some(Arc::<Shelf>::clone(shelf))
    }
}

/// The memory of one kind, for its loader.
pub(super) trait Memory<B: Batch>: Send + Sync {
    /// The value of `key`, while it holds.
    fn find(&self, batch: &B, key: &B::Key) -> Known<B::Value>;

    /// Where the log ends, for whoever is about to send a statement; nothing while nobody knows.
    fn now(&self) -> Option<Head>;

    /// Remembers what a statement said of `key` that was sent when the log had ended at `at`.
    fn keep(&self, batch: &B, key: &B::Key, value: Option<&B::Value>, at: Head);
}

/// One room for all kinds: what is asked for least goes first.
struct Shelf {
    touched: Arc<Touched<Tag>>,
    held: Cache<(TypeId, Place), Arc<Held>>,
}

/// What is remembered of one key.
struct Held {
    /// The value, of the type of its kind; nothing, when there is none.
    value: Option<Box<dyn Any + Send + Sync>>,
    tags: Vec<Tag>,
    /// Where the log ended before it was read.
    at: Head,
    weight: u32,
}

impl Shelf {
    fn new(bytes: u64, lasts: Duration, touched: &Arc<Touched<Tag>>) -> Self {
        let held = Cache::builder()
            .max_capacity(bytes)
            .weigher(|_: &(TypeId, Place), held: &Arc<Held>| held.weight)
            .time_to_live(lasts)
            .eviction_listener(|_, _, cause| {
                if cause == RemovalCause::Size {
                    metrics().rows_evicted.increment(1);
                }
            })
            .build();
        Self {
            touched: Arc::clone(touched),
            held,
        }
    }
}

impl<B: Rarely> Memory<B> for Shelf {
    fn find(&self, batch: &B, key: &B::Key) -> Known<B::Value> {
        let Some(held) = self.held.get(&(TypeId::of::<B>(), batch.place(key))) else {
            return Known::Nothing;
        };
        let Head { epoch, position } = held.at;
        if !self.touched.holds(epoch, position, held.tags.iter()) {
            return Known::Nothing;
        }
        let Some(value) = &held.value else {
            return Known::Value(None);
        };
        // What lies under a kind is of its type.
        value
            .downcast_ref::<B::Value>()
            .map_or(Known::Nothing, |value| Known::Value(Some(value.clone())))
    }

    fn now(&self) -> Option<Head> {
        self.touched.now()
    }

    fn keep(&self, batch: &B, key: &B::Key, value: Option<&B::Value>, at: Head) {
        if !B::stays(value) {
            return;
        }
        let notes = MadeOf::noted();
        batch.made_of(key, value, &notes);
        let Some(tags) = notes.tags() else {
            return;
        };
        let place = batch.place(key);
        let weight = weight(&place, value.map_or(0, B::weight), &tags);
        let value = value.map(|value| -> Box<dyn Any + Send + Sync> { Box::new(value.clone()) });
        let held = Held {
            value,
            tags,
            at,
            weight,
        };
        self.held.insert((TypeId::of::<B>(), place), Arc::new(held));
    }
}

fn weight(place: &Place, value: usize, tags: &[Tag]) -> u32 {
    let tags = tags.len().saturating_mul(size_of::<Tag>());
    let all = value
        .saturating_add(place.weight())
        .saturating_add(tags)
        .saturating_add(REST);
    u32::try_from(all).unwrap_or(u32::MAX)
}
