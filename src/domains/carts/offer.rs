//! What a variant costs a cart, and what a cart comes to.

use super::model::{Attribute, CartId, CartLineId, LineRow};
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Bool, Nullable, Text, Uuid as UuidSql};
use std::collections::BTreeMap;
use std::sync::Arc;
use uuid::Uuid;

/// A variant as the market of a cart may buy it at this moment.
#[derive(Debug, Clone, QueryableByName)]
pub struct Offer {
    /// The variant.
    #[diesel(sql_type = UuidSql)]
    pub variant_id: Uuid,
    /// Who sells it.
    #[diesel(sql_type = UuidSql)]
    pub vendor_id: Uuid,
    /// The product's title, in the base language.
    #[diesel(sql_type = Text)]
    pub title: String,
    /// Its price, minor units.
    #[diesel(sql_type = Nullable<BigInt>)]
    pub amount: Option<i64>,
    /// Its struck-through price, minor units.
    #[diesel(sql_type = Nullable<BigInt>)]
    pub compare_at: Option<i64>,
    /// Whether the market sees its product.
    #[diesel(sql_type = Bool)]
    pub seen: bool,
    /// Whether its vendor sells.
    #[diesel(sql_type = Bool)]
    pub selling: bool,
    /// Units that nobody else was promised.
    #[diesel(sql_type = BigInt)]
    pub available: i64,
}

/// Why what stands in a cart cannot be bought any more.
#[derive(async_graphql::Enum, Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[graphql(name = "CartUnavailableReason")]
pub enum Unavailable {
    /// The cart's country has no price for it.
    NotSoldHere,
    /// It is no longer shown to the cart's country.
    Unpublished,
    /// Its vendor does not sell at present.
    VendorClosed,
}

impl Offer {
    /// What one costs.
    ///
    /// # Errors
    /// Why it cannot be bought.
    pub fn price(&self) -> Result<i64, Unavailable> {
        match self.amount {
            _ if !self.selling => Err(Unavailable::VendorClosed),
            None => Err(Unavailable::NotSoldHere),
            Some(_) if !self.seen => Err(Unavailable::Unpublished),
            Some(amount) => Ok(amount),
        }
    }
}

/// A line with what it is offered for, as one row of one statement.
#[derive(Debug, Clone, QueryableByName)]
pub struct OfferedLine {
    /// The cart it stands in.
    #[diesel(sql_type = UuidSql)]
    pub cart_id: CartId,
    /// The line.
    #[diesel(embed)]
    pub line: LineRow,
    /// The offer.
    #[diesel(embed)]
    pub offer: Offer,
}

/// A line that can be bought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PricedLine {
    /// Primary key.
    pub id: CartLineId,
    /// What is wanted.
    pub variant_id: Uuid,
    /// Who sells it.
    pub vendor_id: Uuid,
    /// How many.
    pub quantity: i32,
    /// What the storefront wants to remember of it.
    pub attributes: Vec<Attribute>,
    /// What one costs, minor units.
    pub unit: i64,
    /// What one cost before, minor units.
    pub compare_at: Option<i64>,
}

/// A line that cannot be bought any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnavailableLine {
    /// Primary key.
    pub id: CartLineId,
    /// The product's title, in the base language.
    pub title: String,
    /// How many were wanted.
    pub quantity: i32,
    /// Why it cannot be bought.
    pub why: Unavailable,
}

/// The lines of a cart, those that cannot be bought apart.
#[must_use]
pub fn sorted_out(rows: Vec<OfferedLine>) -> (Vec<Arc<PricedLine>>, Vec<UnavailableLine>) {
    let (mut priced, mut unavailable) = (Vec::new(), Vec::new());
    for OfferedLine { line, offer, .. } in rows {
        match offer.price() {
            Ok(unit) => priced.push(Arc::new(PricedLine {
                id: line.id,
                variant_id: line.variant_id,
                vendor_id: offer.vendor_id,
                quantity: line.quantity,
                attributes: Attribute::list(&line.attributes),
                unit,
                compare_at: offer.compare_at,
            })),
            Err(why) => unavailable.push(UnavailableLine {
                id: line.id,
                title: offer.title,
                quantity: line.quantity,
                why,
            }),
        }
    }
    (priced, unavailable)
}

impl PricedLine {
    /// What the line costs, minor units.
    #[must_use]
    pub fn total(&self) -> i64 {
        self.unit.saturating_mul(i64::from(self.quantity))
    }
}

/// What lines come to, minor units.
#[must_use]
pub fn total(lines: &[Arc<PricedLine>]) -> i64 {
    lines
        .iter()
        .map(|line| line.total())
        .fold(0, i64::saturating_add)
}

/// How many units stand in lines.
#[must_use]
pub fn units(lines: &[Arc<PricedLine>]) -> i32 {
    lines
        .iter()
        .map(|line| line.quantity)
        .fold(0, i32::saturating_add)
}

/// The lines of each vendor, the vendor whose line came first in front.
#[must_use]
pub fn by_vendor(lines: &[Arc<PricedLine>]) -> Vec<(Uuid, Vec<Arc<PricedLine>>)> {
    let mut places = BTreeMap::new();
    let mut groups: Vec<(Uuid, Vec<Arc<PricedLine>>)> = Vec::new();
    for line in lines {
        let place = *places.entry(line.vendor_id).or_insert_with(|| {
            groups.push((line.vendor_id, Vec::new()));
            groups.len().saturating_sub(1)
        });
        if let Some((_, group)) = groups.get_mut(place) {
            group.push(Arc::clone(line));
        }
    }
    groups
}
