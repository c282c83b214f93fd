//! Batched loading: what many resolvers ask for one by one is fetched by one statement.
//!
//! A loader lives as long as one request, or one moment of those who are told of an event: what it knows grows old. The loaders of a request go in
//! step: a statement is sent when nothing more is asked for and none is being answered, so that how many statements a document
//! takes depends neither on how many rows it has nor on which statement is answered first.
//!
//! What changes rarely is known from one request to the next: see [`super::remembered`].

use super::db_error::told;
use super::made_of::MadeOf;
use super::remembered::{Memory, Rarely, Remembered};
use crate::platform::db::{Conn, Database, DbError};
use crate::platform::telemetry::metrics;
use crate::platform::telemetry::spans::What;
use async_graphql::Error;
use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::fmt::Debug;
use std::hash::Hash;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;
use tokio::sync::Notify;

#[cfg(test)]
mod tests;

/// One kind of reading: keys in, a map out, by one statement.
pub trait Batch: Send + Sync + 'static {
    /// What is asked with.
    type Key: Clone + Debug + Eq + Hash + Send + Sync + 'static;
    /// What is answered; cheap to clone.
    type Value: Clone + Send + Sync + 'static;

    /// Reads the values of `keys`; a key without a value is left out.
    fn load(
        &self,
        conn: &mut Conn,
        keys: Vec<Self::Key>,
    ) -> impl Future<Output = diesel::QueryResult<HashMap<Self::Key, Self::Value>>> + Send;

    /// Notes what an answer is made of that was told this value of `key`, or that there is none: whatever happens for it to be another
    /// one has to touch one of these. What is somebody's own is not kept.
    fn made_of(&self, key: &Self::Key, value: Option<&Self::Value>, made_of: &MadeOf);
}

/// What a loader knows of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known<V> {
    /// Its value, if there is one.
    Value(Option<V>),
    /// Its statement failed: whoever loads it is told why.
    Failed,
    /// It was not asked for yet.
    Nothing,
}

type Outcome<V> = Result<Option<V>, Arc<DbError>>;

/// Makes the loaders of one request.
pub struct Loaders {
    database: Database,
    made_of: MadeOf,
    step: Arc<Step>,
}

impl Loaders {
    /// Loaders whose statements count as those of the request that `database` is counted for, and which note what its answer is made of.
    #[must_use]
    pub fn new(database: &Database, made_of: &MadeOf) -> Self {
        Self {
            database: database.clone(),
            made_of: made_of.clone(),
            step: Arc::default(),
        }
    }

    /// The loader of one kind.
    #[must_use]
    pub fn of<B: Batch>(&self, batch: B) -> Loader<B> {
        self.with(batch, None)
    }

    /// The loader of a kind whose rows change rarely: it looks first whether the process remembers them.
    #[must_use]
    pub fn remembering<B: Rarely>(&self, batch: B, remembered: &Remembered) -> Loader<B> {
        self.with(batch, remembered.memory())
    }

    fn with<B: Batch>(&self, batch: B, memory: Option<Arc<dyn Memory<B>>>) -> Loader<B> {
        Loader {
            database: self.database.clone(),
            made_of: self.made_of.clone(),
            step: Arc::clone(&self.step),
            batch,
            memory,
            desk: Mutex::new(Desk::default()),
            answered: Notify::new(),
        }
    }
}

/// Loads values of one kind for one request, and keeps them for it.
pub struct Loader<B: Batch> {
    database: Database,
    made_of: MadeOf,
    step: Arc<Step>,
    batch: B,
    memory: Option<Arc<dyn Memory<B>>>,
    desk: Mutex<Desk<B>>,
    answered: Notify,
}

/// What is asked of a loader, and what it knows.
struct Desk<B: Batch> {
    known: HashMap<B::Key, Outcome<B::Value>>,
    asked: HashSet<B::Key>,
    /// One of those who ask fetches for all of them.
    served: bool,
}

impl<B: Batch> Default for Desk<B> {
    fn default() -> Self {
        Self {
            known: HashMap::new(),
            asked: HashSet::new(),
            served: false,
        }
    }
}

impl<B: Batch> Loader<B> {
    /// The value of `key`, if there is one.
    ///
    /// # Errors
    /// A masked internal error when the database failed.
    pub async fn load(&self, key: B::Key) -> Result<Option<B::Value>, Error> {
        loop {
            self.step.stir();
            let answered = self.answered.notified();
            let serves = {
                let mut desk = self.desk();
                if let Some(outcome) = desk.known.get(&key) {
                    return outcome.clone().map_err(|error| told(&error));
                }
                // What was wanted before was looked for then, and is fetched with all that is wanted beside it.
                if !desk.asked.contains(&key)
                    && let Known::Value(value) = self.recall(&mut desk, &key)
                {
                    return Ok(value);
                }
                desk.asked.insert(key.clone());
                !std::mem::replace(&mut desk.served, true)
            };
            if serves {
                self.serve().await;
            } else {
                answered.await;
            }
        }
    }

    /// What is known of `key` without asking for it.
    pub fn known(&self, key: &B::Key) -> Known<B::Value> {
        let mut desk = self.desk();
        match desk.known.get(key) {
            Some(Ok(value)) => Known::Value(value.clone()),
            Some(Err(_)) => Known::Failed,
            None => self.recall(&mut desk, key),
        }
    }

    /// What the process remembers of `key`. From then on this request knows it, and its answer is made of it.
    fn recall(&self, desk: &mut Desk<B>, key: &B::Key) -> Known<B::Value> {
        let Some(memory) = &self.memory else {
            return Known::Nothing;
        };
        let found = memory.find(&self.batch, key);
        if let Known::Value(value) = &found {
            metrics().rows(name::<B>(), "memory", 1);
            self.batch.made_of(key, value.as_ref(), &self.made_of);
            desk.known.insert(key.clone(), Ok(value.clone()));
        }
        found
    }

