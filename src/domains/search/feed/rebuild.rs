//! Building the indexes anew, beside the live ones, while the shop goes on.

use super::pass::{BATCH, Feed, changed_after, languages};
use super::turn::{Line, Work};
use super::{CONSUMER, FeedError, dead};
use crate::domains::search::meilisearch::{
    Document, FORMAT, Sent, Taken, documents, listed_after, wanted,
};
use crate::domains::shop::Facts;
use crate::graphql::codes::LanguageCode;
use crate::platform::clock;
use crate::platform::db::{Conn, Statement};
use crate::platform::outbox::log::{self, Head};
use diesel::QueryResult;
use diesel_async::RunQueryDsl;
use meilisearch_sdk::task_info::TaskInfo;
use std::collections::VecDeque;
use std::time::Instant;

/// Batches that the server has been sent and not taken in yet: it takes in several at once, and what is remembered of them is bounded.
const IN_FLIGHT: usize = 8;

/// What came of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Rebuilt {
    /// Products.
    pub products: u64,
    /// Documents that the server refused.
    pub refused: u64,
}

/// An index that is built.
struct Site {
    language: LanguageCode,
    live: String,
    new: String,
    settings: String,
    refused: Taken,
    sent: VecDeque<(Option<TaskInfo>, Vec<Document>)>,
}

impl Site {
    /// Waits until no more than `most` batches are on their way.
    async fn settle(&mut self, feed: &Feed, most: usize) -> Result<(), FeedError> {
        let index = feed.meilisearch.index(self.new.clone());
        while self.sent.len() > most {
            if let Some((task, documents)) = self.sent.pop_front() {
                // The next time would come to the same batch, and no further: what is wrong with it is looked for at once.
                self.refused
                    .extend(index.end(task, &documents, true).await?);
            }
        }
        Ok(())
    }
}

/// Builds the indexes of all languages anew and puts them in the place of the live ones. `progress` is told products that were sent, of
/// how many. None when another instance is building.
///
/// # Errors
/// See [`FeedError`]. The live indexes are as they were then; what was built is thrown away the next time.
pub async fn rebuild(
    feed: &Feed,
    progress: &(dyn Fn(u64, u64) + Sync),
) -> Result<Option<Rebuilt>, FeedError> {
    let line = Line::at(&feed.server).await?;
    if !line.try_take(Work::Building).await? {
        return Ok(None);
    }
    let began = Instant::now();
    let facts = feed.directory.facts().await?;
    let tuned = feed.tuner.now().await?;
    let mut conn = feed.database.get().await?;
    // Whatever happens from here on is told after this position.
    let head = log::head(&mut conn).await?;
    let mut sites = Vec::new();
    for language in languages(&facts) {
        let live = feed.meilisearch.index_name(language);
        let new = format!("{live}_new");
        let wanted = wanted(&facts, language, &tuned.tuning);
        feed.meilisearch
            .index(new.clone())
            .make(&wanted.settings)
            .await?;
        sites.push(Site {
            language,
            live,
            new,
            settings: wanted.hash,
            refused: Vec::new(),
            sent: VecDeque::new(),
        });
    }
    let products = fill(feed, &mut conn, &mut sites, progress).await?;
    let head = catch_up(feed, &mut conn, &sites, &line, head).await?;
    // From here on nobody writes to the live indexes.
    line.take(Work::Feeding).await?;
    let head = catch_up(feed, &mut conn, &sites, &line, head).await?;
    if log::head(&mut conn).await?.epoch != head.epoch {
        return Err(FeedError::Replaced);
    }
    put_in_place(feed, &mut conn, &facts, &sites, head).await?;
    line.leave(Work::Feeding).await?;
    feed.meilisearch.moved().await;
    sweep(feed, &facts).await?;
    line.leave(Work::Building).await?;
    let refused = sites.iter().map(|site| site.refused.len()).sum::<usize>();
    let rebuilt = Rebuilt {
        products,
        refused: u64::try_from(refused).unwrap_or_default(),
    };
    let seconds = began.elapsed().as_secs();
    tracing::info!(
        products,
        refused,
        seconds,
        "the indexes of the search engine were built"
    );
    Ok(Some(rebuilt))
}

