//! What search engines are told.

use super::ready::{Holds, Table, text_or_null};
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

impl Holds for Seo {
    const FIELDS: Table<Self> = &[
        ("description", |seo, _| {
            text_or_null(seo.description.as_deref())
        }),
        ("title", |seo, _| text_or_null(seo.title.as_deref())),
    ];
}
