//! A product in the schema.

use super::attribute::{ProductAttribute, ProductRating};
use super::choice::Wanted;
use super::description::described;
use super::figures::{Count, ProductPriceRange};
use super::option::ProductOption;
use super::pages::{ProductImageSortKeys, ProductVariantSortKeys};
use super::texts::texts;
use super::variant::{ProductVariant, SelectedOptionInput};
use crate::domains::collections::graphql::{Collection, TaxonomyCategory, shelves};
use crate::domains::listing::Card;
use crate::domains::media::graphql::Image;
use crate::domains::shop::InContext;
use crate::domains::vendors::graphql::Vendor;
use crate::graphql::budget::charge_text;
use crate::graphql::connection::Connection;
use crate::graphql::gid::gid;
use crate::graphql::links::Links;
use crate::graphql::page_args::PageArgs;
use crate::graphql::ready::{Ready, ReadyList};
use crate::graphql::scalars::{DateTime, Html, Url};
use crate::graphql::seo::Seo;
use async_graphql::{Context, ID, Object, Result};
use std::sync::Arc;

/// Something that a vendor sells; reached by a search, with what tells of that.
#[derive(Clone)]
pub struct Product(pub Arc<Card>, pub Option<String>);

/// Something that a vendor sells.
#[Object]
impl Product {
    /// Global id.
    pub async fn id(&self) -> ID {
        gid("Product", self.0.id)
    }

    /// Its name in addresses.
    async fn handle(&self) -> &str {
        &self.0.handle
    }

    /// Its title.
    async fn title(&self) -> &str {
        &self.0.title
    }

    /// What it is, as plain text.
    async fn description(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Cut after this many characters.")] truncate_at: Option<i32>,
    ) -> Result<String> {
        let texts = texts(ctx, &self.0).await?;
        described(ctx, &texts.description_html, truncate_at).await
    }

    /// What it is, with markup.
    async fn description_html(&self, ctx: &Context<'_>) -> Result<Html> {
        let texts = texts(ctx, &self.0).await?;
        charge_text(ctx, &texts.description_html).await;
        Ok(Html(texts.description_html.clone()))
    }

    /// What kind of thing it is.
    async fn product_type(&self, ctx: &Context<'_>) -> Result<String> {
        Ok(texts(ctx, &self.0).await?.product_type.clone())
    }

    /// Words it is found by.
    async fn tags(&self, ctx: &Context<'_>) -> Result<Vec<String>> {
        Ok(texts(ctx, &self.0).await?.tags.clone())
    }

    /// The name of the vendor who sells it.
    async fn vendor(&self) -> &str {
        &self.0.vendor_name
    }

    /// The vendor who sells it.
    async fn sold_by(&self, ctx: &Context<'_>) -> Result<Ready<Vendor>> {
        self.seller(ctx).await.map(Ready)
    }

    /// Whether any variant can be bought.
    async fn available_for_sale(&self) -> bool {
        self.0.in_stock
    }

    /// When it was made.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }

    /// Since when it is seen.
    async fn published_at(&self) -> DateTime {
        DateTime(self.0.published_at)
    }

    /// When it last changed.
    async fn updated_at(&self) -> DateTime {
        DateTime(self.0.updated_at)
    }

    /// What search engines are told.
    async fn seo(&self, ctx: &Context<'_>) -> Result<Seo> {
        Ok(texts(ctx, &self.0).await?.told())
    }

    /// Where the storefront shows it.
    pub async fn online_store_url(&self, ctx: &Context<'_>) -> Result<Option<Url>> {
        Ok(Some(Url(ctx
            .data::<Links>()?
            .page(&format!("products/{}", self.0.handle)))))
    }

    /// From and up to which price it is sold.
    async fn price_range(&self, ctx: &Context<'_>) -> Result<ProductPriceRange> {
        Ok(self.prices(ctx.data::<InContext>()?))
    }

    /// From and up to which price is struck through; zero when nothing is reduced.
    async fn compare_at_price_range(&self, ctx: &Context<'_>) -> Result<ProductPriceRange> {
        Ok(self.compared(ctx.data::<InContext>()?))
    }

    /// What is told of it, in the order of its type, such as its material or its volume.
    async fn attributes(&self, ctx: &Context<'_>) -> Result<ReadyList<ProductAttribute>> {
        self.told_attributes(ctx).await
    }

    /// How it was rated; `null` when nobody did.
    async fn rating(&self) -> Option<ProductRating> {
        ProductRating::of(&self.0)
    }

    /// The first of its pictures.
    async fn featured_image(&self) -> Option<Image> {
        self.featured()
    }

