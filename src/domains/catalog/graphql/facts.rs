//! What is known of a product: by its card, and by loaders.

use super::attribute::ProductAttribute;
use super::choice::Wanted;
use super::figures::ProductPriceRange;
use super::option::ProductOption;
use super::parts;
use super::product::Product;
use super::variant::ProductVariant;
use crate::domains::catalog::loaders::AttributesOf;
use crate::domains::catalog::{Part, Variant, Variants};
use crate::domains::collections::graphql::TaxonomyCategory;
use crate::domains::listing::Card;
use crate::domains::media::Picture;
use crate::domains::media::graphql::Image;
use crate::domains::shop::InContext;
use crate::domains::vendors::graphql::Vendor;
use crate::domains::vendors::loaders::VendorById;
use crate::graphql::batch::Loader;
use crate::graphql::budget::charge;
use crate::graphql::error::{ErrorCode, client_error, internal};
use crate::graphql::ready::ReadyList;
use async_graphql::{Context, Result};
use std::sync::Arc;

impl Product {
    /// Reached otherwise than by a search.
    #[must_use]
    pub fn of(card: Arc<Card>) -> Self {
        Self(card, None)
    }

    /// The first picture, described by the product's title when it has no words of its own.
    #[must_use]
    pub fn featured(&self) -> Option<Image> {
        let card = &self.0;
        Some(Image(Picture {
            id: card.image_id?,
            file_id: card.image_file_id?,
            width: card.image_width?,
            height: card.image_height?,
            alt: card.image_alt.clone().or_else(|| Some(card.title.clone())),
        }))
    }

    /// From and up to which price it is sold.
    pub(super) fn prices(&self, context: &InContext) -> ProductPriceRange {
        ProductPriceRange::of(context, self.0.min_amount, self.0.max_amount)
    }

    /// From and up to which price is struck through.
    pub(super) fn compared(&self, context: &InContext) -> ProductPriceRange {
        let (min, max) = (self.0.min_compare_at, self.0.max_compare_at);
        ProductPriceRange::of(context, min.unwrap_or(0), max.unwrap_or(0))
    }

    /// How many units of these variants can be bought.
    pub(super) fn units(variants: &[Arc<Variant>]) -> i32 {
        let units = variants.iter().map(|variant| variant.available.max(0));
        i32::try_from(units.sum::<i64>()).unwrap_or(i32::MAX)
    }

    /// The first that can be bought, else the first.
    pub(super) fn first_of(variants: &[Arc<Variant>]) -> Option<&Arc<Variant>> {
        let mut available = variants.iter().filter(|variant| variant.is_available());
        available.next().or_else(|| variants.first())
    }

    pub(super) async fn all_variants(&self, ctx: &Context<'_>) -> Result<Variants> {
        parts::variants(ctx, self.0.id).await
    }

    /// The vendor who sells it.
    pub(super) async fn seller(&self, ctx: &Context<'_>) -> Result<Vendor> {
        let vendor = ctx
            .data::<Loader<VendorById>>()?
            .load(self.0.vendor_id)
            .await?;
        vendor
            .map(Vendor)
            .ok_or_else(|| internal("a listed product's vendor does not sell"))
    }

    /// What is told of it, in the order of its type.
    pub(super) async fn told_attributes(
        &self,
        ctx: &Context<'_>,
    ) -> Result<ReadyList<ProductAttribute>> {
        let attributes = ctx.data::<Loader<AttributesOf>>()?.load(self.0.id).await?;
        let attributes = attributes.unwrap_or_default();
        charge(ctx, attributes.len()).await;
        Ok(attributes.iter().cloned().map(ProductAttribute).collect())
    }

    /// Its options in order, at most so many.
    pub(super) async fn first_options(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
    ) -> Result<ReadyList<ProductOption>> {
        if parts::offers_variants(&ctx.look_ahead()) {
            parts::want(ctx, self.0.id, Part::Variants)?;
        }
        let options = parts::options(ctx, self.0.id).await?;
        let most = match first {
            Some(first) => usize::try_from(first).map_err(|_| {
                client_error(
                    ErrorCode::BadUserInput,
                    format!("`first` is {first}: it must not be negative."),
                )
            })?,
            None => options.len(),
        };
        charge(ctx, options.len()).await;
        Ok(options
            .iter()
            .take(most)
            .map(|option| ProductOption(Arc::new(option.clone())))
            .collect())
    }

    /// The category that it stands in.
    pub(super) async fn standing(&self, ctx: &Context<'_>) -> Result<Option<TaxonomyCategory>> {
        match self.0.category_id {
            Some(id) => TaxonomyCategory::load(ctx, id).await,
            None => Ok(None),
        }
    }

    /// The variant of these choices.
    pub(super) async fn chosen(
        &self,
        ctx: &Context<'_>,
        wanted: Wanted,
    ) -> Result<Option<ProductVariant>> {
        let wanted = wanted.checked()?;
        parts::want(ctx, self.0.id, Part::Variants)?;
        let options = parts::options(ctx, self.0.id).await?;
        let variants = self.all_variants(ctx).await?;
        let found = wanted.among(&variants, &options);
        Ok(found.map(|variant| ProductVariant(Arc::clone(variant))))
    }

    /// The variant of these choices, else the first that can be bought, else the first.
    pub(super) async fn chosen_or_first(
        &self,
        ctx: &Context<'_>,
        wanted: Wanted,
    ) -> Result<Option<ProductVariant>> {
        if let Some(variant) = self.chosen(ctx, wanted).await? {
            return Ok(Some(variant));
        }
        let variants = self.all_variants(ctx).await?;
        let first = Self::first_of(&variants);
        Ok(first.map(|variant| ProductVariant(Arc::clone(variant))))
    }
}
