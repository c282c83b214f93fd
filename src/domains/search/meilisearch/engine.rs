//! Searches made on the server.

mod window;
mod wording;

use super::query::{Answer, Questions};
use super::{Meilisearch, words};
use crate::domains::search::ask::Ask;
use crate::domains::search::engine::{Engine, EngineError};
use crate::domains::search::found::{Found, Total};
use crate::domains::search::highlight;
use crate::domains::shop::InContext;
use crate::platform::db::{Database, DbError, Statement};
use diesel::QueryableByName;
use diesel::sql_types::{Integer, Text};
use diesel_async::RunQueryDsl;
use futures_util::future::BoxFuture;
use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;
use window::{answers, hits};
use wording::{completed, judged, sought, telling};

/// Hits that the server goes through for a page; what comes after them PostgreSQL finds.
pub const MOST_HITS: usize = 50_000;

/// Hits whose words complete a text.
const COMPLETING: usize = 50;

/// A question with more searches in it than this is much to ask: that it takes too long says nothing of the server.
const MOST_USUAL: usize = 4;

/// The server, asked on behalf of a request.
pub struct Asking {
    server: Arc<Meilisearch>,
    database: Database,
}

impl Asking {
    /// The server, and the database as the request sees it.
    #[must_use]
    pub fn new(server: Arc<Meilisearch>, database: Database) -> Self {
        Self { server, database }
    }

    /// The server.
    #[must_use]
    pub fn server(&self) -> &Meilisearch {
        &self.server
    }

    async fn search(&self, ask: &Ask, context: &InContext) -> Result<Found, EngineError> {
        let ranking = &ask.tuning.ranking;
        let searched = ranking
            .title
            .max(ranking.properties)
            .max(ranking.description)
            > 0;
        let can_be_found = searched && words::says_something(&ask.text);
        if !ask.text.is_empty() && !can_be_found {
            return Ok(nothing(ask));
        }
        let sought = sought(&ask.text, ask, context);
        if !ask.text.is_empty() && sought.is_empty() {
            // It would find by stop words only what begins with the last of them.
            return Err(EngineError::NotMine);
        }
        let words = telling(sought, ask, context);
        let name = self.server.index_name(context.language);
        let index = self.server.searching.index(name);
        let questions = Questions::new(ask, context, index);
        // What is read of the database afterwards waits for that, and not for the server.
        let answered = tokio::time::timeout(self.server.budget, async {
            let (window, answers) = answers(&questions, ask).await?;
            let judged = judged(&questions, &answers, &words).await?;
            Ok((window, answers, judged))
        });
        let answered = answered.await;
        let late = |_| match questions.number() > MOST_USUAL {
            true => Err(EngineError::Late),
            false => Err(EngineError::Away("it takes too long".to_owned())),
        };
        let (window, answers, judged) = answered.unwrap_or_else(late)?;
        if self.server.breaker.worked() {
            tracing::info!("the search engine answers again");
        }
        if !ask.text.is_empty() && judged.is_empty() {
            // It does not find the text anywhere: what has most of the words PostgreSQL knows.
            return Err(EngineError::NotMine);
        }
        let found = self.found(ask, &questions, (window, answers)).await?;
        Ok(Found {
            corrected: words::corrected(&highlight::words(&ask.text), &words, &judged),
            strange: words::is_any_strange(&words, &judged),
            ..found
        })
    }

    async fn found(
        &self,
        ask: &Ask,
        questions: &Questions<'_>,
        (window, answers): (Range<usize>, Vec<Answer>),
    ) -> Result<Found, EngineError> {
        let total = questions.total(&answers);
        let facets = if ask.facets {
            let own = self.own_values(ask, questions.candidates(&answers)).await?;
            let none = HashSet::new();
            let of_group = |place: usize| own.get(&place).unwrap_or(&none).clone();
            Some(questions.counts(&answers, &of_group))
        } else {
            None
        };
        let main = answers.into_iter().next();
        let (hits, more) = match main {
            Some(main) if ask.hits => hits(ask, main, &window, total),
            _ => (Vec::new(), false),
        };
        Ok(Found {
            hits,
            more,
            total: Total {
                count: total,
                exact: true,
            },
            facets,
            ..Found::default()
        })
    }

    /// Which of these values belong to the groups that are narrowed down by: options and attributes share a field of the index.
    async fn own_values(
        &self,
        ask: &Ask,
        candidates: Vec<(usize, Vec<i32>)>,
    ) -> Result<HashMap<usize, HashSet<i32>>, EngineError> {
        let mut own: HashMap<usize, HashSet<i32>> = HashMap::new();
        let named = |place: &usize| {
            let group = ask.narrowing.groups.get(*place);
            group.is_some_and(|group| !group.field.is_empty())
        };
        let (named, plain): (Vec<_>, Vec<_>) =
            candidates.into_iter().partition(|(place, _)| named(place));
        for (place, values) in plain {
            own.entry(place).or_default().extend(values);
        }
        if named.is_empty() {
            return Ok(own);
        }
        let mut all: Vec<i32> = named
            .iter()
            .flat_map(|(_, values)| values.clone())
            .collect();
        all.sort_unstable();
        all.dedup();
        let mut conn = self.database.get().await?;
        let rows: Vec<Value> = Statement::new("SELECT id, field FROM facet_values WHERE id = ANY(")
            .integers(all)
            .sql(")")
            .load(&mut *conn)
            .await
            .map_err(DbError::from)?;
        let fields: HashMap<i32, String> =
            rows.into_iter().map(|row| (row.id, row.field)).collect();
        for (place, values) in named {
            let field = ask.narrowing.groups.get(place).map(|group| &group.field);
            let of_group = |id: &i32| field.is_some() && fields.get(id) == field;
            own.entry(place)
                .or_default()
                .extend(values.into_iter().filter(of_group));
        }
        Ok(own)
    }

    async fn completions(
        &self,
        text: &str,
        limit: usize,
        context: &InContext,
    ) -> Result<Vec<String>, EngineError> {
        let ask = Ask::of_words(text, COMPLETING);
        let found = self.search(&ask, context).await?;
        Ok(completed(text, &found.hits, limit))
    }
}

#[derive(QueryableByName)]
struct Value {
    #[diesel(sql_type = Integer)]
    id: i32,
    #[diesel(sql_type = Text)]
    field: String,
}

fn nothing(ask: &Ask) -> Found {
    Found {
        facets: ask.facets.then(|| crate::domains::search::FacetCounts {
            exact: true,
            own_exact: true,
            ..Default::default()
        }),
        total: Total {
            count: 0,
            exact: true,
        },
        ..Found::default()
    }
}

impl Engine for Asking {
    fn name(&self) -> &'static str {
        "meilisearch"
    }

    fn find<'a>(
        &'a self,
        ask: &'a Ask,
        context: &'a InContext,
    ) -> BoxFuture<'a, Result<Found, EngineError>> {
        Box::pin(self.search(ask, context))
    }

    fn complete<'a>(
        &'a self,
        text: &'a str,
        limit: usize,
        context: &'a InContext,
    ) -> BoxFuture<'a, Result<Vec<String>, EngineError>> {
        Box::pin(self.completions(text, limit, context))
    }
}
