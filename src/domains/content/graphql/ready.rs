//! What a page holds of the fields that are asked of it.

use super::page::Page;
use crate::graphql::gid::gid;
use crate::graphql::links::Links;
use crate::graphql::ready::{Described, Holds, Table, text, text_or_null, value};
use crate::graphql::scalars::DateTime;

impl Holds for Page {
    const FIELDS: Table<Self> = &[
        ("id", |page, _| text(gid("Page", page.0.id).0)),
        ("handle", |page, _| text(page.0.handle.as_str())),
        ("title", |page, _| text(page.0.title.as_str())),
        ("body", |page, asked| {
            asked.charge_bytes(page.0.body_html.len())?;
            text(page.0.body_html.as_str())
        }),
        ("bodySummary", |page, _| text(page.summary())),
        ("seo", |page, asked| asked.object(&page.told())),
        ("createdAt", |page, _| value(&DateTime(page.0.created_at))),
        ("updatedAt", |page, _| value(&DateTime(page.0.updated_at))),
        ("trackingParameters", |page, _| {
            text_or_null(page.1.as_deref())
        }),
        ("onlineStoreUrl", |page, asked| {
            let path = format!("pages/{}", page.0.handle);
            text(asked.data::<Links>()?.page(&path))
        }),
    ];
}

/// The types whose tables stand here, for the test that holds them against the schema.
#[must_use]
pub fn ready_types() -> Vec<Described> {
    vec![Described::of::<Page>()]
}
