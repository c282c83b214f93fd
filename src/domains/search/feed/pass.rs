//! One look at what is to be told, and telling it.

use super::turn::{Line, Work};
use super::{CONSUMER, FeedError, KINDS, changed, dead, rebuild};
use crate::domains::search::meilisearch::{FORMAT, Meilisearch, documents, wanted};
use crate::domains::search::tuning::{Tuner, Tuning};
use crate::domains::shop::{Directory, Facts};
use crate::graphql::codes::LanguageCode;
use crate::platform::clock;
use crate::platform::db::{Conn, Database, Server, Statement};
use crate::platform::outbox::log::{self, Head, Standing};
use diesel::sql_types::{Bool, Integer, Text};
use diesel::{QueryResult, QueryableByName};
use diesel_async::RunQueryDsl;
use std::sync::Arc;
use std::time::{Duration, Instant};
use uuid::Uuid;

/// Products whose documents are read and sent at one time.
pub(super) const BATCH: usize = 500;

/// Products of the events that are acted on at one time.
const MOST_AT_ONCE: usize = 2_000;

/// When so many turns in a row ended because the server failed at what it was given, the documents that it fails at are looked for and put
/// aside.
const PATIENT: u32 = 3;

/// How often the indexes are looked at though nothing happened.
const LOOK: Duration = Duration::from_secs(5);

/// Whoever tells the server of changes.
pub struct Feed {
    pub(super) meilisearch: Arc<Meilisearch>,
    pub(super) server: Server,
    pub(super) database: Database,
    pub(super) directory: Directory,
    pub(super) tuner: Tuner,
    /// How many turns in a row ended because the server took documents and failed at them.
    failed: u32,
    line: Option<Line>,
    looked: Option<Instant>,
    /// Whether the indexes are such as this program keeps: a later one may follow kinds of events that are not known here.
    ours: bool,
}

/// What an index was told last.
#[derive(QueryableByName)]
struct Known {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Integer)]
    format: i32,
    #[diesel(sql_type = Text)]
    settings: String,
}

#[derive(QueryableByName)]
struct Any {
    #[diesel(sql_type = Bool)]
    any: bool,
}

/// What there is to do.
enum Due {
    Nothing,
    /// A later version of the program keeps the indexes.
    NotOurs,
    Rebuild,
    Events(Head),
}

impl Feed {
    /// Of this shop, to this server.
    #[must_use]
    pub fn new(
        meilisearch: Arc<Meilisearch>,
        server: Server,
        database: Database,
        tuner: Tuner,
    ) -> Self {
        Self {
            meilisearch,
            directory: Directory::new(database.clone()),
            server,
            database,
            tuner,
            failed: 0,
            line: None,
            looked: None,
            ours: false,
        }
    }

    /// Tells the metrics how far behind the indexes are, where nothing else would.
    pub async fn measure(&self) {
        self.meilisearch.moved().await;
        if let Err(error) = self.meilisearch.standing(&self.database).await {
            tracing::warn!(%error, "how far the search engine has come is not known");
        }
    }

    /// Looks at everything, as if nothing were known.
    pub fn begin_anew(&mut self) {
        self.line = None;
        self.looked = None;
    }

    /// Does what there is to do, up to a bound; whether there may be more.
    ///
    /// # Errors
    /// See [`FeedError`]; what was not done will be.
    pub async fn step(&mut self) -> Result<bool, FeedError> {
        let mut conn = self.database.get().await?;
        let seen = self.looked.is_some_and(|looked| looked.elapsed() < LOOK);
        if seen && self.is_quiet(&mut conn).await? && dead::due(&mut conn).await?.is_empty() {
            return Ok(false);
        }
        drop(conn);
        let line = match self.line.take() {
            Some(line) if !line.is_lost() => line,
            _ => Line::at(&self.server).await?,
        };
        if !line.try_take(Work::Feeding).await? {
            self.line = Some(line);
            return Ok(false);
        }
        // A turn that is not given back, because something failed, ends with its connection.
        let worked = self.work(&line).await;
        match &worked {
            // By the turn: its first batches, or those of another language, are taken each time though a later one never is.
            Ok(_) => self.failed = 0,
            Err(FeedError::Failed(_)) => self.failed = self.failed.saturating_add(1),
            Err(_) => {}
        }
        let (done, rebuilding) = worked?;
        line.leave(Work::Feeding).await?;
        self.line = Some(line);
        self.meilisearch.moved().await;
        if !rebuilding {
            return Ok(done);
        }
        Ok(rebuild(self, &|_, _| {}).await?.is_some())
    }

