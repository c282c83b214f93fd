//! The facts of the shop, kept in the process for a few seconds.

use super::model::Facts;
use super::store;
use crate::platform::db::{Database, DbError};
use crate::platform::hub::Hub;
use moka::future::Cache;
use std::sync::Arc;
use std::time::Duration;

/// How long facts are used before they are read again: a change by another process is seen after this.
const AGE: Duration = Duration::from_secs(3);

/// Why there are no facts.
#[derive(Debug, thiserror::Error)]
pub enum ShopError {
    /// The database is empty.
    #[error("this shop is not set up yet: run `lilium seed` for the demo shop")]
    NoShop,
    /// The database did not answer.
    #[error(transparent)]
    Database(#[from] DbError),
}

/// Where the facts of the shop are asked for.
#[derive(Clone)]
pub struct Directory {
    database: Database,
    hub: Option<Hub>,
    kept: Cache<(), Arc<Facts>>,
}

impl Directory {
    /// A directory that reads from `database`.
    #[must_use]
    pub fn new(database: Database) -> Self {
        Self {
            database,
            hub: None,
            kept: Cache::builder().time_to_live(AGE).max_capacity(1).build(),
        }
    }

    /// The same, with facts that say where the log of this hub ended before they were read.
    #[must_use]
    pub fn following(self, hub: Hub) -> Self {
        Self {
            hub: Some(hub),
            ..self
        }
    }

    /// The facts, not older than a few seconds; many who ask at once cause one reading.
    ///
    /// # Errors
    /// [`ShopError::NoShop`] on an empty database.
    pub async fn facts(&self) -> Result<Arc<Facts>, Arc<ShopError>> {
        self.kept.try_get_with((), self.read()).await
    }

    async fn read(&self) -> Result<Arc<Facts>, ShopError> {
        let as_of = self.hub.as_ref().and_then(Hub::position);
        let mut conn = self.database.get().await?;
        let facts = store::facts(&mut conn).await.map_err(DbError::from)?;
        facts
            .map(|facts| Facts { as_of, ..facts })
            .filter(|facts| facts.default_market().is_some())
            .map(Arc::new)
            .ok_or(ShopError::NoShop)
    }
}
