//! What can be asked about the shop.

use super::localization::Localization;
use super::shop::Shop;
use crate::domains::shop::InContext;
use async_graphql::{Context, Object, Result};

/// Queries about the shop.
#[derive(Default)]
pub struct ShopQuery;

/// Queries about the shop.
#[Object]
impl ShopQuery {
    /// The shop: its name, its policies, its currencies.
    async fn shop(&self, ctx: &Context<'_>) -> Result<Shop> {
        Ok(Shop(ctx.data::<InContext>()?.clone()))
    }

    /// In which countries and languages the shop can be used, and in which this operation is answered.
    async fn localization(&self, ctx: &Context<'_>) -> Result<Localization> {
        Ok(Localization(ctx.data::<InContext>()?.clone()))
    }
}
