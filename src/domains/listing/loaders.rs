//! Batched reading of cards.

use super::ask::Ask;
use super::card::{Card, CardTexts, Extent};
use super::store;
use crate::domains::shop::InContext;
use crate::graphql::batch::Batch;
use crate::graphql::connection::Placed;
use crate::graphql::made_of::MadeOf;
use crate::graphql::tags::Kind;
use crate::platform::db::Conn;
use diesel::QueryResult;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use uuid::Uuid;

/// Whole cards by product.
pub struct CardById(pub InContext);

impl Batch for CardById {
    type Key = Uuid;
    type Value = Arc<Card>;

    async fn load(
        &self,
        conn: &mut Conn,
        keys: Vec<Uuid>,
    ) -> QueryResult<HashMap<Uuid, Arc<Card>>> {
        let cards = store::by_ids(conn, &self.0, Extent::Whole, keys).await?;
        Ok(cards
            .into_iter()
            .map(|card| (card.id, Arc::new(card)))
            .collect())
    }

    fn made_of(&self, key: &Self::Key, value: Option<&Self::Value>, made_of: &MadeOf) {
        made_of.row(Kind::Product, *key);
        match value {
            Some(card) => made_of.row(Kind::Vendor, card.vendor_id),
            // It may be there, of a vendor who does not sell for now.
            None => made_of.all(Kind::Vendor),
        }
    }
}

/// Whole cards by handle.
pub struct CardByHandle(pub InContext);

impl Batch for CardByHandle {
    type Key = String;
    type Value = Arc<Card>;

    async fn load(
        &self,
        conn: &mut Conn,
        keys: Vec<String>,
    ) -> QueryResult<HashMap<String, Arc<Card>>> {
        let cards = store::by_handles(conn, &self.0, keys).await?;
        Ok(cards
            .into_iter()
            .map(|(handle, card)| (handle, Arc::new(card)))
            .collect())
    }

    fn made_of(&self, _: &Self::Key, value: Option<&Self::Value>, made_of: &MadeOf) {
        match value {
            Some(card) => {
                made_of.row(Kind::Product, card.id);
                made_of.row(Kind::Vendor, card.vendor_id);
            }
            None => {
                made_of.all(Kind::Product);
                made_of.all(Kind::Vendor);
            }
        }
    }
}

/// Parts of the lists of shelves and vendors: one statement for all that ask for the same part.
pub struct PageOf(pub InContext);

/// A shelf or vendor, and which part of its list.
pub type PageKey = (Uuid, Arc<Ask>);

impl Batch for PageOf {
    type Key = PageKey;
    type Value = Arc<Vec<Placed<Arc<Card>>>>;

    async fn load(
        &self,
        conn: &mut Conn,
        keys: Vec<PageKey>,
    ) -> QueryResult<HashMap<PageKey, Self::Value>> {
        // Whoever asks for the same part is answered by one statement, and with whole cards where one of them wants these.
        let mut parts: HashMap<&str, (&Arc<Ask>, Vec<&PageKey>)> = HashMap::new();
        for key in &keys {
            let (_, ask) = key;
            let (most, together) = parts.entry(ask.part()).or_insert((ask, Vec::new()));
            if ask.extent == Extent::Whole {
                *most = ask;
            }
            together.push(key);
        }
        let mut found = HashMap::new();
        for (ask, together) in parts.into_values() {
            let parents: HashSet<Uuid> = together.iter().map(|(parent, _)| *parent).collect();
            let parents = parents.into_iter().collect();
            let pages = store::pages(conn, ask, &self.0, parents).await?;
            let pages: HashMap<Uuid, Self::Value> = pages
                .into_iter()
                .map(|(parent, rows)| (parent, page(rows, ask)))
                .collect();
            for key in together {
                if let Some(page) = pages.get(&key.0) {
                    found.insert(key.clone(), Arc::clone(page));
                }
            }
        }
        Ok(found)
    }

    fn made_of(&self, _: &Self::Key, _: Option<&Self::Value>, made_of: &MadeOf) {
        made_of.all(Kind::Product);
        // Cards name their vendors.
        made_of.all(Kind::Vendor);
    }
}

fn page(mut rows: Vec<Placed<Card>>, ask: &Ask) -> Arc<Vec<Placed<Arc<Card>>>> {
    // What was read beyond the page only tells that the list goes on: one row is enough.
    rows.truncate(ask.slice.limit.saturating_add(1));
    Arc::new(rows.into_iter().map(Placed::shared).collect())
}

/// The texts of products whose cards are slim.
pub struct TextsOf(pub InContext);

impl Batch for TextsOf {
    type Key = Uuid;
    type Value = Arc<CardTexts>;

    async fn load(
        &self,
        conn: &mut Conn,
        keys: Vec<Uuid>,
    ) -> QueryResult<HashMap<Uuid, Self::Value>> {
        let texts = store::texts(conn, &self.0, keys).await?;
        Ok(texts
            .into_iter()
            .map(|(product, texts)| (product, Arc::new(texts)))
            .collect())
    }

    fn made_of(&self, key: &Self::Key, _: Option<&Self::Value>, made_of: &MadeOf) {
        made_of.row(Kind::Product, *key);
    }
}
