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
mod near;
mod order;
mod shown;
mod spelling;
mod stems;
mod synonyms;
mod tallies;
mod words;

use super::ask::Ask;
use super::engine::{Engine, EngineError};
use super::found::{FacetCounts, Found, Total};
use crate::domains::shop::InContext;
use crate::platform::db::{Conn, Database, DbError};
use diesel_async::{AsyncConnection, SimpleAsyncConnection};
use futures_util::future::BoxFuture;
use lexicon::{Sought, Wanted};
use uuid::Uuid;

pub use breadth::Limits;

/// Finds products by the listing tables.
#[derive(Clone)]
pub struct Postgres {
    database: Database,
    limits: Limits,
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
        Self::within(database, Limits::default())
    }

    /// The same with other limits: a small shop with small ones is searched as a large shop is.
    #[must_use]
    pub fn within(database: Database, limits: Limits) -> Self {
        Self { database, limits }
    }

    /// What these products have of all that can be chosen, narrowed down as `ask` says, whether or not they have its words.
    ///
    /// # Errors
    /// See [`EngineError`].
    pub async fn counts_of(
        &self,
        products: &[Uuid],
        ask: &Ask,
        context: &InContext,
    ) -> Result<FacetCounts, EngineError> {
        let mut conn = self.database.get().await?;
        conn.transaction(async |conn| {
            conn.batch_execute(BOUNDS).await?;
            Ok(counts::of_products(conn, products, ask, context).await?)
        })
        .await
    }

    /// What somebody may have meant who found nothing by `text`: at most `limit` texts that find something, the nearest first.
    ///
    /// # Errors
    /// See [`EngineError`].
    pub async fn near(
        &self,
        text: &str,
        limit: usize,
        context: &InContext,
    ) -> Result<Vec<String>, EngineError> {
        let mut conn = self.database.get().await?;
        conn.transaction(async |conn| {
            conn.batch_execute(BOUNDS).await?;
            Ok(near::texts(conn, text, limit, context).await?)
        })
        .await
    }

    /// Those of some texts of which all words are found together.
    ///
    /// # Errors
    /// See [`EngineError`].
    pub async fn finding(
        &self,
        texts: Vec<String>,
        context: &InContext,
    ) -> Result<Vec<String>, EngineError> {
        if texts.is_empty() {
            return Ok(texts);
        }
        let mut conn = self.database.get().await?;
        conn.transaction(async |conn| {
            conn.batch_execute(BOUNDS).await?;
            Ok(near::finding(conn, texts, context).await?)
        })
        .await
    }

    /// The text with each word that no product has replaced by the nearest that some product has in its title or properties; none when
    /// there is none to replace.
    ///
    /// # Errors
    /// See [`EngineError`].
    pub async fn corrected(
        &self,
        ask: &Ask,
        context: &InContext,
    ) -> Result<Option<String>, EngineError> {
        let mut conn = self.database.get().await?;
        conn.transaction(async |conn| {
            conn.batch_execute(BOUNDS).await?;
            Ok(match lexicon::sought(conn, ask, context).await? {
                Sought::Words(wanted) => wanted.corrected,
                _ => None,
            })
        })
        .await
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
                find(conn, ask, context, &self.limits).await
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

async fn find(
    conn: &mut Conn,
    ask: &Ask,
    context: &InContext,
    limits: &Limits,
) -> Result<Found, EngineError> {
    let sought = lexicon::sought(conn, ask, context).await?;
    if matches!(sought, Sought::Nothing) {
        return Ok(nothing(ask));
    }
    let breadth = breadth::measure(conn, &sought, limits).await?;
    let relaxed = breadth.is_relaxed();
    let counted = if ask.total || ask.facets {
        Some(counts::count(conn, ask, context, &breadth).await?)
    } else {
        None
    };
    let mut page = if ask.hits {
        let total = counted.as_ref().map_or(0, |counted| counted.total.count);
        hits::page(conn, ask, context, &breadth, total).await?
    } else {
        hits::Part::default()
    };
    let (total, facets) = match counted {
        Some(counted) => (counted.total, counted.facets),
        None => (page.at_least(), None),
    };
    let corrected = match &sought {
        Sought::Words(wanted) => {
            if ask.words {
                shown::mark(conn, &mut page.hits, wanted, context).await?;
            }
            corrected(conn, wanted, breadth.words, context).await?
        }
        _ => None,
    };
    Ok(Found {
        hits: page.hits,
        more: page.more,
        total,
        facets,
        corrected,
        relaxed,
        strange: false,
    })
}

/// The words that were searched in the place of mistyped ones; where not all were found together, without those that nothing has.
async fn corrected(
    conn: &mut Conn,
    wanted: &Wanted,
    searched: Option<(&str, &Wanted)>,
    context: &InContext,
) -> Result<Option<String>, EngineError> {
    let Some(text) = &wanted.corrected else {
        return Ok(None);
    };
    let strict = wanted.levels.first().map(String::as_str);
    if searched.map(|(level, _)| level) == strict {
        return Ok(Some(text.clone()));
    }
    let each = text.split(' ').map(str::to_owned).collect();
    // It is good to know, and what was found need not wait for it.
    let found = conn.transaction(async |conn| {
        conn.batch_execute("SET LOCAL statement_timeout = 300")
            .await?;
        near::finding(conn, each, context).await
    });
    match found.await.map_err(failed) {
        Ok(found) => Ok(Some(found.join(" ")).filter(|text| !text.is_empty())),
        Err(EngineError::Away(_)) => Ok(None),
        Err(error) => Err(error),
    }
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
            own_exact: true,
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
