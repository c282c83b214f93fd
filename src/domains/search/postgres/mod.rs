//! The engine that every shop has: PostgreSQL, over the listing tables themselves.
//!
//! A search is a few statements in one snapshot: what the words mean ([`lexicon`]), in how many texts they stand ([`breadth`]), the
//! page ([`hits`]) and the counts ([`counts`]). All of them read the same rows: those of [`base`].

mod base;
mod breadth;
mod complete;
mod counts;
mod hits;
mod lexicon;
mod order;
mod shown;
mod spelling;
mod stems;
mod synonyms;
mod words;

use super::ask::Ask;
use super::engine::{Engine, EngineError};
use super::found::{Found, Total};
use crate::domains::shop::InContext;
use crate::platform::db::{Conn, Database, DbError};
use diesel_async::{AsyncConnection, SimpleAsyncConnection};
use futures_util::future::BoxFuture;
use lexicon::Sought;

/// Finds products by the listing tables.
#[derive(Clone)]
pub struct Postgres {
    database: Database,
}

/// How a search is run. Plans kept for all values would not know how many products have a word or a facet, which is what decides
/// here where to begin; and a search that takes longer than this is given up, so that it does not hold a connection.
const BOUNDS: &str = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY; \
     SET LOCAL plan_cache_mode = force_custom_plan; SET LOCAL enable_hashjoin = on; SET LOCAL work_mem = '32MB'; \
     SET LOCAL statement_timeout = 2000";

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
        Box::pin(async move {
            let mut conn = self.database.get().await?;
            conn.transaction(async |conn| {
                conn.batch_execute(BOUNDS).await?;
                find(conn, ask, context).await
            })
            .await
        })
    }

    fn complete<'a>(
        &'a self,
        text: &'a str,
        limit: usize,
        context: &'a InContext,
    ) -> BoxFuture<'a, Result<Vec<String>, EngineError>> {
        Box::pin(async move {
            let mut conn = self.database.get().await?;
            conn.transaction(async |conn| {
                conn.batch_execute(BOUNDS).await?;
                Ok(complete::texts(conn, text, limit, context).await?)
            })
            .await
        })
    }
}

async fn find(conn: &mut Conn, ask: &Ask, context: &InContext) -> Result<Found, EngineError> {
    let sought = lexicon::sought(conn, ask, context).await?;
    if matches!(sought, Sought::Nothing) {
        return Ok(nothing(ask));
    }
    let breadth = breadth::measure(conn, &sought).await?;
    let relaxed = breadth.is_relaxed();
    let counted = counts::count(conn, ask, context, &breadth).await?;
    let mut page = if ask.hits {
        hits::page(conn, ask, context, &breadth, counted.total.count).await?
    } else {
        hits::Part::default()
    };
    let corrected = match &sought {
        Sought::Words(wanted) => {
            shown::mark(conn, &mut page.hits, wanted, context).await?;
            wanted.corrected.clone()
        }
        _ => None,
    };
    Ok(Found {
        hits: page.hits,
        more: page.more,
        total: counted.total,
        facets: counted.facets,
        corrected,
        relaxed,
    })
}

/// What is found by a text without a letter or digit.
fn nothing(ask: &Ask) -> Found {
    Found {
        total: Total {
            count: 0,
            exact: true,
        },
        facets: ask.facets.then(|| super::FacetCounts {
            exact: true,
            ..super::FacetCounts::default()
        }),
        ..Found::default()
    }
}

impl From<diesel::result::Error> for EngineError {
    fn from(error: diesel::result::Error) -> Self {
        failed(error)
    }
}

/// A statement that ran out of time is an engine that does not answer; the database itself is there.
fn failed(error: diesel::result::Error) -> EngineError {
    use diesel::result::Error;
    match &error {
        Error::DatabaseError(_, told) if told.message().contains("statement timeout") => {
            EngineError::Away("the search took too long".to_owned())
        }
        _ => EngineError::Database(DbError::Query(error)),
    }
}
