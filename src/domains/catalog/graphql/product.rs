//! A product in the schema.

use super::attribute::{ProductAttribute, ProductRating};
use super::choice::Wanted;
use super::description::described;
use super::figures::{Count, ProductPriceRange};
use super::option::ProductOption;
use super::pages::{ProductImageSortKeys, ProductVariantSortKeys};
use super::variant::{ProductVariant, SelectedOptionInput};
use crate::domains::catalog::loaders::{AttributesOf, OptionsOf, VariantsOf};
use crate::domains::catalog::{OptionRow, Variant};
use crate::domains::collections::graphql::{Collection, TaxonomyCategory, shelves};
use crate::domains::listing::Card;
use crate::domains::media::Picture;
use crate::domains::media::graphql::Image;
use crate::domains::shop::InContext;
use crate::domains::vendors::graphql::Vendor;
use crate::domains::vendors::loaders::VendorById;
use crate::graphql::batch::Loader;
use crate::graphql::budget::{charge, charge_text};
use crate::graphql::connection::Connection;
use crate::graphql::error::{ErrorCode, client_error, internal};
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
        described(ctx, &self.0.description_html, truncate_at).await
    }

    /// What it is, with markup.
    async fn description_html(&self, ctx: &Context<'_>) -> Result<Html> {
        charge_text(ctx, &self.0.description_html).await;
        Ok(Html(self.0.description_html.clone()))
    }

    /// What kind of thing it is.
    async fn product_type(&self) -> &str {
        &self.0.product_type
    }

    /// Words it is found by.
    async fn tags(&self) -> &[String] {
        &self.0.tags
    }

    /// The name of the vendor who sells it.
    async fn vendor(&self) -> &str {
        &self.0.vendor_name
    }

    /// The vendor who sells it.
    async fn sold_by(&self, ctx: &Context<'_>) -> Result<Ready<Vendor>> {
        let vendor = ctx
            .data::<Loader<VendorById>>()?
            .load(self.0.vendor_id)
            .await?;
        vendor
            .map(|vendor| Ready(Vendor(vendor)))
            .ok_or_else(|| internal("a listed product's vendor does not sell"))
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
    async fn seo(&self) -> Seo {
        self.told()
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
        let attributes = ctx.data::<Loader<AttributesOf>>()?.load(self.0.id).await?;
        let attributes = attributes.unwrap_or_default();
        charge(ctx, attributes.len()).await;
        Ok(attributes.iter().cloned().map(ProductAttribute).collect())
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
        self.pictures(
            ctx,
            &PageArgs {
                first,
                after,
                last,
                before,
                reverse,
            },
            sort_key,
        )
        .await
        .map(Ready)
    }

    /// Its options, in order.
    async fn options(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many at the most.")] first: Option<i32>,
    ) -> Result<ReadyList<ProductOption>> {
        let options = self.choices(ctx).await?;
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
        self.variant_page(
            ctx,
            &PageArgs {
                first,
                after,
                last,
                before,
                reverse,
            },
            sort_key,
        )
        .await
        .map(Ready)
    }

    /// How many variants it has.
    async fn variants_count(&self, ctx: &Context<'_>) -> Result<Option<Count>> {
        let variants = self.all_variants(ctx).await?;
        Ok(Some(Count::of(variants.len())))
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
        }
        .checked()?;
        self.chosen(ctx, &wanted).await
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
        }
        .checked()?;
        if let Some(variant) = self.chosen(ctx, &wanted).await? {
            return Ok(Some(variant));
        }
        let variants = self.all_variants(ctx).await?;
        let first = Self::first_of(&variants);
        Ok(first.map(|variant| ProductVariant(Arc::clone(variant))))
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
        shelves::of_product(
            ctx,
            self.0.id,
            &PageArgs {
                first,
                after,
                last,
                before,
                reverse,
            },
        )
        .await
        .map(Ready)
    }

    /// Parameters for the address of its page, by which it is known from which search it was reached; `null` outside a search.
    pub async fn tracking_parameters(&self) -> Option<String> {
        self.1.clone()
    }

    /// The category that it stands in.
    async fn category(&self, ctx: &Context<'_>) -> Result<Option<TaxonomyCategory>> {
        match self.0.category_id {
            Some(id) => TaxonomyCategory::load(ctx, id).await,
            None => Ok(None),
        }
    }
}

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

    /// What search engines are told.
    pub(super) fn told(&self) -> Seo {
        Seo {
            title: self.0.seo_title.clone(),
            description: self.0.seo_description.clone(),
        }
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

    pub(super) async fn all_variants(&self, ctx: &Context<'_>) -> Result<Arc<Vec<Arc<Variant>>>> {
        Ok(ctx
            .data::<Loader<VariantsOf>>()?
            .load(self.0.id)
            .await?
            .unwrap_or_default())
    }

    pub(super) async fn choices(&self, ctx: &Context<'_>) -> Result<Arc<Vec<OptionRow>>> {
        Ok(ctx
            .data::<Loader<OptionsOf>>()?
            .load(self.0.id)
            .await?
            .unwrap_or_default())
    }

    async fn chosen(&self, ctx: &Context<'_>, wanted: &Wanted) -> Result<Option<ProductVariant>> {
        let options = self.choices(ctx).await?;
        let variants = self.all_variants(ctx).await?;
        let found = wanted.among(&variants, &options);
        Ok(found.map(|variant| ProductVariant(Arc::clone(variant))))
    }
}
