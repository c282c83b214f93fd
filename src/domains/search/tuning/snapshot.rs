//! The tuning as it stands, kept in the process for a few seconds.

use super::model::Tuning;
use super::pins::{Pins, Rule, pins};
use super::store;
use crate::platform::db::{Database, DbError};
use moka::future::Cache;
use std::sync::Arc;
use std::time::Duration;

/// How long it is used before it is read again: a change by another process is seen after this.
const AGE: Duration = Duration::from_secs(3);

/// All that administrators have said.
#[derive(Debug, Default)]
pub struct Tuned {
    /// What engines need of it.
    pub tuning: Arc<Tuning>,
    rules: Vec<Rule>,
}

impl Tuned {
    /// What stands in front of what is found by `text`, and what is not to be found by it.
    #[must_use]
    pub fn pins(&self, text: &str) -> Pins {
        pins(&self.rules, text)
    }
}

/// Where the tuning is asked for.
#[derive(Clone)]
pub struct Tuner {
    database: Database,
    kept: Cache<(), Arc<Tuned>>,
}

impl Tuner {
    /// Of this database.
    #[must_use]
    pub fn new(database: Database) -> Self {
        Self {
            database,
            kept: Cache::builder().time_to_live(AGE).max_capacity(1).build(),
        }
    }

    /// The tuning, not older than a few seconds; many who ask at once cause one reading.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn now(&self) -> Result<Arc<Tuned>, Arc<DbError>> {
        self.kept.try_get_with((), self.read()).await
    }

    /// Lets it be read anew for whoever asks next: it was changed.
    pub async fn forget(&self) {
        self.kept.invalidate(&()).await;
    }

    async fn read(&self) -> Result<Arc<Tuned>, DbError> {
        let mut conn = self.database.get().await?;
        let rows = store::rows(&mut conn).await?;
        Ok(Arc::new(Tuned {
            tuning: Arc::new(rows.tuning()),
            rules: rows.rules.into_iter().map(|(_, it)| it.folded()).collect(),
        }))
    }
}