/// Sends all products, page by page.
async fn fill(
    feed: &Feed,
    conn: &mut Conn,
    sites: &mut [Site],
    progress: &(dyn Fn(u64, u64) + Sync),
) -> Result<u64, FeedError> {
    let whole = super::verify::listed(conn).await?;
    let (mut done, mut after) = (0, None);
    let size = i64::try_from(BATCH).unwrap_or(i64::MAX);
    loop {
        let page = listed_after(conn, after, size).await?;
        let Some(last) = page.last() else { break };
        after = Some(*last);
        for site in sites.iter_mut() {
            let found = documents(conn, site.language, &page).await?;
            let index = feed.meilisearch.index(site.new.clone());
            match index.send(&found).await? {
                Sent::On(task) => site.sent.push_back((task, found)),
                Sent::Refused(_) => site.refused.extend(index.put(&found, true).await?),
            }
            site.settle(feed, IN_FLIGHT).await?;
        }
        done += u64::try_from(page.len()).unwrap_or_default();
        progress(done, whole);
    }
    for site in sites {
        site.settle(feed, 0).await?;
    }
    Ok(done)
}

/// Brings what was built up to date with what happened meanwhile; how far it is then.
async fn catch_up(
    feed: &Feed,
    conn: &mut Conn,
    sites: &[Site],
    line: &Line,
    mut head: Head,
) -> Result<Head, FeedError> {
    loop {
        let (products, last) = changed_after(conn, head.position).await?;
        let Some(last) = last else { return Ok(head) };
        for some in products.chunks(BATCH) {
            for site in sites {
                let names = (&*site.new, &*site.live);
                feed.feed_into(conn, names, site.language, line, some, true)
                    .await?;
            }
        }
        head.position = last;
    }
}

/// Puts what was built in the place of the live indexes, all at once, and remembers how far it is.
async fn put_in_place(
    feed: &Feed,
    conn: &mut Conn,
    facts: &Facts,
    sites: &[Site],
    head: Head,
) -> Result<(), FeedError> {
    let mut pairs = Vec::new();
    for site in sites {
        let live = feed.meilisearch.index(site.live.clone());
        if live.count().await?.is_none() {
            // Only what is there can be swapped.
            live.make(&meilisearch_sdk::settings::Settings::default())
                .await?;
        }
        pairs.push((site.new.clone(), site.live.clone()));
    }
    feed.meilisearch.swap(pairs).await?;
    for site in sites {
        remember(conn, site).await?;
        dead::settle(conn, &site.live, &[], &site.refused).await?;
    }
    let names = languages(facts);
    let names = names.into_iter().map(|it| feed.meilisearch.index_name(it));
    forget_others(conn, names.collect()).await?;
    Ok(CONSUMER.restart(conn, head).await?)
}

/// Throws away the indexes of this shop that it does not use: of languages that it has no more, and what somebody began to build and did
/// not finish. For whoever has the turn to build; how many there were.
pub(super) async fn sweep(feed: &Feed, facts: &Facts) -> Result<u64, FeedError> {
    let names = languages(facts);
    let names: Vec<String> = names
        .into_iter()
        .map(|it| feed.meilisearch.index_name(it))
        .collect();
    let mut gone = 0;
    for name in feed.meilisearch.own_indexes().await? {
        if !names.contains(&name) {
            tracing::info!(name, "an index that nobody uses is thrown away");
            feed.meilisearch.index(name).drop().await?;
            gone += 1;
        }
    }
    Ok(gone)
}

async fn remember(conn: &mut Conn, site: &Site) -> QueryResult<()> {
    Statement::new("INSERT INTO search_indexes (name, format, settings, built_at) VALUES (")
        .text(&*site.live)
        .sql(", ")
        .integer(FORMAT)
        .sql(", ")
        .text(&*site.settings)
        .sql(", ")
        .time(clock::now())
        .sql(") ON CONFLICT (name) DO UPDATE SET format = excluded.format, settings = excluded.settings, built_at = excluded.built_at")
        .execute(conn)
        .await?;
    Ok(())
}

/// Forgets indexes of languages that the shop has no more, or of another prefix.
async fn forget_others(conn: &mut Conn, names: Vec<String>) -> QueryResult<()> {
    // What the old indexes refused the new ones may have taken: it is tried at once.
    Statement::new("UPDATE search_dead_letters SET next_at = ")
        .time(clock::now())
        .execute(conn)
        .await?;
    for table in [
        "DELETE FROM search_indexes WHERE name <> ALL(",
        "DELETE FROM search_dead_letters WHERE index_name <> ALL(",
    ] {
        Statement::new(table)
            .texts(names.clone())
            .sql(")")
            .execute(conn)
            .await?;
    }
    Ok(())
}
