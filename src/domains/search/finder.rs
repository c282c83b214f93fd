//! Which engine is asked, and what happens when it does not answer.

use super::ask::{Ask, Page, SearchSort};
use super::engine::{Engine, EngineError};
use super::found::{FacetCounts, Found};
use super::meilisearch::{Asking, Lag, Meilisearch};
use super::postgres::Postgres;
use crate::domains::shop::InContext;
use crate::platform::db::Database;
use crate::platform::telemetry::metrics;
use std::sync::Arc;
use std::time::Instant;
use uuid::Uuid;

/// Finds products with the engine of the settings, or with PostgreSQL when that one does not answer in time.
#[derive(Clone)]
pub struct Finder {
    postgres: Arc<Postgres>,
    /// The engine of the settings, when it is another than PostgreSQL.
    asking: Option<Arc<Asking>>,
    database: Database,
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
    /// How far that engine is behind the database.
    pub lag: Lag,
}

impl Finder {
    /// On the shop's database, as a request sees it, and on the Meilisearch server of the settings.
    #[must_use]
    pub fn new(database: Database, meilisearch: Option<Arc<Meilisearch>>) -> Self {
        let asking = |server| Arc::new(Asking::new(server, database.clone()));
        Self {
            asking: meilisearch.map(asking),
            postgres: Arc::new(Postgres::new(database.clone())),
            database,
        }
    }

    /// Finds what is asked for.
    ///
    /// A list without words is read from PostgreSQL whatever the engine: it has it in order by an index, however far behind a page
    /// is, where Meilisearch goes through all that stands before it, a fifth of a second for ten thousand. What is counted of
    /// such a list Meilisearch counts.
    ///
    /// # Errors
    /// [`EngineError::Database`]; whatever else fails is made up for.
    pub async fn find(&self, ask: &Ask, context: &InContext) -> Result<Answered, EngineError> {
        if !ask.text.is_empty() || !ask.hits || self.asking.is_none() {
            return self.find_by_one(ask, context).await;
        }
        let read = Ask {
            facets: false,
            // From the end places are counted backwards.
            total: ask.page.backwards,
            ..ask.clone()
        };
        let listed = match self.find_by_postgres(&read, context, false).await {
            Err(EngineError::Away(_)) => return self.find_by_one(ask, context).await,
            listed => listed?,
        };
        if !ask.total && !ask.facets {
            return Ok(listed);
        }
        let counted = Ask {
            hits: false,
            page: Page {
                limit: 0,
                from: None,
                backwards: false,
            },
            ..ask.clone()
        };
        let counted = self.find_by_one(&counted, context).await?;
        Ok(Answered {
            found: Found {
                hits: listed.found.hits,
                more: listed.found.more,
                ..counted.found
            },
            ..counted
        })
    }

    async fn find_by_one(&self, ask: &Ask, context: &InContext) -> Result<Answered, EngineError> {
        // Meilisearch can turn its order of the best hits round only with what is sold out in front.
        if ask.reverse && ask.sort == SearchSort::Relevance && !ask.text.is_empty() {
            return self.find_by_postgres(ask, context, false).await;
        }
        let tried = self.try_engine(context, async |engine| engine.find(ask, context).await);
        match tried.await? {
            Tried::Answered(found, lag) => {
                match self.as_it_was_meant(ask, context, (found, lag)).await? {
                    Some((found, lag)) => Ok(Answered {
                        found,
                        engine: "meilisearch",
                        degraded: false,
                        lag,
                    }),
                    None => self.find_by_postgres(ask, context, false).await,
                }
            }
            Tried::Failed => self.find_by_postgres(ask, context, true).await,
            Tried::NotFor => self.find_by_postgres(ask, context, false).await,
        }
    }

    async fn find_by_postgres(
        &self,
        ask: &Ask,
        context: &InContext,
        degraded: bool,
    ) -> Result<Answered, EngineError> {
        let began = Instant::now();
        let found = self.postgres.find(ask, context).await;
        metrics().searched(self.postgres.name(), found.is_ok(), began.elapsed());
        Ok(Answered {
            found: found?,
            engine: self.postgres.name(),
            degraded,
            // It reads what it searches from the tables themselves.
            lag: Lag::default(),
        })
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
        self.postgres.counts_of(products, ask, context).await
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
        let tried = self.try_engine(context, async |engine| {
            engine.complete(text, limit, context).await
        });
        match tried.await? {
            Tried::Answered(texts, _) => Ok(texts),
            _ => self.postgres.complete(text, limit, context).await,
        }
    }

