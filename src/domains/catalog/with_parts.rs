//! A product that is looked up, with the parts that are shown of it: one statement for its card and for them.

use super::loaders::ProductParts;
use super::parts::{Part, Parts, Several};
use super::store::{self, CardRow};
use crate::domains::listing::Card;
use crate::domains::listing::loaders::{CardByHandle, CardById};
use crate::domains::shop::InContext;
use crate::graphql::batch::{Batch, Loader};
use crate::graphql::lookup::By;
use crate::graphql::made_of::MadeOf;
use crate::platform::db::Conn;
use diesel::QueryResult;
use std::collections::HashMap;
use std::sync::Arc;
use uuid::Uuid;

/// Cards with parts of their products.
pub struct ProductWithParts(pub InContext);

/// A card with parts of its product.
pub struct CardWithParts {
    card: Arc<Card>,
    /// The parts that were read.
    read: Parts,
    /// What there is of them.
    several: Vec<Several>,
}

impl CardWithParts {
    fn of(row: CardRow, read: Parts) -> Arc<Self> {
        Arc::new(Self {
            card: Arc::new(row.card),
            read,
            several: row.parts.several().collect(),
        })
    }

    /// The card. The loader of parts is told of the parts.
    #[must_use]
    pub fn told(&self, parts: &Loader<ProductParts>) -> Arc<Card> {
        for part in Part::ALL.into_iter().filter(|part| self.read.has(*part)) {
            let mut several = self.several.iter();
            let found = several.find(|several| several.part() == part);
            parts.tell((self.card.id, part), found.cloned());
        }
        Arc::clone(&self.card)
    }
}

impl Batch for ProductWithParts {
    type Key = (By, Parts);
    type Value = Arc<CardWithParts>;

    /// What is asked of a product in several places is read together, and products of which the same is asked by one statement. Nothing
    /// is read of a product because it is asked of another one.
    async fn load(
        &self,
        conn: &mut Conn,
        keys: Vec<Self::Key>,
    ) -> QueryResult<HashMap<Self::Key, Self::Value>> {
        let mut wanted: HashMap<&By, Parts> = HashMap::new();
        for (by, parts) in &keys {
            let all = wanted.entry(by).or_default();
            *all = all.and(*parts);
        }
        let mut alike: HashMap<Parts, (Vec<Uuid>, Vec<String>)> = HashMap::new();
        for (by, parts) in wanted {
            let (ids, handles) = alike.entry(parts).or_default();
            match by {
                By::Id(id) => ids.push(*id),
                By::Handle(handle) => handles.push(handle.clone()),
            }
        }
        let mut found = HashMap::new();
        for (parts, (ids, handles)) in alike {
            if !ids.is_empty() {
                for row in store::cards_by_ids(conn, &self.0, ids, parts).await? {
                    found.insert(By::Id(row.card.id), CardWithParts::of(row, parts));
                }
            }
            if !handles.is_empty() {
                for mut row in store::cards_by_handles(conn, &self.0, handles, parts).await? {
                    if let Some(handle) = row.asked.take() {
                        found.insert(By::Handle(handle), CardWithParts::of(row, parts));
                    }
                }
            }
        }
        let of = |key: Self::Key| {
            let card = found.get(&key.0).map(Arc::clone)?;
            Some((key, card))
        };
        Ok(keys.into_iter().filter_map(of).collect())
    }

    /// What its card is made of; the loader of parts says it of the parts.
    fn made_of(&self, (by, _): &Self::Key, value: Option<&Self::Value>, made_of: &MadeOf) {
        let card = value.map(|found| &found.card);
        match by {
            By::Id(id) => CardById(self.0.clone()).made_of(id, card, made_of),
            By::Handle(handle) => CardByHandle(self.0.clone()).made_of(handle, card, made_of),
        }
    }
}