    /// Whether nothing happened that concerns the indexes. What happened else is passed over, whoever's turn it is.
    async fn is_quiet(&self, conn: &mut Conn) -> QueryResult<bool> {
        let (Standing::At(at), head) = CONSUMER.look(conn).await? else {
            return Ok(false);
        };
        if at == head {
            return Ok(true);
        }
        let passage = log::passage(conn, KINDS, at.position, head.position, 1).await?;
        let all = passage.events.is_empty() && passage.to == head.position;
        // Asked after they were read, because they may be dropped meanwhile.
        if !self.ours || !all || log::is_dropped(conn, at.position).await? {
            return Ok(false);
        }
        // A later program may have built its own since this one looked at them.
        if is_of_later(conn).await? {
            return Ok(false);
        }
        CONSUMER.pass_over(conn, at, head.position).await
    }

    /// The work of a turn: whether there may be more, and whether the indexes are to be built anew.
    async fn work(&mut self, line: &Line) -> Result<(bool, bool), FeedError> {
        let facts = self.directory.facts().await?;
        let tuned = self.tuner.now().await?;
        let mut conn = self.database.get().await?;
        let at = match self.due(&mut conn, &facts, &tuned.tuning).await? {
            Due::Rebuild => return Ok((false, true)),
            Due::NotOurs => {
                self.ours = false;
                self.looked = Some(Instant::now());
                return Ok((false, false));
            }
            Due::Nothing => None,
            Due::Events(at) => Some(at),
        };
        self.ours = true;
        self.looked = Some(Instant::now());
        let mut more = false;
        if let Some(at) = at {
            let (products, last) = changed_after(&mut conn, at.position).await?;
            if let Some(last) = last {
                let hunts = self.failed >= PATIENT;
                self.feed(&mut conn, &facts, line, &products, hunts).await?;
                CONSUMER.advance(&mut conn, at.epoch, last).await?;
                more = true;
            }
        }
        // What happens comes before what was refused, which may be refused again.
        self.feed_again(&mut conn, &facts, line).await?;
        Ok((more, false))
    }

    /// Tries again what was refused. What the server fails at once more waits longer each time, and holds up nothing else.
    async fn feed_again(
        &self,
        conn: &mut Conn,
        facts: &Facts,
        line: &Line,
    ) -> Result<(), FeedError> {
        let began = clock::now();
        let again = dead::due(conn).await?;
        if again.is_empty() {
            return Ok(());
        }
        for language in languages(facts) {
            let name = self.meilisearch.index_name(language);
            let names = (&*name, &*name);
            let fed = self.feed_into(conn, names, language, line, &again, true);
            match fed.await {
                // These came together, without others that the server takes: that it failed at all of them says nothing of it.
                Err(error @ (FeedError::Engine(_) | FeedError::Failed(_))) => {
                    tracing::warn!(%error, index = name, "what the search engine refused is tried again later");
                }
                other => {
                    other?;
                }
            }
        }
        Ok(dead::put_off(conn, &again, began).await?)
    }

    async fn due(&self, conn: &mut Conn, facts: &Facts, tuning: &Tuning) -> Result<Due, FeedError> {
        if self.is_of_later(conn, facts).await? {
            // It does not understand what this one would write.
            return Ok(Due::NotOurs);
        }
        let Standing::At(at) = CONSUMER.position(conn).await? else {
            return Ok(Due::Rebuild);
        };
        let known = known(conn).await?;
        let anything: Any = Statement::new("SELECT EXISTS (SELECT FROM listings) AS any")
            .get_result(conn)
            .await?;
        for language in languages(facts) {
            let name = self.meilisearch.index_name(language);
            let Some(known) = known.iter().find(|known| known.name == name) else {
                return Ok(Due::Rebuild);
            };
            let index = self.meilisearch.index(name);
            // An index that somebody threw away, or emptied.
            let lost = match index.count().await? {
                None => true,
                Some(count) => count == 0 && anything.any,
            };
            if lost || known.format < FORMAT {
                return Ok(Due::Rebuild);
            }
            let wanted = wanted(facts, language, tuning);
            if known.settings != wanted.hash {
                tracing::info!(
                    index = index.name(),
                    "the search engine is given other settings"
                );
                index.tell(&wanted.settings).await?;
                keep(conn, index.name(), &wanted.hash).await?;
            }
        }
        let head = log::head(conn).await?;
        if head == at {
            return Ok(Due::Nothing);
        }
        if log::is_dropped(conn, at.position).await? {
            return Ok(Due::Rebuild);
        }
        Ok(Due::Events(at))
    }

