//! Batched reading of cards.

use super::ask::Ask;
use super::card::Card;
use super::store;
use crate::domains::shop::InContext;
use crate::graphql::batch::Batch;
use crate::graphql::connection::Placed;
use crate::graphql::made_of::MadeOf;
use crate::graphql::tags::Kind;
use crate::platform::db::Conn;
use diesel::QueryResult;
use std::collections::HashMap;
use std::sync::Arc;
use uuid::Uuid;

/// Cards by product.
pub struct CardById(pub InContext);

impl Batch for CardById {
    type Key = Uuid;
    type Value = Arc<Card>;

    async fn load(
        &self,
        conn: &mut Conn,
        keys: Vec<Uuid>,
    ) -> QueryResult<HashMap<Uuid, Arc<Card>>> {
        let cards = store::by_ids(conn, &self.0, keys).await?;
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

/// Cards by handle.
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
        let mut asked: HashMap<Arc<Ask>, Vec<Uuid>> = HashMap::new();
        for (parent, ask) in keys {
            asked.entry(ask).or_default().push(parent);
        }
        let mut found = HashMap::new();
        for (ask, parents) in asked {
            for (parent, mut rows) in store::pages(conn, &ask, &self.0, parents).await? {
                // What was read beyond the page only tells that the list goes on: one row is enough.
                rows.truncate(ask.slice.limit.saturating_add(1));
                found.insert(
                    (parent, Arc::clone(&ask)),
                    Arc::new(rows.into_iter().map(Placed::shared).collect()),
                );
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
