//! Batched loading: what many resolvers ask for one by one is fetched by one statement.
//!
//! A loader lives as long as one request, or what one reader may see would leak to the next.

use super::db_error::told;
use super::error::internal;
use crate::platform::db::{Conn, Database, DbError};
use async_graphql::Error;
use dataloader::BatchFn;
use dataloader::cached;
use std::collections::HashMap;
use std::fmt::Debug;
use std::hash::Hash;
use std::sync::Arc;

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
}

type Outcome<V> = Result<Option<V>, Arc<DbError>>;

/// Runs a batch on a connection of the request's database.
struct Runner<B> {
    database: Database,
    batch: B,
}

impl<B: Batch> Runner<B> {
    async fn run(&self, keys: Vec<B::Key>) -> Result<HashMap<B::Key, B::Value>, DbError> {
        let mut conn = self.database.get().await?;
        Ok(self.batch.load(&mut conn, keys).await?)
    }
}

impl<B: Batch> BatchFn<B::Key, Outcome<B::Value>> for Runner<B> {
    async fn load(&mut self, keys: &[B::Key]) -> HashMap<B::Key, Outcome<B::Value>> {
        match self.run(keys.to_vec()).await {
            // A missing key is an answer too: the crate takes an absent one for a fault.
            Ok(mut found) => keys
                .iter()
                .map(|key| (key.clone(), Ok(found.remove(key))))
                .collect(),
            Err(error) => {
                let error = Arc::new(error);
                keys.iter()
                    .map(|key| (key.clone(), Err(Arc::clone(&error))))
                    .collect()
            }
        }
    }
}

/// Keys beyond this go in a second statement: no list is longer.
const LARGEST_BATCH: usize = 20_000;

/// Loads values of one kind for one request, and keeps them for it.
pub struct Loader<B: Batch>(cached::Loader<B::Key, Outcome<B::Value>, Runner<B>>);

impl<B: Batch> Loader<B> {
    /// A loader for one request, whose statements count as that request's.
    #[must_use]
    pub fn new(database: &Database, batch: B) -> Self {
        let runner = Runner {
            database: database.clone(),
            batch,
        };
        // One yield is enough: all fields of a level are asked before the first of them goes on.
        Self(
            cached::Loader::new(runner)
                .with_yield_count(1)
                .with_max_batch_size(LARGEST_BATCH),
        )
    }

    /// The value of `key`, if there is one.
    ///
    /// # Errors
    /// A masked internal error when the database failed.
    pub async fn load(&self, key: B::Key) -> Result<Option<B::Value>, Error> {
        self.0
            .try_load(key)
            .await
            .map_err(internal)?
            .map_err(|error| told(&error))
    }

    /// The values of `keys`, in their order; `None` where there is none.
    ///
    /// # Errors
    /// A masked internal error when the database failed.
    pub async fn load_many(&self, keys: Vec<B::Key>) -> Result<Vec<Option<B::Value>>, Error> {
        let found = self.0.try_load_many(keys.clone()).await.map_err(internal)?;
        keys.iter()
            .map(|key| {
                found
                    .get(key)
                    .cloned()
                    .unwrap_or(Ok(None))
                    .map_err(|error| told(&error))
            })
            .collect()
    }
}