    /// Whether a later version of the program keeps an index of this shop.
    pub(super) async fn is_of_later(&self, conn: &mut Conn, facts: &Facts) -> QueryResult<bool> {
        let names: Vec<String> = languages(facts)
            .into_iter()
            .map(|language| self.meilisearch.index_name(language))
            .collect();
        let known = known(conn).await?;
        Ok(known
            .iter()
            .any(|it| it.format > FORMAT && names.contains(&it.name)))
    }

    /// Brings the documents of these products up to date in all languages.
    pub(super) async fn feed(
        &self,
        conn: &mut Conn,
        facts: &Facts,
        line: &Line,
        products: &[Uuid],
        hunts: bool,
    ) -> Result<(), FeedError> {
        for some in products.chunks(BATCH) {
            for language in languages(facts) {
                let name = self.meilisearch.index_name(language);
                // What was refused of them before is known by the name of the live index.
                let names = (&*name, &*name);
                self.feed_into(conn, names, language, line, some, hunts)
                    .await?;
            }
        }
        Ok(())
    }

    /// The same for one index, whose dead letters are kept under the second name: how many documents the server refused. With `hunts`, one
    /// that it fails at is refused, too.
    pub(super) async fn feed_into(
        &self,
        conn: &mut Conn,
        (name, letters): (&str, &str),
        language: LanguageCode,
        line: &Line,
        products: &[Uuid],
        hunts: bool,
    ) -> Result<u64, FeedError> {
        let index = self.meilisearch.index(name.to_owned());
        let found = documents(conn, language, products).await?;
        if line.is_lost() {
            // Somebody else may be at it, with newer documents.
            return Err(FeedError::Turn("its connection is closed".to_owned()));
        }
        let gone = products
            .iter()
            .filter(|id| !found.iter().any(|it| it.id == **id));
        let gone: Vec<String> = gone.map(Uuid::to_string).collect();
        let refused = index.put(&found, hunts).await?;
        index.remove(&gone).await?;
        dead::settle(conn, letters, products, &refused).await?;
        Ok(u64::try_from(refused.len()).unwrap_or_default())
    }
}

/// The products of the next events, each once, and how far that is, if it is any further.
pub(super) async fn changed_after(
    conn: &mut Conn,
    position: i64,
) -> QueryResult<(Vec<Uuid>, Option<i64>)> {
    let mut products = Vec::new();
    let head = log::head(conn).await?.position;
    let passage = log::passage(conn, KINDS, position, head, log::MOST).await?;
    let mut last = passage.to;
    for event in passage.events {
        products.extend(changed(&event));
        if products.len() >= MOST_AT_ONCE {
            last = event.position;
            break;
        }
    }
    products.sort_unstable();
    products.dedup();
    Ok((products, Some(last).filter(|last| *last > position)))
}

/// The languages of the shop, each once.
pub(super) fn languages(facts: &Facts) -> Vec<LanguageCode> {
    let mut all = vec![facts.base_language];
    for language in facts.markets.iter().flat_map(|market| &market.languages) {
        if !all.contains(language) {
            all.push(*language);
        }
    }
    all
}

async fn known(conn: &mut Conn) -> QueryResult<Vec<Known>> {
    Statement::new("SELECT name, format, settings FROM search_indexes")
        .load(conn)
        .await
}

/// Whether an index is of a later program, which may follow kinds of events that are not known here.
async fn is_of_later(conn: &mut Conn) -> QueryResult<bool> {
    let later: Any = Statement::new("SELECT EXISTS (SELECT FROM search_indexes WHERE format > ")
        .integer(FORMAT)
        .sql(") AS any")
        .get_result(conn)
        .await?;
    Ok(later.any)
}

/// Keeps that an index has these settings.
async fn keep(conn: &mut Conn, name: &str, settings: &str) -> QueryResult<()> {
    Statement::new("UPDATE search_indexes SET settings = ")
        .text(settings)
        .sql(" WHERE name = ")
        .text(name)
        .execute(conn)
        .await?;
    Ok(())
}