    /// Its pictures.
    #[expect(clippy::too_many_arguments, reason = "the arguments of every list")]
    async fn images(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the beginning: 1 to 250.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end: 1 to 250.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
        #[graphql(desc = "The list the other way round.", default_with = "Some(false)")]
        reverse: Option<bool>,
        #[graphql(
            desc = "What the list is sorted by.",
            default_with = "Some(ProductImageSortKeys::Position)"
        )]
        sort_key: Option<ProductImageSortKeys>,
    ) -> Result<Ready<Connection<Image>>> {
        let page = PageArgs {
            first,
            after,
            last,
            before,
            reverse,
        };
        self.pictures(ctx, &page, sort_key).await.map(Ready)
    }

    /// Its options, in order.
    async fn options(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many at the most.")] first: Option<i32>,
    ) -> Result<ReadyList<ProductOption>> {
        self.first_options(ctx, first).await
    }

    /// Its variants.
    #[expect(clippy::too_many_arguments, reason = "the arguments of every list")]
    async fn variants(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the beginning: 1 to 250.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end: 1 to 250.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
        #[graphql(desc = "The list the other way round.", default_with = "Some(false)")]
        reverse: Option<bool>,
        #[graphql(
            desc = "What the list is sorted by.",
            default_with = "Some(ProductVariantSortKeys::Position)"
        )]
        sort_key: Option<ProductVariantSortKeys>,
    ) -> Result<Ready<Connection<ProductVariant>>> {
        let page = PageArgs {
            first,
            after,
            last,
            before,
            reverse,
        };
        self.variant_page(ctx, &page, sort_key).await.map(Ready)
    }

    /// How many variants it has.
    async fn variants_count(&self, ctx: &Context<'_>) -> Result<Option<Count>> {
        Ok(Some(Count::of(self.all_variants(ctx).await?.len())))
    }

    /// How many units of all variants can be bought.
    async fn total_inventory(&self, ctx: &Context<'_>) -> Result<Option<i32>> {
        Ok(Some(Self::units(&self.all_variants(ctx).await?)))
    }

    /// The variant of these choices; `null` when there is none.
    async fn variant_by_selected_options(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The choices.")] selected_options: Vec<SelectedOptionInput>,
        #[graphql(
            desc = "Leave out choices of options that the product does not have.",
            default_with = "Some(false)"
        )]
        ignore_unknown_options: Option<bool>,
        #[graphql(
            desc = "Whether upper and lower case are alike.",
            default_with = "Some(false)"
        )]
        case_insensitive_match: Option<bool>,
    ) -> Result<Option<ProductVariant>> {
        let wanted = Wanted {
            options: selected_options,
            ignore_unknown: ignore_unknown_options.unwrap_or(false),
            fold: case_insensitive_match.unwrap_or(false),
        };
        self.chosen(ctx, wanted).await
    }

    /// The variant of these choices; without choices, or when they name none, the first that can be bought, else the first.
    async fn selected_or_first_available_variant(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The choices.")] selected_options: Option<Vec<SelectedOptionInput>>,
        #[graphql(
            desc = "Leave out choices of options that the product does not have.",
            default_with = "Some(true)"
        )]
        ignore_unknown_options: Option<bool>,
        #[graphql(
            desc = "Whether upper and lower case are alike.",
            default_with = "Some(false)"
        )]
        case_insensitive_match: Option<bool>,
    ) -> Result<Option<ProductVariant>> {
        let wanted = Wanted {
            options: selected_options.unwrap_or_default(),
            ignore_unknown: ignore_unknown_options.unwrap_or(true),
            fold: case_insensitive_match.unwrap_or(false),
        };
        self.chosen_or_first(ctx, wanted).await
    }

    /// The collections and categories that it stands in.
    async fn collections(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the beginning: 1 to 250.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end: 1 to 250.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
        #[graphql(desc = "The list the other way round.", default_with = "Some(false)")]
        reverse: Option<bool>,
    ) -> Result<Ready<Connection<Ready<Collection>>>> {
        let page = PageArgs {
            first,
            after,
            last,
            before,
            reverse,
        };
        shelves::of_product(ctx, self.0.id, &page).await.map(Ready)
    }

    /// Parameters for the address of its page, by which it is known from which search it was reached; `null` outside a search.
    pub async fn tracking_parameters(&self) -> Option<String> {
        self.1.clone()
    }

    /// The category that it stands in.
    async fn category(&self, ctx: &Context<'_>) -> Result<Option<TaxonomyCategory>> {
        self.standing(ctx).await
    }
}
