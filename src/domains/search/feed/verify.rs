//! Comparing every document with the database, both ways, and mending what differs.

use super::FeedError;
use super::pass::{BATCH, Feed, languages};
use super::rebuild::sweep;
use super::turn::{Line, Work};
use crate::domains::search::meilisearch::{documents, listed_after, wanted};
use crate::graphql::codes::LanguageCode;
use crate::platform::db::{Conn, Statement};
use diesel::sql_types::{BigInt, Uuid as UuidSql};
use diesel::{QueryResult, QueryableByName};
use diesel_async::RunQueryDsl;
use serde_json::Value;
use std::collections::HashMap;
use uuid::Uuid;

/// What was found out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Verified {
    /// Documents that were compared.
    pub documents: u64,
    /// Documents that the server had not.
    pub missing: u64,
    /// Documents that said something else.
    pub different: u64,
    /// Documents of products that nobody sees.
    pub strange: u64,
    /// Indexes that nobody uses.
    pub indexes: u64,
    /// Of the documents that were missing or said something else, those that the server refused once more.
    pub refused: u64,
}

impl Verified {
    /// How many were not as they should be; those that were refused are among them.
    #[must_use]
    pub const fn faults(&self) -> u64 {
        self.missing + self.different + self.strange + self.indexes
    }
}

#[derive(QueryableByName)]
struct Counted {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// How many products are listed anywhere.
pub(super) async fn listed(conn: &mut Conn) -> QueryResult<u64> {
    let counted: Counted =
        Statement::new("SELECT count(DISTINCT l.product_id) AS count FROM listings l JOIN vendors v ON v.id = l.vendor_id AND v.state = 'ACTIVE'")
            .get_result(conn)
            .await?;
    Ok(u64::try_from(counted.count).unwrap_or_default())
}

/// Compares all documents of all languages with the database and mends what differs. What changes while it looks may be told of, too.
/// `progress` is told documents that were looked at, of how many.
///
/// # Errors
/// See [`FeedError`].
pub async fn verify(
    feed: &Feed,
    progress: &(dyn Fn(u64, u64) + Sync),
) -> Result<Verified, FeedError> {
    let facts = feed.directory.facts().await?;
    let languages = languages(&facts);
    let mut conn = feed.database.get().await?;
    if feed.is_of_later(&mut conn, &facts).await? {
        // All of its documents would seem to differ.
        return Err(FeedError::NotOurs);
    }
    let line = Line::at(&feed.server).await?;
    let whole = listed(&mut conn).await? * u64::try_from(languages.len()).unwrap_or(1);
    let tuned = feed.tuner.now().await?;
    let mut verified = Verified::default();
    for language in languages {
        let index = feed
            .meilisearch
            .index(feed.meilisearch.index_name(language));
        if index.count().await?.is_some() {
            // Somebody else may have changed what it was told.
            index
                .tell(&wanted(&facts, language, &tuned.tuning).settings)
                .await?;
        }
        forwards(feed, &mut conn, &line, language, &mut verified, &|done| {
            progress(done, whole)
        })
        .await?;
        backwards(feed, &mut conn, &line, language, &mut verified).await?;
    }
    // Whoever builds has indexes that nobody uses yet.
    if line.try_take(Work::Building).await? {
        verified.indexes = sweep(feed, &facts).await?;
        line.leave(Work::Building).await?;
    }
    Ok(verified)
}

/// Everything that the database lists is there, as it is.
async fn forwards(
    feed: &Feed,
    conn: &mut Conn,
    line: &Line,
    language: LanguageCode,
    verified: &mut Verified,
    progress: &(dyn Fn(u64) + Sync),
) -> Result<(), FeedError> {
    let index = feed
        .meilisearch
        .index(feed.meilisearch.index_name(language));
    let size = i64::try_from(BATCH).unwrap_or(i64::MAX);
    let mut after = None;
    loop {
        let page = listed_after(conn, after, size).await?;
        let Some(last) = page.last() else {
            return Ok(());
        };
        after = Some(*last);
        let have = index.of_ids(&page).await?;
        let have: HashMap<String, Value> = have
            .into_iter()
            .filter_map(|document| {
                Some((document.get("id")?.as_str()?.to_owned(), document.into()))
            })
            .collect();
        let mut wrong = Vec::new();
        for document in documents(conn, language, &page).await? {
            match have.get(&document.id.to_string()) {
                None => verified.missing += 1,
                Some(have) if serde_json::to_value(&document).ok().as_ref() != Some(have) => {
                    verified.different += 1;
                }
                Some(_) => continue,
            }
            wrong.push(document.id);
        }
        verified.documents += u64::try_from(page.len()).unwrap_or_default();
        verified.refused += mend(feed, conn, line, language, &wrong).await?;
        progress(verified.documents);
    }
}

/// Nothing is there that the database does not list.
async fn backwards(
    feed: &Feed,
    conn: &mut Conn,
    line: &Line,
    language: LanguageCode,
    verified: &mut Verified,
) -> Result<(), FeedError> {
    let index = feed
        .meilisearch
        .index(feed.meilisearch.index_name(language));
    let (mut offset, mut before) = (0, Vec::new());
    loop {
        let ids = index.ids(offset, BATCH).await?;
        if ids.is_empty() {
            return Ok(());
        }
        let looked_at = ids.len();
        if ids == before {
            // The server keeps what it said to have taken out.
            offset += looked_at;
            continue;
        }
        before.clone_from(&ids);
        let (products, foreign) = told_apart(ids);
        let strange = unlisted(conn, products).await?;
        mend(feed, conn, line, language, &strange).await?;
        // No event will ever tell of what is no product.
        index.remove(&foreign).await?;
        let gone = strange.len() + foreign.len();
        verified.strange += u64::try_from(gone).unwrap_or_default();
        // What was taken out is counted no more.
        offset += looked_at.saturating_sub(gone);
    }
}

/// Ids of products, and others, which somebody else has put there.
fn told_apart(ids: Vec<String>) -> (Vec<Uuid>, Vec<String>) {
    let (mut products, mut foreign) = (Vec::new(), Vec::new());
    for id in ids {
        match id.parse::<Uuid>() {
            // A product's is written in one way.
            Ok(product) if product.to_string() == id => products.push(product),
            _ => foreign.push(id),
        }
    }
    (products, foreign)
}

#[derive(QueryableByName)]
struct Unlisted {
    #[diesel(sql_type = UuidSql)]
    id: Uuid,
}

async fn unlisted(conn: &mut Conn, ids: Vec<Uuid>) -> QueryResult<Vec<Uuid>> {
    let rows: Vec<Unlisted> = Statement::new("SELECT u.id FROM unnest(")
        .uuids(ids)
        .sql(") u(id) WHERE NOT EXISTS (SELECT FROM listings l JOIN vendors v ON v.id = l.vendor_id AND v.state = 'ACTIVE' WHERE l.product_id = u.id)")
        .load(conn)
        .await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

/// Brings these documents up to date: how many of them the server refused.
async fn mend(
    feed: &Feed,
    conn: &mut Conn,
    line: &Line,
    language: LanguageCode,
    products: &[Uuid],
) -> Result<u64, FeedError> {
    if products.is_empty() {
        return Ok(0);
    }
    let name = feed.meilisearch.index_name(language);
    line.take(Work::Feeding).await?;
    let refused = feed
        .feed_into(conn, (&name, &name), language, line, products, true)
        .await?;
    line.leave(Work::Feeding).await?;
    Ok(refused)
}