    /// Asks once more with mistyped words replaced, where a word stands in no hit: PostgreSQL has all words of the shop, and what the engine
    /// takes for a mistyped word it finds in one of its forms only. What was found before is answered when there is nothing to replace, or
    /// the engine finds nothing so anywhere. It depends on the words of the shop alone, not on the page nor on what was chosen, so that pages go on
    /// and what is counted is found.
    ///
    /// Nothing where PostgreSQL is to find it: it knows other forms of the words, since it has stems, which the engine has not.
    async fn as_it_was_meant(
        &self,
        ask: &Ask,
        context: &InContext,
        before: (Found, Lag),
    ) -> Result<Option<(Found, Lag)>, EngineError> {
        if !before.0.strange {
            return Ok(Some(before));
        }
        let text = match ask.tuning.ranking.typing_errors {
            true => in_time(self.postgres.corrected(ask, context).await)?,
            false => None,
        };
        let Some(text) = text else {
            let known = self.finding(vec![ask.text.clone()], context).await?;
            return Ok(known.is_empty().then_some(before));
        };
        let meant = Ask {
            text: text.clone(),
            ..ask.clone()
        };
        let tried = self.try_engine(context, async |engine| engine.find(&meant, context).await);
        Ok(Some(match tried.await? {
            Tried::Answered(found, lag) => {
                let corrected = match found.corrected {
                    // Words that nothing has are not said to have been searched.
                    None if found.strange => {
                        let each = text.split(' ').map(str::to_owned).collect();
                        let known = self.finding(each, context).await?.join(" ");
                        Some(known).filter(|known| !known.is_empty())
                    }
                    None => Some(text),
                    corrected => corrected,
                };
                (Found { corrected, ..found }, lag)
            }
            _ => before,
        }))
    }

    /// Texts that find something, written like one that does not, the nearest first. Whatever the engine, PostgreSQL has the words.
    ///
    /// # Errors
    /// See [`EngineError`].
    pub async fn near(
        &self,
        text: &str,
        limit: usize,
        context: &InContext,
    ) -> Result<Vec<String>, EngineError> {
        in_time(self.postgres.near(text, limit, context).await)
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
        in_time(self.postgres.finding(texts, context).await)
    }

    /// Asks the engine of the settings, if it is worth to.
    async fn try_engine<T>(
        &self,
        context: &InContext,
        ask: impl AsyncFnOnce(&Asking) -> Result<T, EngineError>,
    ) -> Result<Tried<T>, EngineError> {
        let Some(engine) = &self.asking else {
            return Ok(Tried::NotFor);
        };
        let server = engine.server();
        let standing = server.standing(&self.database).await;
        let standing = standing.unwrap_or_else(|error| {
            tracing::warn!(%error, "how far the search engine has come is not known");
            super::meilisearch::Standing::default()
        });
        // What is not filled yet, or is of another epoch, would answer that there is nothing.
        let whole = standing
            .whole
            .contains(&server.index_name(context.language));
        if !whole || !server.breaker.allows() {
            metrics().search_fallbacks.increment(1);
            return Ok(Tried::Failed);
        }
        let began = Instant::now();
        let answered = ask(engine).await;
        if matches!(answered, Err(EngineError::NotMine)) {
            return Ok(Tried::NotFor);
        }
        metrics().searched(engine.name(), answered.is_ok(), began.elapsed());
        match answered {
            Ok(found) => return Ok(Tried::Answered(found, standing.lag)),
            Err(EngineError::Database(error)) => return Err(EngineError::Database(error)),
            Err(EngineError::Late | EngineError::NotMine) => {}
            // It refuses nothing that a client can ask for: when it does, its key or its settings are not what they should be.
            Err(EngineError::Away(why) | EngineError::Refused(why)) => {
                if server.breaker.failed() {
                    tracing::warn!(
                        why,
                        "the search engine does not answer, or refuses to: PostgreSQL is asked"
                    );
                }
            }
        }
        metrics().search_fallbacks.increment(1);
        Ok(Tried::Failed)
    }
}

/// What would only be good to know is done without when it takes too long.
fn in_time<T: Default>(told: Result<T, EngineError>) -> Result<T, EngineError> {
    match told {
        Err(EngineError::Away(_)) => Ok(T::default()),
        told => told,
    }
}

/// What comes of asking the engine of the settings.
enum Tried<T> {
    /// It answered; so far it is behind.
    Answered(T, Lag),
    /// It does not answer.
    Failed,
    /// There is none, or it is not the one to be asked for this.
    NotFor,
}
