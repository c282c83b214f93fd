//! A page in the schema.

use crate::domains::content::PageRow;
use crate::domains::content::loaders::PageById;
use crate::graphql::batch::Loader;
use crate::graphql::budget::charge_text;
use crate::graphql::gid::gid;
use crate::graphql::html::{plain, truncated};
use crate::graphql::links::Links;
use crate::graphql::scalars::{DateTime, Html, Url};
use crate::graphql::seo::Seo;
use async_graphql::{Context, ID, Object, Result};
use std::sync::Arc;
use uuid::Uuid;

/// A text that the storefront shows as a page; reached by a search, with what tells of that.
pub struct Page(pub Arc<PageRow>, pub Option<String>);

impl Page {
    /// Reached otherwise than by a search.
    #[must_use]
    pub fn of(row: Arc<PageRow>) -> Self {
        Self(row, None)
    }

    /// The beginning of its text, without markup.
    pub(super) fn summary(&self) -> String {
        truncated(&plain(&self.0.body_html), SUMMARY)
    }

    /// What search engines are told.
    pub(super) fn told(&self) -> Seo {
        Seo {
            title: self.0.seo_title.clone(),
            description: self.0.seo_description.clone(),
        }
    }
}

/// Characters of a summary.
const SUMMARY: usize = 150;

/// A text that the storefront shows as a page.
#[Object]
impl Page {
    /// Global id.
    pub async fn id(&self) -> ID {
        gid("Page", self.0.id)
    }

    /// Its name in addresses.
    async fn handle(&self) -> &str {
        &self.0.handle
    }

    /// Its title.
    async fn title(&self) -> &str {
        &self.0.title
    }

    /// Its text, with markup.
    async fn body(&self, ctx: &Context<'_>) -> Result<Html> {
        charge_text(ctx, &self.0.body_html).await;
        Ok(Html(self.0.body_html.clone()))
    }

    /// The beginning of its text, without markup.
    async fn body_summary(&self) -> String {
        self.summary()
    }

    /// What search engines are told.
    async fn seo(&self) -> Option<Seo> {
        Some(self.told())
    }

    /// When it was made.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }

    /// When it last changed.
    async fn updated_at(&self) -> DateTime {
        DateTime(self.0.updated_at)
    }

    /// Parameters for the address of the page, by which it is known from which search it was reached; `null` outside a search.
    pub async fn tracking_parameters(&self) -> Option<String> {
        self.1.clone()
    }

    /// Where the storefront shows it.
    pub async fn online_store_url(&self, ctx: &Context<'_>) -> Result<Option<Url>> {
        Ok(Some(Url(ctx
            .data::<Links>()?
            .page(&format!("pages/{}", self.0.handle)))))
    }
}

/// The published page of this id.
///
/// # Errors
/// When the database failed.
pub async fn page_by_id(ctx: &Context<'_>, id: Uuid) -> Result<Option<Page>> {
    Ok(ctx
        .data::<Loader<PageById>>()?
        .load(id)
        .await?
        .map(Page::of))
}
