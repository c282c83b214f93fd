//! What search engines are told.

use async_graphql::SimpleObject;

/// What search engines are told of a thing.
#[derive(SimpleObject, Debug, Clone)]
#[graphql(name = "SEO")]
pub struct Seo {
    /// Its description, when it has one of its own.
    pub description: Option<String>,
    /// Its title, when it has one of its own.
    pub title: Option<String>,
}
