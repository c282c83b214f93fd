//! Figures of a product: its prices, and how many there are of something.

use crate::domains::shop::InContext;
use crate::graphql::money::MoneyV2;
use async_graphql::{Enum, SimpleObject};

/// From and up to which price.
#[derive(SimpleObject)]
pub struct ProductPriceRange {
    /// The highest price of a variant.
    pub(super) max_variant_price: MoneyV2,
    /// The lowest price of a variant.
    pub(super) min_variant_price: MoneyV2,
}

impl ProductPriceRange {
    /// Of amounts in minor units.
    pub(super) fn of(context: &InContext, min: i64, max: i64) -> Self {
        Self {
            max_variant_price: context.money(max),
            min_variant_price: context.money(min),
        }
    }
}

/// A number of things.
#[derive(SimpleObject)]
pub struct Count {
    /// How many.
    pub(super) count: i32,
    /// Whether that is all.
    pub(super) precision: CountPrecision,
}

impl Count {
    /// All that there are.
    pub(super) fn of(all: usize) -> Self {
        Self {
            count: i32::try_from(all).unwrap_or(i32::MAX),
            precision: CountPrecision::Exact,
        }
    }
}

/// How exact a number is.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum CountPrecision {
    /// There are that many or more.
    AtLeast,
    /// There are that many.
    Exact,
}
