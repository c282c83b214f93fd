//! A thing that was sold, as its buyer sees it.

use super::money::money;
use crate::domains::catalog::graphql::{ProductVariant, variant_by_id};
use crate::domains::media::Picture;
use crate::domains::media::graphql::Image;
use crate::domains::orders::OrderState;
use crate::domains::orders::rows::{LineRow, PartRow};
use crate::graphql::attribute::Attribute;
use crate::graphql::money::MoneyV2;
use async_graphql::{Context, Object, Result};
use std::sync::Arc;

/// A thing that was bought, as it was at the sale.
#[derive(Clone)]
pub struct OrderLineItem {
    /// The line.
    pub line: Arc<LineRow>,
    /// The part of the order that it belongs to.
    pub part: Arc<PartRow>,
}

/// The picture of a line, as far as its file is there.
pub fn picture(line: &LineRow) -> Option<Image> {
    let file_id = line.image_file_id?;
    Some(Image(Picture {
        id: file_id,
        file_id,
        width: line.image_width?,
        height: line.image_height?,
        alt: Some(line.title.clone()),
    }))
}

impl OrderLineItem {
    /// How many the customer gets.
    pub(super) fn kept(&self) -> i32 {
        if self.part.state.is_given_up() {
            0
        } else {
            self.line.quantity
        }
    }
}

/// A thing that was bought, as it was at the sale.
#[Object]
impl OrderLineItem {
    /// Title of the product.
    async fn title(&self) -> &str {
        &self.line.title
    }

    /// The names of its choices, such as `Blue / L`.
    async fn variant_title(&self) -> &str {
        &self.line.variant_title
    }

    /// What its vendor calls it.
    async fn sku(&self) -> Option<&str> {
        self.line.sku.as_deref()
    }

    /// Its picture.
    async fn image(&self) -> Option<Image> {
        picture(&self.line)
    }

    /// The variant, while it can still be seen in the shop.
    async fn variant(&self, ctx: &Context<'_>) -> Result<Option<ProductVariant>> {
        variant_by_id(ctx, self.line.variant_id).await
    }

    /// How many were bought.
    async fn quantity(&self) -> i32 {
        self.line.quantity
    }

    /// How many the customer gets: none when its vendor's part was rejected, called off or came back.
    async fn current_quantity(&self) -> i32 {
        self.kept()
    }

    /// Where its vendor's part of the order stands.
    async fn state(&self) -> OrderState {
        self.part.state
    }

    /// What one cost.
    async fn unit_price(&self) -> Result<MoneyV2> {
        money(self.line.unit_price, &self.part.currency)
    }

    /// What all of them cost, before discounts.
    async fn original_total_price(&self) -> Result<MoneyV2> {
        money(self.line.subtotal, &self.part.currency)
    }

    /// What all of them cost, less discounts.
    async fn discounted_total_price(&self) -> Result<MoneyV2> {
        money(
            self.line.subtotal.saturating_sub(self.line.discount),
            &self.part.currency,
        )
    }

    /// What the storefront wanted to remember.
    async fn custom_attributes(&self) -> Vec<Attribute> {
        Attribute::list(&self.line.attributes)
    }
}
