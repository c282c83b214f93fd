//! What was counted in this process, until it is written.

use super::store::{self, Clicked, Searched};
use super::term::term;
use super::visitors::{Visitor, Visitors};
use crate::graphql::codes::LanguageCode;
use crate::platform::background::Ending;
use crate::platform::clock;
use crate::platform::db::{Change, Conn, Database, DbError, UNATTENDED};
use chrono::NaiveDate;
use diesel_async::SimpleAsyncConnection;
use moka::future::Cache;
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use uuid::Uuid;

/// How long numbers wait at the most.
const PERIOD: Duration = Duration::from_secs(3);

/// How many different terms wait at the most; those that come when there are so many are not counted.
const MOST_WAITING: usize = 5000;

/// How long popular terms are used before they are counted again.
const AGE: Duration = Duration::from_secs(30);

/// How many popular terms are kept.
const MOST_POPULAR: i64 = 50;

/// The most letters by which other terms are compared with a text.
const LONGEST_COMPARED: usize = 100;

/// What is looked for and opened: counted here, written every few seconds.
#[derive(Clone)]
pub struct Searches {
    database: Database,
    waiting: Arc<Mutex<Waiting>>,
    visitors: Arc<Mutex<Visitors>>,
    popular: Cache<LanguageCode, Arc<[String]>>,
}

/// What was counted since it was written last.
#[derive(Default)]
struct Waiting {
    searched: HashMap<(LanguageCode, String), Sum>,
    clicked: HashMap<(LanguageCode, String, Uuid), i64>,
}

/// How often a term was looked for.
#[derive(Debug, Default, Clone, Copy)]
struct Sum {
    searches: i64,
    without: i64,
    people: i64,
}

/// What came of a search.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// All its words were found, as they were typed.
    Whole,
    /// Something was found by some of its words, or by others than were typed.
    Near,
    /// Nothing was found.
    Nothing,
}

impl Searches {
    /// Of this database.
    #[must_use]
    pub fn new(database: Database) -> Self {
        Self {
            database,
            waiting: Arc::default(),
            visitors: Arc::default(),
            popular: Cache::builder().time_to_live(AGE).max_capacity(100).build(),
        }
    }

    /// Counts a search: in a language, by the text as it was typed, what came of it, and of whom. For what somebody looked for, and
    /// not for the beginnings of words that are sent while they type, nor for the further pages of a list.
    pub fn found(&self, language: LanguageCode, text: &str, outcome: Outcome, visitor: Visitor) {
        let Some(term) = term(text) else { return };
        let whole = outcome == Outcome::Whole;
        let somebody = whole && self.is_first(visitor, (language, &term));
        let mut waiting = self.waiting();
        if let Some(sum) = slot(&mut waiting.searched, (language, term)) {
            sum.searches += 1;
            sum.without += i64::from(outcome == Outcome::Nothing);
            sum.people += i64::from(somebody);
        }
    }

    fn is_first(&self, visitor: Visitor, term: (LanguageCode, &str)) -> bool {
        // Nothing that holds it can panic half way.
        let visitors = self.visitors.lock();
        let mut visitors = visitors.unwrap_or_else(PoisonError::into_inner);
        visitors.is_first(clock::now().date_naive(), visitor, term)
    }

    /// Counts that a product was opened which was found by a text. What was not looked for today or yesterday is left out when it is
    /// written, and so is a product that is not there.
    pub fn clicked(&self, language: LanguageCode, text: &str, product: Uuid) {
        if let Some(term) = term(text) {
            let mut waiting = self.waiting();
            if let Some(clicks) = slot(&mut waiting.clicked, (language, term, product)) {
                *clicks += 1;
            }
        }
    }

