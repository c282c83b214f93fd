//! What of the hits there is at this moment: titles, prices and stock are those of the database, and what is gone is left out.

use super::ask::{Ask, Mark};
use super::found::{FacetCounts, Found, Hit, Total};
use super::service::{Item, Outcome, Search};
use crate::domains::listing::{Card, Extent, Narrowing, passing};
use crate::domains::shop::InContext;
use crate::platform::db::{Database, DbError};
use std::collections::HashMap;
use std::sync::Arc;
use uuid::Uuid;

/// Where hits are gone, an engine is asked for at least so many more, and for twice as many each time.
const LEAST_MORE: usize = 50;

/// It is never asked for more at once.
const MOST_MORE: usize = 400;

/// So many hits are looked at for a page. What stands behind them the next page begins with.
const MOST_LOOKED_AT: usize = 1_500;

/// Reads what is seen, and still passes.
pub(super) struct Live<'a> {
    pub database: &'a Database,
    pub context: &'a InContext,
    pub narrowing: Narrowing,
    /// How much of each product.
    pub extent: Extent,
}

/// Hits as they stand, in the order in which they were asked for.
#[derive(Debug)]
pub(super) struct Taken<T = Arc<Card>> {
    pub hits: Vec<(T, Hit)>,
    pub more: bool,
    /// The hit that was looked at last, where the page is not full though there are more: the list goes on behind it.
    pub reached: Option<Mark>,
    pub total: Total,
    pub facets: Option<FacetCounts>,
    pub corrected: Option<String>,
    pub relaxed: bool,
    pub strange: bool,
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
        let cards = passing(&mut conn, self.context, self.extent, ids, &self.narrowing).await;
        let cards = cards.map_err(DbError::from)?.into_iter();
        Ok(cards.map(|card| (card.id, Arc::new(card))).collect())
    }
}

impl Search<'_> {
    /// The hits of an ask as they stand; the next ones take the places of those that are gone.
    pub async fn take(&self, ask: Ask, live: &Live<'_>) -> Outcome<Taken> {
        let mut next = ask.clone();
        let mut found = self.ask(&ask).await?.found;
        let mut filling = Filling::new(&ask, &mut found);
        loop {
            let ids = found.hits.iter().map(|hit| hit.id).collect();
            let cards = live.cards(ids).await?;
            let Some(more) = filling.fill(found, cards) else {
                return Ok(filling.taken);
            };
            (next.page.limit, next.page.from) = (more.limit, Some(more.from));
            // What there is in all the first answer has said.
            (next.facets, next.total) = (false, false);
            found = self.ask(&next).await?.found;
        }
    }
}

/// A page that is being filled with what there still is.
struct Filling<T> {
    wanted: usize,
    looked_at: usize,
    rounds: u32,
    taken: Taken<T>,
}

/// What is wanted of an engine, where hits are gone.
#[derive(Debug, PartialEq)]
struct More {
    limit: usize,
    from: Mark,
}

impl<T> Filling<T> {
    /// With what the first answer to `ask` says of all hits.
    fn new(ask: &Ask, found: &mut Found) -> Self {
        Self {
            wanted: ask.page.limit,
            looked_at: 0,
            rounds: 0,
            taken: Taken {
                hits: Vec::new(),
                more: false,
                reached: None,
                total: found.total,
                facets: found.facets.take(),
                corrected: found.corrected.take(),
                relaxed: found.relaxed,
                strange: found.strange,
            },
        }
    }

