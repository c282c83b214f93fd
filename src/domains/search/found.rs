//! What an engine found.

use super::ask::Mark;
use std::collections::HashMap;
use uuid::Uuid;

/// What an engine found.
#[derive(Debug, Clone, Default)]
pub struct Found {
    /// The hits in their order (nearest first when asked backwards): as many as were asked for, or all there are.
    pub hits: Vec<Hit>,
    /// Whether there are more in that direction.
    pub more: bool,
    /// How many there are altogether.
    pub total: Total,
    /// How many have which value, when it was asked for.
    pub facets: Option<FacetCounts>,
    /// The words that were searched, when a word that nothing has was taken for another.
    pub corrected: Option<String>,
    /// Whether nothing has all of the words, and what has most or some of them was taken.
    pub relaxed: bool,
    /// Whether a word of the text stands in none of these hits, and may be mistyped; PostgreSQL has seen to that itself.
    pub strange: bool,
}

/// A hit.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// The product.
    pub id: Uuid,
    /// Its place.
    pub mark: Mark,
    /// The words in its texts by which it was found, as they stand there, lower case.
    pub words: Vec<String>,
}

/// How many hits there are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Total {
    /// So many.
    pub count: u64,
    /// Whether it was counted; otherwise it is an estimate.
    pub exact: bool,
}

/// How many hits have which value. The values of a group that was chosen from are counted as if nothing of it had been chosen,
/// and everything else had.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FacetCounts {
    /// By the number of the value in the dictionary; values that no hit has are left out.
    pub values: HashMap<i32, u64>,
    /// Hits that can be bought.
    pub available: u64,
    /// Hits that cannot.
    pub unavailable: u64,
    /// Lowest and highest price of the hits, minor units, as if no price had been chosen; absent without hits.
    pub prices: Option<(i64, i64)>,
    /// How many hits there are, as if no price had been chosen.
    pub priced: u64,
    /// Whether this was counted; otherwise it is an estimate.
    pub exact: bool,
    /// The same for the values of what was chosen from, which are counted of more products than are found.
    pub own_exact: bool,
}

impl FacetCounts {
    /// Of these products and others, of which everything is counted one by one.
    #[must_use]
    pub fn with(mut self, others: &Self) -> Self {
        for (value, count) in &others.values {
            let known = self.values.entry(*value).or_default();
            *known = known.saturating_add(*count);
        }
        self.prices = range(self.prices, others.prices);
        self.available = self.available.saturating_add(others.available);
        self.unavailable = self.unavailable.saturating_add(others.unavailable);
        self.priced = self.priced.saturating_add(others.priced);
        self
    }
}

/// From the lowest to the highest of two ranges of prices.
pub(super) fn range(one: Option<(i64, i64)>, other: Option<(i64, i64)>) -> Option<(i64, i64)> {
    match (one, other) {
        (Some((least, most)), Some((lower, higher))) => Some((least.min(lower), most.max(higher))),
        (one, other) => one.or(other),
    }
}
