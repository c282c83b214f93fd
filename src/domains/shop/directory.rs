//! The facts of the shop, kept in the process for a few seconds.

use super::model::Facts;
use super::store;
use crate::graphql::tags::{Kind, Tag};
use crate::platform::db::{Database, DbError};
use crate::platform::hub::Hub;
use crate::platform::touched::Touched;
use moka::future::Cache;
use std::sync::Arc;
use std::time::Duration;

/// How long facts are used before they are read again: where the log of events is not heard from, a change is seen after this.
const AGE: Duration = Duration::from_secs(3);

/// What they are made of.
const SHOP: [Tag; 2] = [Tag::All(Kind::Shop), Tag::Each(Kind::Shop)];

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

/// What is heard of the log of events.
#[derive(Clone)]
struct Log {
    hub: Hub,
    touched: Arc<Touched<Tag>>,
}

/// Where the facts of the shop are asked for.
#[derive(Clone)]
pub struct Directory {
    database: Database,
    log: Option<Log>,
    kept: Cache<(), Arc<Facts>>,
}

impl Directory {
    /// A directory that reads from `database`.
    #[must_use]
    pub fn new(database: Database) -> Self {
        Self {
            database,
            log: None,
            kept: Cache::builder().time_to_live(AGE).max_capacity(1).build(),
        }
    }

    /// The same, with facts that say where the log of this hub ended before they were read, and that are read again when they were touched.
    #[must_use]
    pub fn following(self, hub: &Hub, touched: &Arc<Touched<Tag>>) -> Self {
        let (hub, touched) = (hub.clone(), Arc::clone(touched));
        Self {
            log: Some(Log { hub, touched }),
            ..self
        }
    }

    /// The facts, not older than a few seconds; many who ask at once cause one reading.
    ///
    /// # Errors
    /// [`ShopError::NoShop`] on an empty database.
    pub async fn facts(&self) -> Result<Arc<Facts>, Arc<ShopError>> {
        let facts = self.kept.try_get_with((), self.read()).await?;
        if !self.are_touched(&facts) {
            return Ok(facts);
        }
        // Somebody else may have read them again meanwhile.
        let kept = self.kept.get(&()).await;
        if kept.is_some_and(|kept| Arc::ptr_eq(&kept, &facts)) {
            self.kept.invalidate(&()).await;
        }
        self.kept.try_get_with((), self.read()).await
    }

    fn are_touched(&self, facts: &Facts) -> bool {
        let known = self.log.as_ref().zip(facts.as_of);
        known.is_some_and(|(log, at)| log.touched.is_touched(at.epoch, at.position, SHOP.iter()))
    }

    async fn read(&self) -> Result<Arc<Facts>, ShopError> {
        // Never less than whoever touched them was heard at: the hub says where it is when all who watch were told.
        let as_of = self.log.as_ref().and_then(|log| log.hub.position());
        let mut conn = self.database.get().await?;
        let facts = store::facts(&mut conn).await.map_err(DbError::from)?;
        facts
            .map(|facts| Facts { as_of, ..facts })
            .filter(|facts| facts.default_market().is_some())
            .map(Arc::new)
            .ok_or(ShopError::NoShop)
    }
}