    /// Takes those hits of which there are cards, as far as there is room. What more is needed; nothing when the page is full, the
    /// list at its end, or enough was looked at.
    fn fill(&mut self, found: Found, mut cards: HashMap<Uuid, T>) -> Option<More> {
        self.looked_at = self.looked_at.saturating_add(found.hits.len());
        self.rounds = self.rounds.saturating_add(1);
        self.taken.more = found.more;
        let last = found.hits.last().map(|hit| hit.mark.clone());
        for hit in found.hits {
            let Some(card) = cards.remove(&hit.id) else {
                self.taken.total.count = self.taken.total.count.saturating_sub(1);
                continue;
            };
            if self.taken.hits.len() < self.wanted {
                self.taken.hits.push((card, hit));
            } else {
                self.taken.more = true;
            }
        }
        let left = self.wanted.saturating_sub(self.taken.hits.len());
        if left == 0 || !self.taken.more {
            return None;
        }
        let from = last?;
        if self.looked_at >= MOST_LOOKED_AT {
            self.taken.reached = Some(from);
            return None;
        }
        let grown =
            LEAST_MORE.saturating_mul(2_usize.saturating_pow(self.rounds.saturating_sub(1)));
        let limit = left.max(grown.min(MOST_MORE));
        Some(More { limit, from })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An engine with so many hits, of which those before `gone` are gone.
    struct List {
        hits: u32,
        gone: u32,
        asked: usize,
    }

    impl List {
        fn found(&mut self, limit: usize, from: Option<&Mark>) -> Found {
            let begin = from.map_or(0, |mark| mark.offset + 1);
            let end = self.hits.min(begin + u32::try_from(limit).unwrap());
            self.asked += 1;
            let mark = |offset| Mark {
                offset,
                key: None,
                id: Uuid::from_u128(offset.into()),
            };
            let hit = |offset| Hit {
                id: mark(offset).id,
                mark: mark(offset),
                words: Vec::new(),
            };
            Found {
                hits: (begin..end).map(hit).collect(),
                more: end < self.hits,
                total: Total {
                    count: self.hits.into(),
                    exact: true,
                },
                ..Found::default()
            }
        }

        fn cards(&self, found: &Found) -> HashMap<Uuid, u32> {
            let here = found.hits.iter().map(|hit| hit.mark.offset);
            here.filter(|offset| *offset >= self.gone)
                .map(|offset| (Uuid::from_u128(offset.into()), offset))
                .collect()
        }

        fn page(&mut self, limit: usize, from: Option<Mark>) -> Taken<u32> {
            let mut ask = Ask::of_words("", limit);
            ask.page.from = from;
            let mut found = self.found(limit, ask.page.from.as_ref());
            let mut filling = Filling::new(&ask, &mut found);
            loop {
                let cards = self.cards(&found);
                match filling.fill(found, cards) {
                    None => return filling.taken,
                    Some(more) => found = self.found(more.limit, Some(&more.from)),
                }
            }
        }
    }

    fn places(taken: &Taken<u32>) -> Vec<u32> {
        taken.hits.iter().map(|(place, _)| *place).collect()
    }

    #[test]
    fn what_is_gone_makes_room_for_the_next() {
        for (limit, gone) in [(1, 3), (1, 40), (10, 5), (20, 700), (250, 251)] {
            let mut list = List {
                hits: 2_000,
                gone,
                asked: 0,
            };
            let taken = list.page(limit, None);
            let end = gone + u32::try_from(limit).unwrap();
            assert_eq!(places(&taken), (gone..end).collect::<Vec<_>>());
            assert!(taken.more && taken.reached.is_none());
            assert!(list.asked <= 6, "{} times", list.asked);
        }
    }

    #[test]
    fn the_end_of_the_list_is_found_however_much_is_gone() {
        let mut list = List {
            hits: 62,
            gone: 60,
            asked: 0,
        };
        let taken = list.page(5, None);
        assert_eq!((places(&taken), taken.more), (vec![60, 61], false));
        assert_eq!(taken.total.count, 2);
    }

    #[test]
    fn where_enough_was_looked_at_the_list_goes_on_there() {
        let mut list = List {
            hits: 10_000,
            gone: 5_000,
            asked: 0,
        };
        let mut taken = list.page(10, None);
        let mut pages = 1;
        while taken.hits.is_empty() {
            assert!(taken.more);
            taken = list.page(10, Some(taken.reached.unwrap()));
            pages += 1;
        }
        assert_eq!(places(&taken), (5_000..5_010).collect::<Vec<_>>());
        assert!(pages <= 4, "{pages}");
    }
}