    /// What is looked for most and found, in a language: at most `limit` terms.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn popular(
        &self,
        language: LanguageCode,
        limit: usize,
    ) -> Result<Vec<String>, Arc<DbError>> {
        let read = async {
            let mut conn = self.database.get().await?;
            let today = clock::now().date_naive();
            let terms = store::popular(&mut conn, language, today, MOST_POPULAR).await?;
            Ok::<_, DbError>(terms.into())
        };
        let kept = self.popular.try_get_with(language, read).await?;
        Ok(kept.iter().take(limit).cloned().collect())
    }

    /// Popular terms that are written like a text which found nothing, the likest first: at most `limit`.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn related(
        &self,
        database: &Database,
        language: LanguageCode,
        text: &str,
        limit: usize,
    ) -> Result<Vec<String>, DbError> {
        let text: String = text.chars().take(LONGEST_COMPARED).collect();
        let Some(term) = term(&text) else {
            return Ok(Vec::new());
        };
        let mut conn = database.get().await?;
        let today = clock::now().date_naive();
        let limit = i64::try_from(limit).unwrap_or(MOST_POPULAR);
        let alike = store::alike(&mut conn, language, &term, today, limit.min(MOST_POPULAR));
        Ok(alike.await?)
    }

    /// Writes what was counted every few seconds, and a last time when it is asked to end.
    pub async fn run(self, database: Database, mut ending: Ending) {
        let mut goes_on = true;
        while goes_on {
            goes_on = ending.pause(PERIOD).await;
            if let Err(error) = self.write(&database).await {
                tracing::warn!(%error, "what was looked for is written later");
            }
        }
    }

    /// Writes what was counted; when that fails it waits for the next time.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn write(&self, database: &Database) -> Result<(), DbError> {
        let taken = std::mem::take(&mut *self.waiting());
        if taken.searched.is_empty() && taken.clicked.is_empty() {
            return Ok(());
        }
        let writing = Writing::of(&taken, clock::now().date_naive());
        let outcome = database.make(&writing).await;
        if outcome.is_err() {
            self.waiting().add(taken);
        }
        outcome
    }

    fn waiting(&self) -> std::sync::MutexGuard<'_, Waiting> {
        // Nothing that holds it can panic half way.
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Waiting {
    /// Takes back what could not be written.
    fn add(&mut self, earlier: Self) {
        for (key, earlier) in earlier.searched {
            if let Some(sum) = slot(&mut self.searched, key) {
                sum.searches += earlier.searches;
                sum.without += earlier.without;
                sum.people += earlier.people;
            }
        }
        for (key, clicks) in earlier.clicked {
            if let Some(sum) = slot(&mut self.clicked, key) {
                *sum += clicks;
            }
        }
    }
}

/// Where `key` is counted, unless too much waits already.
fn slot<K: Eq + Hash, V: Default>(waiting: &mut HashMap<K, V>, key: K) -> Option<&mut V> {
    (waiting.len() < MOST_WAITING || waiting.contains_key(&key))
        .then(|| waiting.entry(key).or_default())
}

/// Numbers on their way into the database, sorted, so that programs that write at the same time wait for one another.
struct Writing {
    day: NaiveDate,
    searched: Vec<Searched>,
    clicked: Vec<Clicked>,
}

impl Writing {
    fn of(waiting: &Waiting, day: NaiveDate) -> Self {
        let searched = waiting.searched.iter();
        let mut searched: Vec<_> = searched
            .map(|((language, term), sum)| Searched {
                language: language.code(),
                term: term.clone(),
                searches: sum.searches,
                without: sum.without,
                people: sum.people,
            })
            .collect();
        searched
            .sort_by(|one, other| (one.language, &one.term).cmp(&(other.language, &other.term)));
        let clicked = waiting.clicked.iter();
        let clicked = clicked
            .map(|((language, term, product), clicks)| Clicked {
                language: language.code(),
                term: term.clone(),
                product: *product,
                clicks: *clicks,
            })
            .collect();
        Self {
            day,
            searched,
            clicked,
        }
    }
}

impl Change for Writing {
    type Done = ();
    type Refusal = DbError;
    const LONGEST: Duration = UNATTENDED;

    async fn run(&self, conn: &mut Conn) -> Result<(), DbError> {
        // The plans are made when the tables are empty, and kept: by them all of a day would be read for each term of it.
        conn.batch_execute("SET LOCAL enable_seqscan = off").await?;
        if !self.searched.is_empty() {
            store::add_searches(conn, self.day, &self.searched, store::MOST_TERMS).await?;
        }
        if !self.clicked.is_empty() {
            store::add_clicks(conn, self.day, &self.clicked).await?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{MOST_WAITING, slot};
    use std::collections::HashMap;

    #[test]
    fn no_more_than_so_many_wait_and_those_that_do_are_counted_on() {
        let mut waiting: HashMap<usize, u32> = (0..MOST_WAITING).map(|key| (key, 1)).collect();
        assert!(slot(&mut waiting, MOST_WAITING).is_none());
        assert_eq!(slot(&mut waiting, 7).copied(), Some(1));
        assert_eq!(waiting.len(), MOST_WAITING);
    }
}
