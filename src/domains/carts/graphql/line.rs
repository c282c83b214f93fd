//! A line of a cart in the schema.

use super::cart;
use crate::domains::carts::PricedLine;
use crate::domains::carts::loaders::CartView;
use crate::domains::catalog::graphql::{ProductVariant, variant_by_id};
use crate::graphql::attribute::Attribute;
use crate::graphql::codes::CurrencyCode;
use crate::graphql::error::{ErrorCode, client_error};
use crate::graphql::gid::gid;
use crate::graphql::money::MoneyV2;
use async_graphql::{Context, ID, Interface, Object, Result, SimpleObject, Union};
use std::sync::Arc;

/// A line of a cart.
#[derive(Interface)]
#[graphql(
    field(name = "id", ty = "ID", desc = "Global id."),
    field(name = "quantity", ty = "i32", desc = "How many."),
    field(
        name = "merchandise",
        ty = "Result<Merchandise>",
        desc = "What is wanted."
    ),
    field(name = "cost", ty = "CartLineCost", desc = "What it comes to."),
    field(
        name = "attributes",
        ty = "Vec<Attribute>",
        desc = "What the storefront wants to remember of it."
    ),
    field(
        name = "attribute",
        ty = "Option<Attribute>",
        desc = "One thing that the storefront wants to remember of it.",
        arg(name = "key", ty = "String", desc = "What it is called.")
    )
)]
pub enum BaseCartLine {
    /// A variant in a cart.
    CartLine(CartLine),
}

/// What can stand in a cart.
#[derive(Union)]
pub enum Merchandise {
    /// A variant of a product.
    ProductVariant(ProductVariant),
}

/// What a line comes to, in the cart's currency.
#[derive(SimpleObject, Debug, Clone, PartialEq, Eq)]
pub struct CartLineCost {
    /// What one costs.
    pub amount_per_quantity: MoneyV2,
    /// What one cost before, to strike through.
    pub compare_at_amount_per_quantity: Option<MoneyV2>,
    /// All of them.
    pub subtotal_amount: MoneyV2,
    /// All of them, with what is taken off.
    pub total_amount: MoneyV2,
}

/// A variant in a cart. The same variant with other attributes is another line.
#[derive(Clone)]
pub struct CartLine {
    pub(super) line: Arc<PricedLine>,
    pub(super) cart: Arc<CartView>,
}

impl CartLine {
    /// A line of a cart.
    #[must_use]
    pub fn of(line: &Arc<PricedLine>, cart: &Arc<CartView>) -> Self {
        Self {
            line: Arc::clone(line),
            cart: Arc::clone(cart),
        }
    }

    /// What it comes to.
    pub(super) fn comes_to(&self) -> CartLineCost {
        CartLineCost::of(&self.line, self.cart.currency)
    }
}

/// A variant in a cart. The same variant with other attributes is another line.
#[Object]
impl CartLine {
    /// Global id; of use together with its cart's.
    pub async fn id(&self) -> ID {
        gid("CartLine", self.line.id.0)
    }

    /// How many.
    pub async fn quantity(&self) -> i32 {
        self.line.quantity
    }

    /// What is wanted, as the request's own context sees it: a cart of another country is read with
    /// `@inContext(country:)` of that country.
    pub async fn merchandise(&self, ctx: &Context<'_>) -> Result<Merchandise> {
        let variant = variant_by_id(ctx, self.line.variant_id).await?;
        variant.map(Merchandise::ProductVariant).ok_or_else(|| {
            let country = &self.cart.row.country;
            client_error(
                ErrorCode::BadUserInput,
                format!(
                    "What stands in this line is not sold in the country of this request: ask with \
                     `@inContext(country: {country})`, the country of the cart."
                ),
            )
        })
    }

    /// What it comes to.
    pub async fn cost(&self) -> CartLineCost {
        self.comes_to()
    }

    /// What the storefront wants to remember of it, by key.
    pub async fn attributes(&self, ctx: &Context<'_>) -> Vec<Attribute> {
        cart::attributes(ctx, &self.line.attributes).await
    }

    /// One thing that the storefront wants to remember of it.
    pub async fn attribute(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What it is called.")] key: String,
    ) -> Option<Attribute> {
        cart::attribute(ctx, &self.line.attributes, &key).await
    }
}

impl CartLineCost {
    fn of(line: &PricedLine, currency: CurrencyCode) -> Self {
        let money = |minor| MoneyV2::from_minor(minor, currency);
        Self {
            amount_per_quantity: money(line.unit),
            compare_at_amount_per_quantity: line.compare_at.map(money),
            subtotal_amount: money(line.total()),
            total_amount: money(line.total()),
        }
    }
}
