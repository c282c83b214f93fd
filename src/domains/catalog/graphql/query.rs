//! What can be asked about products.

use super::connection::ProductConnection;
use super::inputs::{ProductFilter, ProductSortKeys, filters};
use super::list;
use super::option::{ProductOption, ProductOptionValue};
use super::parts;
use super::product::Product;
use super::variant::ProductVariant;
use crate::domains::catalog::loaders::{OptionWith, VariantById};
use crate::domains::listing::loaders::{CardByHandle, CardById};
use crate::domains::listing::{self, Intent, Sort};
use crate::domains::shop::InContext;
use crate::graphql::batch::Loader;
use crate::graphql::lookup::{self, By};
use crate::graphql::made_of::reading;
use crate::graphql::page_args::PageArgs;
use crate::graphql::ready::{Ready, ReadyList};
use crate::platform::db::DbError;
use async_graphql::{Context, Enum, ID, Object, Result};
use std::sync::Arc;
use uuid::Uuid;

/// Queries about products.
#[derive(Default)]
pub struct ProductQuery;

/// What recommended products are for.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProductRecommendationIntent {
    /// They go with the product.
    Complementary,
    /// They are like the product.
    Related,
}

/// Queries about products.
#[Object]
impl ProductQuery {
    /// A product, by id or by handle; `null` when the reader's market does not see it.
    async fn product(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The product's global id.")] id: Option<ID>,
        #[graphql(
            desc = "The product's name in addresses, in the reader's language or the base language."
        )]
        handle: Option<String>,
    ) -> Result<Option<Ready<Product>>> {
        let product = shown(ctx, lookup::by("Product", id, handle)?).await?;
        Ok(product.map(Ready))
    }

    /// A product by its handle.
    #[graphql(deprecation = "Use `product`.")]
    async fn product_by_handle(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The product's name in addresses.")] handle: String,
    ) -> Result<Option<Ready<Product>>> {
        let product = shown(ctx, lookup::by("Product", None, Some(handle))?).await?;
        Ok(product.map(Ready))
    }

    /// All products that the reader's market sees, or what a search finds among them.
    #[expect(clippy::too_many_arguments, reason = "the arguments of every list")]
    async fn products(
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
            default_with = "Some(ProductSortKeys::Id)"
        )]
        sort_key: Option<ProductSortKeys>,
        #[graphql(
            desc = "A search: words (their beginning is enough), \"phrases\", `tag:`, `vendor:`, `product_type:`, `title:`, `available_for_sale:`, `variants.price:`, `created_at:`, `updated_at:` with `<`, `>`, `<=`, `>=`, joined by AND, OR, NOT and parentheses; at most 20 terms and 1000 characters."
        )]
        query: Option<String>,
        #[graphql(
            desc = "What the list lets through, at most 50 filters on at most 20 different properties.",
            name = "filters"
        )]
        given: Option<Vec<ProductFilter>>,
    ) -> Result<Ready<ProductConnection>> {
        let sort = Sort::from(sort_key.unwrap_or(ProductSortKeys::Id));
        let filters = filters(given, ctx.data::<InContext>()?.market.currency)?;
        list::of_market(
            ctx,
            sort,
            &PageArgs {
                first,
                after,
                last,
                before,
                reverse,
            },
            filters,
            query,
        )
        .await
    }

    /// Up to ten products to look at after this one; `null` when the product is not seen.
    async fn product_recommendations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The product's global id.")] product_id: Option<ID>,
        #[graphql(desc = "The product's name in addresses.")] product_handle: Option<String>,
        #[graphql(
            desc = "What they are for.",
            default_with = "Some(ProductRecommendationIntent::Related)"
        )]
        intent: Option<ProductRecommendationIntent>,
    ) -> Result<Option<ReadyList<Product>>> {
        let Some(product) = one(ctx, lookup::by("Product", product_id, product_handle)?).await?
        else {
            return Ok(None);
        };
        let intent = match intent {
            Some(ProductRecommendationIntent::Complementary) => Intent::Complementary,
            _ => Intent::Related,
        };
        // What was bought together is counted in the background, and told by nobody.
        let mut conn = reading(ctx)?.unkept().get().await?;
        let cards = listing::recommended(&mut conn, ctx.data::<InContext>()?, &product.0, intent)
            .await
            .map_err(DbError::from)?;
        Ok(Some(
            cards
                .into_iter()
                .map(|card| Product::of(Arc::new(card)))
                .collect(),
        ))
    }
}

/// The product that the field answers with, and by the same statement the parts that are selected of it.
async fn shown(ctx: &Context<'_>, by: By) -> Result<Option<Product>> {
    let asked = parts::asked_for(&ctx.look_ahead());
    let card = parts::looked_up(ctx, by, asked).await?;
    Ok(card.map(Product::of))
}

async fn one(ctx: &Context<'_>, by: By) -> Result<Option<Product>> {
    match by {
        By::Id(id) => product_by_id(ctx, id).await,
        By::Handle(handle) => Ok(ctx
            .data::<Loader<CardByHandle>>()?
            .load(handle)
            .await?
            .map(Product::of)),
    }
}

/// The product of this id, as far as the reader may see it.
///
/// # Errors
/// When the database failed.
pub async fn product_by_id(ctx: &Context<'_>, id: Uuid) -> Result<Option<Product>> {
    Ok(ctx
        .data::<Loader<CardById>>()?
        .load(id)
        .await?
        .map(Product::of))
}

/// The variant of this id, as far as the reader may see its product.
///
/// # Errors
/// When the database failed.
pub async fn variant_by_id(ctx: &Context<'_>, id: Uuid) -> Result<Option<ProductVariant>> {
    let Some(variant) = ctx.data::<Loader<VariantById>>()?.load(id).await? else {
        return Ok(None);
    };
    let seen = product_by_id(ctx, variant.product_id).await?.is_some();
    Ok(seen.then_some(ProductVariant(variant)))
}

/// The option of this id, as far as the reader may see its product.
///
/// # Errors
/// When the database failed.
pub async fn option_by_id(ctx: &Context<'_>, id: Uuid) -> Result<Option<ProductOption>> {
    let Some(option) = ctx
        .data::<Loader<OptionWith>>()?
        .load(id)
        .await?
        .filter(|option| option.id == id)
    else {
        return Ok(None);
    };
    let seen = product_by_id(ctx, option.product_id).await?.is_some();
    Ok(seen.then_some(ProductOption(option)))
}

/// The choice of this id, as far as the reader may see its product.
///
/// # Errors
/// When the database failed.
pub async fn value_by_id(ctx: &Context<'_>, id: Uuid) -> Result<Option<ProductOptionValue>> {
    let Some(option) = ctx.data::<Loader<OptionWith>>()?.load(id).await? else {
        return Ok(None);
    };
    let seen = product_by_id(ctx, option.product_id).await?.is_some();
    Ok(if seen {
        ProductOptionValue::of(option, id)
    } else {
        None
    })
}
