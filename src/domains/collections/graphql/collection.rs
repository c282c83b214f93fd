//! A collection in the schema.

use crate::domains::catalog::graphql::{
    ProductCollectionSortKeys, ProductConnection, ProductFilter, described, filters, list,
};
use crate::domains::collections::CollectionRow;
use crate::domains::collections::loaders::CategoryTree;
use crate::domains::listing::Sort;
use crate::domains::media::Picture;
use crate::domains::media::graphql::Image;
use crate::domains::shop::InContext;
use crate::graphql::batch::Loader;
use crate::graphql::budget::{charge, charge_text};
use crate::graphql::gid::gid;
use crate::graphql::links::Links;
use crate::graphql::page_args::PageArgs;
use crate::graphql::ready::Ready;
use crate::graphql::scalars::{DateTime, Html, Url};
use crate::graphql::seo::Seo;
use async_graphql::{Context, ID, Object, Result};
use std::sync::Arc;

/// A shelf of products: a collection, or a category of the tree; reached by a search, with what tells of that.
#[derive(Clone)]
pub struct Collection(pub Arc<CollectionRow>, pub Option<String>);

impl Collection {
    /// Reached otherwise than by a search.
    #[must_use]
    pub fn of(row: Arc<CollectionRow>) -> Self {
        Self(row, None)
    }

    pub(super) fn picture(&self) -> Option<Image> {
        let row = &self.0;
        let file_id = row.image_file_id?;
        Some(Image(Picture {
            id: file_id,
            file_id,
            width: row.image_width?,
            height: row.image_height?,
            alt: Some(row.title.clone()),
        }))
    }

    /// What search engines are told.
    pub(super) fn told(&self) -> Seo {
        Seo {
            title: self.0.seo_title.clone(),
            description: self.0.seo_description.clone(),
        }
    }
}

/// A shelf of products: a collection, or a category of the tree.
#[Object]
impl Collection {
    /// Global id.
    pub async fn id(&self) -> ID {
        gid("Collection", self.0.id)
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

    /// Its picture.
    async fn image(&self) -> Option<Image> {
        self.picture()
    }

    /// What search engines are told.
    async fn seo(&self) -> Seo {
        self.told()
    }

    /// When it last changed.
    async fn updated_at(&self) -> DateTime {
        DateTime(self.0.updated_at)
    }

    /// Parameters for the address of its page, by which it is known from which search it was reached; `null` outside a search.
    pub async fn tracking_parameters(&self) -> Option<String> {
        self.1.clone()
    }

    /// Where the storefront shows it.
    pub async fn online_store_url(&self, ctx: &Context<'_>) -> Result<Option<Url>> {
        Ok(Some(Url(ctx
            .data::<Links>()?
            .page(&format!("collections/{}", self.0.handle)))))
    }

    /// The products on the shelf that the reader's market sees.
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
            default_with = "Some(ProductCollectionSortKeys::CollectionDefault)"
        )]
        sort_key: Option<ProductCollectionSortKeys>,
        #[graphql(
            desc = "What the list lets through, at most 50 filters on at most 20 different properties.",
            name = "filters"
        )]
        given: Option<Vec<ProductFilter>>,
    ) -> Result<Ready<ProductConnection>> {
        let sort = Sort::from(sort_key.unwrap_or(ProductCollectionSortKeys::CollectionDefault));
        let filters = filters(given, ctx.data::<InContext>()?.market.currency)?;
        list::of_shelf(
            ctx,
            &self.0,
            sort,
            &PageArgs {
                first,
                after,
                last,
                before,
                reverse,
            },
            filters,
        )
        .await
    }

    /// The category above it.
    async fn parent(&self, ctx: &Context<'_>) -> Result<Option<Collection>> {
        let Some(parent) = self.0.parent_id else {
            return Ok(None);
        };
        Ok(tree(ctx)
            .await?
            .iter()
            .find(|row| row.id == parent)
            .map(|row| Collection::of(Arc::clone(row))))
    }

    /// The categories below it, in order.
    async fn children(&self, ctx: &Context<'_>) -> Result<Vec<Collection>> {
        let tree = tree(ctx).await?;
        let children: Vec<Collection> = tree
            .iter()
            .filter(|row| row.parent_id == Some(self.0.id))
            .map(|row| Collection::of(Arc::clone(row)))
            .collect();
        charge(ctx, children.len()).await;
        Ok(children)
    }

    /// The categories above it, the nearest first.
    async fn ancestors(&self, ctx: &Context<'_>) -> Result<Vec<Collection>> {
        if self.0.parent_id.is_none() {
            return Ok(Vec::new());
        }
        Ok(above(&tree(ctx).await?, &self.0)
            .into_iter()
            .map(Collection::of)
            .collect())
    }
}

/// All published categories, siblings in their order.
pub(super) async fn tree(ctx: &Context<'_>) -> Result<Arc<Vec<Arc<CollectionRow>>>> {
    Ok(ctx
        .data::<Loader<CategoryTree>>()?
        .load(())
        .await?
        .unwrap_or_default())
}

/// The categories above a row, the nearest first. A circle, should one ever stand in the database, ends the walk.
pub(super) fn above(tree: &[Arc<CollectionRow>], row: &CollectionRow) -> Vec<Arc<CollectionRow>> {
    let mut found: Vec<Arc<CollectionRow>> = Vec::new();
    let mut next = row.parent_id;
    while let Some(parent) = next.and_then(|id| tree.iter().find(|row| row.id == id)) {
        if found.iter().any(|seen| seen.id == parent.id) {
            break;
        }
        next = parent.parent_id;
        found.push(Arc::clone(parent));
    }
    found
}