    /// Asks for `key` without waiting: whoever loads another key in the same turn of the task has it fetched by the same statement.
    pub fn want(&self, key: B::Key) {
        self.step.stir();
        let mut desk = self.desk();
        if !desk.known.contains_key(&key) {
            desk.asked.insert(key);
        }
    }

    /// Is told what `key` has, which was read beside something else: whoever asks for it later has it. What is known stays: one request
    /// is told one thing.
    pub fn tell(&self, key: B::Key, value: Option<B::Value>) {
        if let Entry::Vacant(place) = self.desk().known.entry(key) {
            self.batch
                .made_of(place.key(), value.as_ref(), &self.made_of);
            place.insert(Ok(value));
        }
    }

    /// Forgets what was read so far: for a mutation, which answers what stands after it.
    pub fn forget(&self) {
        self.desk().known.clear();
    }

    /// Fetches what is asked for by then, when the time has come.
    async fn serve(&self) {
        // Whoever waits goes on when this ends, even when it is dropped half way: one of them then serves.
        let _closing = Closing(self);
        let _running = self.step.begin().await;
        let keys: Vec<B::Key> = self.desk().asked.drain().collect();
        // Before the statement: it sees whatever the log has told of by then.
        let at = self.memory.as_ref().and_then(|memory| memory.now());
        let found = self.fetch(keys.clone()).await;
        if let Ok(found) = &found {
            for key in &keys {
                let value = found.get(key);
                self.batch.made_of(key, value, &self.made_of);
                if let Some((memory, at)) = self.memory.as_ref().zip(at) {
                    memory.keep(&self.batch, key, value, at);
                }
            }
        }
        let mut desk = self.desk();
        for (key, outcome) in outcomes(keys, found) {
            // What the process remembered meanwhile was told already: one request is told one thing.
            desk.known.entry(key).or_insert(outcome);
        }
    }

    async fn fetch(&self, keys: Vec<B::Key>) -> Result<HashMap<B::Key, B::Value>, DbError> {
        let (loader, count) = (name::<B>(), keys.len());
        metrics().batch(loader, count);
        if self.memory.is_some() {
            metrics().rows(loader, "database", count);
        }
        let began = SystemTime::now();
        let mut conn = self.database.get().await?;
        let found = self.batch.load(&mut conn, keys).await;
        if let Some(trail) = self.database.trail() {
            let keys = count;
            trail.add(began, What::Batch { loader, keys });
        }
        Ok(found?)
    }

    fn desk(&self) -> MutexGuard<'_, Desk<B>> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a batch is called in the program, without where it stands.
fn name<B>() -> &'static str {
    let whole = std::any::type_name::<B>();
    whole.rsplit("::").next().unwrap_or(whole)
}

/// Each key with its value, or with the reason why none is known.
fn outcomes<K: Eq + Hash, V>(
    keys: Vec<K>,
    found: Result<HashMap<K, V>, DbError>,
) -> HashMap<K, Outcome<V>> {
    match found {
        Ok(mut found) => keys
            .into_iter()
            .map(|key| {
                let value = found.remove(&key);
                (key, Ok(value))
            })
            .collect(),
        Err(error) => {
            let error = Arc::new(error);
            keys.into_iter()
                .map(|key| (key, Err(Arc::clone(&error))))
                .collect()
        }
    }
}

/// Ends a loader's serving.
struct Closing<'a, B: Batch>(&'a Loader<B>);

impl<B: Batch> Drop for Closing<'_, B> {
    fn drop(&mut self) {
        self.0.desk().served = false;
        self.0.answered.notify_waiters();
    }
}

/// Keeps the loaders of a request in step. All of them are polled by the one task that runs the request; those of a moment by all
/// who are told of it, and there it is only likely that they go together.
#[derive(Debug, Default)]
struct Step {
    /// How often somebody asked, or went on with an answer.
    stirred: AtomicUsize,
    /// Steps that were begun.
    begun: AtomicUsize,
    /// Statements that are being answered.
    running: AtomicUsize,
    answered: Notify,
}

/// Turns of the task in which nobody stirs, after which nobody will: a long list is polled in several turns.
const QUIET_TURNS: usize = 2;

impl Step {
    fn stir(&self) {
        self.stirred.fetch_add(1, Ordering::Relaxed);
    }

    /// Waits until all statements are answered and nothing more is asked for; all who wait begin together.
    async fn begin(&self) -> Running<'_> {
        let last = self.begun.load(Ordering::Relaxed);
        let mut quiet = 0;
        while quiet < QUIET_TURNS && self.begun.load(Ordering::Relaxed) == last {
            let answered = self.answered.notified();
            if self.running.load(Ordering::Relaxed) > 0 {
                answered.await;
                continue;
            }
            let stirred = self.stirred.load(Ordering::Relaxed);
            tokio::task::yield_now().await;
            let still = self.stirred.load(Ordering::Relaxed) == stirred;
            quiet = if still { quiet + 1 } else { 0 };
        }
        if self.begun.load(Ordering::Relaxed) == last {
            self.begun.fetch_add(1, Ordering::Relaxed);
        }
        self.running.fetch_add(1, Ordering::Relaxed);
        Running(self)
    }
}

/// A statement that is being answered.
struct Running<'a>(&'a Step);

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.0.running.fetch_sub(1, Ordering::Relaxed);
        self.0.answered.notify_waiters();
    }
}
