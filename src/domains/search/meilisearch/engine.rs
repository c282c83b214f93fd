//! Searches made on the server.

use super::query::{Answer, Questions, shown};
use super::words;
use super::{Meilisearch, meaning};
use crate::domains::search::ask::{Ask, Mark};
use crate::domains::search::engine::{Engine, EngineError};
use crate::domains::search::found::{Found, Hit, Total};
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

/// The text with its last word completed by the words that hits have, the commonest first.
fn completed(text: &str, hits: &[Hit], limit: usize) -> Vec<String> {
    let text = words::searched(text).to_lowercase();
    let (before, last) = text.rsplit_once(' ').unwrap_or(("", &text));
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for word in hits.iter().flat_map(|hit| &hit.words) {
        if word != last && word.starts_with(last) {
            *counts.entry(word).or_default() += 1;
        }
    }
    let mut words: Vec<(usize, &str)> = counts.into_iter().map(|(word, n)| (n, word)).collect();
    words.sort_by(|one, other| other.0.cmp(&one.0).then(one.1.cmp(other.1)));
    let whole = |(_, word): (usize, &str)| format!("{before} {word}").trim_start().to_owned();
    words.into_iter().map(whole).take(limit).collect()
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

/// The words of a text without its stop words, which the server does not look for.
fn sought(text: &str, ask: &Ask, context: &InContext) -> Vec<String> {
    let is_stop = |word: &String| {
        let mut stop_words = ask.tuning.stop_words.iter();
        stop_words.any(|(language, stop)| *language == context.language && stop == word)
    };
    let words = highlight::words(text).into_iter();
    words.filter(|word| !is_stop(word)).collect()
}

/// Those of the words that hits must have: what has a synonym may be found by that.
fn telling(sought: Vec<String>, ask: &Ask, context: &InContext) -> Vec<String> {
    let synonyms = ask.tuning.synonyms.iter();
    let ours = synonyms.filter(|one| one.language.is_none_or(|of| of == context.language));
    let told: HashSet<String> = ours
        .flat_map(|one| one.word.iter().chain(&one.terms))
        .flat_map(|term| highlight::words(term))
        .collect();
    sought
        .into_iter()
        .filter(|word| !told.contains(word))
        .collect()
}

/// Which hits are wanted, as the index counts them; none when that takes their number, which is not known.
fn window(ask: &Ask, total: Option<usize>) -> Option<Range<usize>> {
    let limit = if ask.hits { ask.page.limit } else { 0 };
    let place = ask.page.from.as_ref();
    let place = place.map(|mark| usize::try_from(mark.offset).unwrap_or(usize::MAX));
    let (start, end) = if ask.page.backwards {
        let end = place.or(total)?;
        (end.saturating_sub(limit), end)
    } else {
        let start = place.map_or(0, |place| place.saturating_add(1));
        (start, start.saturating_add(limit))
    };
    Some(start..end)
}

/// The smallest portions of which one holds the whole window: which one it is, counted from 1, and how large they are.
fn portion(window: &Range<usize>) -> (usize, usize) {
    let least = window.len().max(1);
    let holds = |size: &usize| window.start / size == window.end.saturating_sub(1) / size;
    let size = (least..=window.end.max(least)).find(holds);
    let size = size.unwrap_or(least);
    (window.start / size + 1, size)
}

/// What the server answers, and which hits these are.
async fn answers(
    questions: &Questions<'_>,
    ask: &Ask,
) -> Result<(Range<usize>, Vec<Answer>), EngineError> {
    let mut answers = None;
    // The page is known at once, unless it is counted from the end.
    if let Some(window) = window(ask, None) {
        let asked = put(questions, ask, window.clone()).await?;
        answers = Some((window, asked));
    }
    let total = match &answers {
        Some((_, asked)) => questions.total(asked),
        None => questions.total(&questions.put(1, 0).await.map_err(meaning)?),
    };
    if let Some(answers) = answers {
        return Ok(answers);
    }
    let whole = usize::try_from(total).unwrap_or(usize::MAX);
    let window = window(ask, Some(whole)).unwrap_or_default();
    let asked = put(questions, ask, window.clone()).await?;
    Ok((window, asked))
}

/// The words of the hits by which a text is judged. Those that were asked for do where they have all that tell; else the best of all
/// are asked for, which have them if any have.
async fn judged(
    questions: &Questions<'_>,
    answers: &[Answer],
    telling: &[String],
) -> Result<Vec<Vec<String>>, EngineError> {
    if !questions.has_words() {
        return Ok(Vec::new());
    }
    let found = answers.first().map(shown).unwrap_or_default();
    if !found.is_empty() && !words::is_any_strange(telling, &found) {
        return Ok(found);
    }
    questions.judge().await.map_err(meaning)
}

async fn put(
    questions: &Questions<'_>,
    ask: &Ask,
    window: Range<usize>,
) -> Result<Vec<Answer>, EngineError> {
    if window.end > MOST_HITS {
        return Err(EngineError::NotMine);
    }
    let (page, size) = portion(&window);
    let size = if ask.hits && !window.is_empty() {
        size
    } else {
        0
    };
    questions.put(page, size).await.map_err(meaning)
}

/// The hits of the window in the order in which they were asked for, and whether there are more in that direction.
fn hits(ask: &Ask, main: Answer, window: &Range<usize>, total: u64) -> (Vec<Hit>, bool) {
    let whole = usize::try_from(total).unwrap_or(usize::MAX);
    let (page, size) = portion(window);
    let first = (page - 1) * size;
    let hits = main
        .hits
        .into_iter()
        .enumerate()
        .filter_map(|(place, hit)| {
            let at = first + place;
            // What is no product's is passed by as one that is gone.
            let id = hit.result.product();
            window.contains(&at).then(|| Hit {
                id,
                mark: Mark {
                    offset: u32::try_from(at).unwrap_or(u32::MAX),
                    key: None,
                    id,
                },
                words: hit
                    .formatted_result
                    .as_ref()
                    .map(words::marked)
                    .unwrap_or_default(),
            })
        });
    let mut hits: Vec<Hit> = hits.collect();
    if ask.page.backwards {
        hits.reverse();
    }
    let more = if ask.page.backwards {
        window.start > 0
    } else {
        window.end < whole
    };
    (hits, more)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_portion_holds_the_whole_window() {
        for (window, expected) in [
            (0..10, (1, 10)),
            (10..20, (2, 10)),
            (37..47, (4, 12)),
            (1..2, (2, 1)),
        ] {
            assert_eq!(portion(&window), expected, "{window:?}");
            let (page, size) = portion(&window);
            assert!((page - 1) * size <= window.start && window.end <= page * size);
        }
    }
}
