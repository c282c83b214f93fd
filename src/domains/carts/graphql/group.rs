//! What a marketplace adds to a cart: its lines by vendor, and those that cannot be bought any more.

use super::line::CartLine;
use crate::domains::carts::loaders::CartView;
use crate::domains::carts::offer::{total, units};
use crate::domains::carts::{PricedLine, Unavailable, UnavailableLine};
use crate::domains::vendors::graphql::{Vendor, vendor_by_id};
use crate::graphql::budget::charge;
use crate::graphql::error::{ErrorCode, client_error};
use crate::graphql::gid::gid;
use crate::graphql::money::MoneyV2;
use async_graphql::{Context, ID, Object, Result, SimpleObject};
use std::sync::Arc;
use uuid::Uuid;

/// The lines of a cart that one vendor sells: they become one vendor order.
pub struct CartVendorGroup {
    pub(super) vendor_id: Uuid,
    pub(super) lines: Vec<Arc<PricedLine>>,
    pub(super) cart: Arc<CartView>,
}

/// What one vendor's lines come to, in the cart's currency.
#[derive(SimpleObject, Debug, Clone, PartialEq, Eq)]
pub struct CartVendorGroupCost {
    /// All lines together, before delivery and tax.
    pub subtotal_amount: MoneyV2,
    /// All that is to be paid to this vendor, as far as it is known.
    pub total_amount: MoneyV2,
}

/// The lines of a cart that one vendor sells: they become one vendor order.
#[Object]
impl CartVendorGroup {
    /// Who sells them.
    async fn vendor(&self, ctx: &Context<'_>) -> Result<Vendor> {
        vendor_by_id(ctx, self.vendor_id).await?.ok_or_else(|| {
            client_error(
                ErrorCode::ServiceUnavailable,
                "A vendor of this cart closed at this moment: read the cart again.",
            )
        })
    }

    /// The lines, in the order in which they were put in.
    async fn lines(&self, ctx: &Context<'_>) -> Vec<CartLine> {
        charge(ctx, self.lines.len()).await;
        let lines = self.lines.iter();
        lines.map(|line| CartLine::of(line, &self.cart)).collect()
    }

    /// How many units they are.
    async fn total_quantity(&self) -> i32 {
        units(&self.lines)
    }

    /// What they come to.
    async fn cost(&self) -> CartVendorGroupCost {
        self.comes_to(total(&self.lines))
    }
}

impl CartVendorGroup {
    /// What lines of this total come to.
    pub(super) fn comes_to(&self, total: i64) -> CartVendorGroupCost {
        let total = MoneyV2::from_minor(total, self.cart.currency);
        CartVendorGroupCost {
            subtotal_amount: total.clone(),
            total_amount: total,
        }
    }
}

/// A line of a cart that cannot be bought any more.
#[derive(SimpleObject, Debug, Clone, PartialEq, Eq)]
pub struct CartUnavailableLine {
    /// Global id, for `cartLinesRemove`.
    pub id: ID,
    /// The product's title, in the shop's base language.
    pub title: String,
    /// How many were wanted.
    pub quantity: i32,
    /// Why it cannot be bought.
    pub reason: Unavailable,
}

impl From<UnavailableLine> for CartUnavailableLine {
    fn from(line: UnavailableLine) -> Self {
        Self {
            id: gid("CartLine", line.id.0),
            title: line.title,
            quantity: line.quantity,
            reason: line.why,
        }
    }
}
