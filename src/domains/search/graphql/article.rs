//! Articles and blogs, which storefronts ask for: this shop has none.

use crate::domains::media::graphql::Image;
use crate::graphql::scalars::{DateTime, Html, Url};
use async_graphql::{ID, Object, Result};

/// What there is none of.
#[derive(Debug, Clone, Copy)]
enum Nothing {}

impl Nothing {
    const fn none<T>(self) -> T {
        match self {}
    }
}

/// A post of a blog. The shop has no blog, so that no search finds one.
#[derive(Debug, Clone, Copy)]
pub struct Article(Nothing);

/// A post of a blog. The shop has no blog, so that no search finds one.
#[Object]
impl Article {
    /// Global id.
    pub async fn id(&self) -> ID {
        self.0.none()
    }

    /// Its name in addresses.
    async fn handle(&self) -> &str {
        self.0.none()
    }

    /// Its title.
    async fn title(&self) -> &str {
        self.0.none()
    }

    /// The blog that it stands in.
    async fn blog(&self) -> Blog {
        self.0.none()
    }

    /// Its text, with markup.
    async fn content_html(&self) -> Html {
        self.0.none()
    }

    /// What it is about, without markup.
    async fn excerpt(&self) -> Option<String> {
        self.0.none()
    }

    /// Its picture.
    async fn image(&self) -> Option<Image> {
        self.0.none()
    }

    /// Since when it is seen.
    async fn published_at(&self) -> DateTime {
        self.0.none()
    }

    /// Words it is found by.
    async fn tags(&self) -> Vec<String> {
        self.0.none()
    }

    /// Where the storefront shows it.
    pub async fn online_store_url(&self) -> Result<Option<Url>> {
        self.0.none()
    }

    /// Parameters for the address of its page, by which it is known from which search it was reached.
    pub async fn tracking_parameters(&self) -> Option<String> {
        self.0.none()
    }
}

/// A row of articles. The shop has none.
#[derive(Debug, Clone, Copy)]
pub struct Blog(Nothing);

/// A row of articles. The shop has none.
#[Object]
impl Blog {
    /// Global id.
    pub async fn id(&self) -> ID {
        self.0.none()
    }

    /// Its name in addresses.
    async fn handle(&self) -> &str {
        self.0.none()
    }

    /// Its title.
    async fn title(&self) -> &str {
        self.0.none()
    }
}
