//! The shelves that a product stands on.

use super::collection::Collection;
use crate::domains::collections::CollectionRow;
use crate::domains::collections::loaders::ShelvesOf;
use crate::graphql::batch::Loader;
use crate::graphql::connection::{Connection, Placed};
use crate::graphql::page_args::{Order, PageArgs};
use crate::graphql::ready::Ready;
use crate::platform::db::{Key, KeyKind, Slice};
use async_graphql::{Context, Result};
use std::sync::Arc;
use uuid::Uuid;

/// In the order of their ids.
pub const BY_ID: Order = Order {
    name: "ID",
    kind: KeyKind::None,
    descending: false,
};

/// A page of the shelves that a product stands on.
///
/// # Errors
/// What the page's arguments are refused for, or the database.
pub async fn of_product(
    ctx: &Context<'_>,
    product: Uuid,
    args: &PageArgs,
) -> Result<Connection<Ready<Collection>>> {
    let slice = args.slice(BY_ID)?;
    let shelves = ctx
        .data::<Loader<ShelvesOf>>()?
        .load(product)
        .await?
        .unwrap_or_default();
    Ok(page(&shelves, &slice))
}

/// A part of these shelves.
#[must_use]
pub fn page(shelves: &[Arc<CollectionRow>], slice: &Slice) -> Connection<Ready<Collection>> {
    let placed = shelves.iter().map(|row| Placed {
        key: Key::None,
        id: row.id,
        item: Ready(Collection::of(Arc::clone(row))),
    });
    Connection::of_all(placed.collect(), slice, BY_ID)
}
