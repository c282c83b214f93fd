//! What collections and categories hold of the fields that are asked of them.

use super::category::TaxonomyCategory;
use super::collection::{Collection, above};
use crate::domains::catalog::graphql::described_at_once;
use crate::domains::collections::CollectionRow;
use crate::domains::collections::loaders::CategoryTree;
use crate::graphql::gid::gid;
use crate::graphql::links::Links;
use crate::graphql::ready::{Asked, Described, Holds, Stop, Table, text, text_or_null, value};
use crate::graphql::scalars::DateTime;
use async_graphql::Value;
use std::sync::Arc;

impl Holds for Collection {
    const FIELDS: Table<Self> = &[
        ("id", |shelf, _| text(gid("Collection", shelf.0.id).0)),
        ("handle", |shelf, _| text(shelf.0.handle.as_str())),
        ("title", |shelf, _| text(shelf.0.title.as_str())),
        ("description", |shelf, asked| {
            described_at_once(asked, &shelf.0.description_html)
        }),
        ("descriptionHtml", |shelf, asked| {
            asked.charge_bytes(shelf.0.description_html.len())?;
            text(shelf.0.description_html.as_str())
        }),
        ("image", |shelf, asked| {
            asked.object_or_null(shelf.picture().as_ref())
        }),
        ("seo", |shelf, asked| asked.object(&shelf.told())),
        ("updatedAt", |shelf, _| value(&DateTime(shelf.0.updated_at))),
        ("trackingParameters", |shelf, _| {
            text_or_null(shelf.1.as_deref())
        }),
        ("onlineStoreUrl", |shelf, asked| {
            let page = format!("collections/{}", shelf.0.handle);
            text(asked.data::<Links>()?.page(&page))
        }),
        ("parent", |shelf, asked| {
            let Some(parent) = shelf.0.parent_id else {
                return Ok(Value::Null);
            };
            let tree = tree(asked)?;
            let row = tree.iter().find(|row| row.id == parent);
            asked.object_or_null(row.map(|row| Collection::of(Arc::clone(row))).as_ref())
        }),
        ("children", |shelf, asked| {
            let tree = tree(asked)?;
            let below = tree.iter().filter(|row| row.parent_id == Some(shelf.0.id));
            let below: Vec<Collection> = below.map(|row| Collection::of(Arc::clone(row))).collect();
            asked.charge(below.len())?;
            asked.list(&below)
        }),
        ("ancestors", |shelf, asked| {
            if shelf.0.parent_id.is_none() {
                return Ok(Value::List(Vec::new()));
            }
            let above = above(&tree(asked)?, &shelf.0);
            asked.made(above.into_iter().map(Collection::of))
        }),
    ];
    /// A list is a statement.
    const ORDINARY: &'static [&'static str] = &["products"];
}

impl Holds for TaxonomyCategory {
    const FIELDS: Table<Self> = &[
        ("id", |category, _| {
            text(gid("TaxonomyCategory", category.0.id).0)
        }),
        ("name", |category, _| text(category.0.title.as_str())),
        ("ancestors", |category, asked| {
            let above = above(&tree(asked)?, &category.0);
            asked.made(above.into_iter().map(TaxonomyCategory))
        }),
        ("collection", |category, asked| {
            asked.object(&Collection::of(Arc::clone(&category.0)))
        }),
    ];
}

fn tree(asked: &Asked<'_, '_>) -> Result<Arc<Vec<Arc<CollectionRow>>>, Stop> {
    Ok(asked.loaded::<CategoryTree>(())?.unwrap_or_default())
}

/// The types whose tables stand here, for the test that holds them against the schema.
#[must_use]
pub fn ready_types() -> Vec<Described> {
    vec![
        Described::of::<Collection>(),
        Described::of::<TaxonomyCategory>(),
    ]
}
