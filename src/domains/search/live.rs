//! What of the hits there is at this moment: titles, prices and stock are those of the database, and what is gone is left out.

use super::ask::Ask;
use super::found::{FacetCounts, Hit, Total};
use super::service::{Item, Outcome, Search, count};
use crate::domains::listing::{Card, Narrowing, passing};
use crate::domains::shop::InContext;
use crate::platform::db::{Database, DbError};
use std::collections::HashMap;
use std::sync::Arc;
use uuid::Uuid;

/// How often an engine is asked for more because hits are gone.
const MOST_ROUNDS: usize = 3;

/// Reads what is seen, and still passes.
pub(super) struct Live<'a> {
    pub database: &'a Database,
    pub context: &'a InContext,
    pub narrowing: Narrowing,
}

/// Hits as they stand, in the order in which they were asked for.
#[derive(Debug, Default)]
pub(super) struct Taken {
    pub hits: Vec<(Arc<Card>, Hit)>,
    pub more: bool,
    pub total: Total,
    pub facets: Option<FacetCounts>,
    pub corrected: Option<String>,
}

impl Live<'_> {
    /// What stands in front, in its order.
    pub async fn pinned(&self, ids: &[Uuid]) -> Outcome<Vec<Item>> {
        let mut cards = self.cards(ids.to_vec()).await?;
        Ok(ids
            .iter()
            .filter_map(|id| cards.remove(id))
            .map(Item::Product)
            .collect())
    }

    async fn cards(&self, ids: Vec<Uuid>) -> Outcome<HashMap<Uuid, Arc<Card>>> {
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        let mut conn = self.database.get().await?;
        let cards = passing(&mut conn, self.context, ids, &self.narrowing).await;
        let cards = cards.map_err(DbError::from)?.into_iter();
        Ok(cards.map(|card| (card.id, Arc::new(card))).collect())
    }
}

impl Search<'_> {
    /// The hits of an ask as they stand; the next ones take the places of those that are gone.
    pub async fn take(&self, ask: Ask, live: &Live<'_>) -> Outcome<Taken> {
        let wanted = ask.page.limit;
        let found = self.ask(&ask).await?.found;
        let mut taken = Taken {
            more: found.more,
            total: found.total,
            facets: found.facets,
            corrected: found.corrected,
            ..Taken::default()
        };
        let mut hits = found.hits;
        for round in 1.. {
            let last = hits.last().map(|hit| hit.mark.clone());
            let mut cards = live.cards(hits.iter().map(|hit| hit.id).collect()).await?;
            let asked = hits.len();
            let here = hits
                .into_iter()
                .filter_map(|hit| Some((cards.remove(&hit.id)?, hit)));
            let before = taken.hits.len();
            taken.hits.extend(here);
            let gone = asked.saturating_sub(taken.hits.len().saturating_sub(before));
            taken.total.count = taken.total.count.saturating_sub(count(gone));
            let left = wanted.saturating_sub(taken.hits.len());
            if left == 0 || !taken.more || round == MOST_ROUNDS || last.is_none() {
                break;
            }
            let mut next = ask.clone();
            (next.page.limit, next.page.from, next.facets) = (left, last, false);
            let found = self.ask(&next).await?.found;
            (hits, taken.more) = (found.hits, found.more);
        }
        Ok(taken)
    }
}
