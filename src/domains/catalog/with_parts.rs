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
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

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

    /// What is asked of one product is read of all that are asked for beside it: a document looks up few.
    async fn load(
        &self,
        conn: &mut Conn,
        keys: Vec<Self::Key>,
    ) -> QueryResult<HashMap<Self::Key, Self::Value>> {
        let read = keys
            .iter()
            .fold(Parts::default(), |all, (_, parts)| all.and(*parts));
        let (mut ids, mut handles) = (HashSet::new(), HashSet::new());
        for (by, _) in &keys {
            match by {
                By::Id(id) => ids.insert(*id),
                By::Handle(handle) => handles.insert(handle.clone()),
            };
        }
        let mut found = HashMap::new();
        if !ids.is_empty() {
            let ids = ids.into_iter().collect();
            for row in store::cards_by_ids(conn, &self.0, ids, read).await? {
                found.insert(By::Id(row.card.id), CardWithParts::of(row, read));
            }
        }
        if !handles.is_empty() {
            let handles = handles.into_iter().collect();
            for mut row in store::cards_by_handles(conn, &self.0, handles, read).await? {
                if let Some(handle) = row.asked.take() {
                    found.insert(By::Handle(handle), CardWithParts::of(row, read));
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
