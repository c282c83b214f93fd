//! Which engine is asked, and what happens when it does not answer.

use super::ask::Ask;
use super::engine::{Engine, EngineError};
use super::found::Found;
use super::postgres::Postgres;
use crate::domains::shop::InContext;
use crate::platform::db::Database;
use std::sync::Arc;

/// Finds products with the engine of the settings, or with PostgreSQL when that one does not answer.
#[derive(Clone)]
pub struct Finder {
    postgres: Arc<Postgres>,
}

/// What was found, and by whom.
#[derive(Debug, Clone)]
pub struct Answered {
    /// What was found.
    pub found: Found,
    /// The engine that found it.
    pub engine: &'static str,
    /// Whether it is not the engine of the settings, because that one does not answer.
    pub degraded: bool,
    /// How far the engine is behind the database.
    pub lag: Lag,
}

/// How far an engine is behind the database.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Lag {
    /// Events that it has not been told of yet.
    pub events: u64,
    /// For how many seconds the oldest of them has been waiting.
    pub seconds: u64,
}

impl Finder {
    /// On the shop's database.
    #[must_use]
    pub fn new(database: Database) -> Self {
        Self {
            postgres: Arc::new(Postgres::new(database)),
        }
    }

    /// Finds what is asked for.
    ///
    /// # Errors
    /// [`EngineError::Database`]; whatever else fails is made up for.
    pub async fn find(&self, ask: &Ask, context: &InContext) -> Result<Answered, EngineError> {
        Ok(Answered {
            found: self.postgres.find(ask, context).await?,
            engine: self.postgres.name(),
            degraded: false,
            // It reads what it searches from the tables themselves.
            lag: Lag::default(),
        })
    }

    /// Texts of searches that begin with `text` and find something.
    ///
    /// # Errors
    /// [`EngineError::Database`].
    pub async fn complete(
        &self,
        text: &str,
        limit: usize,
        context: &InContext,
    ) -> Result<Vec<String>, EngineError> {
        self.postgres.complete(text, limit, context).await
    }
}
