//! Lists of products, of whatever they are a list.

use super::connection::ProductConnection;
use super::product::Product;
use super::texts::extent;
use crate::domains::collections::{CollectionKind, CollectionRow};
use crate::domains::listing::loaders::PageOf;
use crate::domains::listing::{self, Ask, Filters, Query, Sort, Source};
use crate::domains::search::Within;
use crate::domains::search::graphql::FacetsOf;
use crate::domains::shop::InContext;
use crate::graphql::batch::Loader;
use crate::graphql::budget::charge_rows;
use crate::graphql::connection::{Connection, Placed};
use crate::graphql::error::{ErrorCode, client_error};
use crate::graphql::made_of::reading;
use crate::graphql::page_args::PageArgs;
use crate::graphql::ready::Ready;
use crate::graphql::tags::Kind;
use crate::platform::db::DbError;
use async_graphql::{Context, Result};
use std::sync::Arc;
use uuid::Uuid;

/// A page of all that the reader's market sees, or of what a search finds in it.
///
/// # Errors
/// What the page's arguments or the search are refused for, or the database.
pub async fn of_market(
    ctx: &Context<'_>,
    sort: Sort,
    page: &PageArgs,
    filters: Filters,
    query: Option<String>,
) -> Result<Ready<ProductConnection>> {
    let query = match query.as_deref().map(Query::parse) {
        Some(Err(error)) => return Err(client_error(ErrorCode::BadUserInput, error.to_string())),
        Some(Ok(query)) => query,
        None => None,
    };
    let ask = Ask::new(Source::Market, sort, page, filters, query)?.with(extent(ctx));
    charge_rows(ctx, ask.slice.limit).await;
    // Cards name their vendors.
    let kinds = [Kind::Product, Kind::Vendor];
    let mut conn = reading(ctx)?.of(&kinds).await?;
    let rows = listing::page(&mut conn, &ask, ctx.data::<InContext>()?)
        .await
        .map_err(DbError::from)?;
    Ok(connection(
        rows.into_iter().map(Placed::shared).collect(),
        &ask,
        Within::Market,
    ))
}

/// A page of a collection or category.
///
/// # Errors
/// What the page's arguments are refused for, or the database.
pub async fn of_shelf(
    ctx: &Context<'_>,
    shelf: &CollectionRow,
    sort: Sort,
    page: &PageArgs,
    filters: Filters,
) -> Result<Ready<ProductConnection>> {
    let ask = Ask::new(Source::Shelf, sort, page, filters, None)?.with(extent(ctx));
    let within = match shelf.kind {
        CollectionKind::Category => Within::Category(shelf.id),
        CollectionKind::Collection => Within::Shelf(shelf.id),
    };
    of_one(ctx, (shelf.id, within), ask).await
}

/// A page of what a vendor sells.
///
/// # Errors
/// What the page's arguments are refused for, or the database.
pub async fn of_vendor(
    ctx: &Context<'_>,
    vendor: Uuid,
    sort: Sort,
    page: &PageArgs,
    filters: Filters,
) -> Result<Ready<ProductConnection>> {
    let ask = Ask::new(Source::Vendor, sort, page, filters, None)?.with(extent(ctx));
    of_one(ctx, (vendor, Within::Vendor(vendor)), ask).await
}

async fn of_one(
    ctx: &Context<'_>,
    (parent, within): (Uuid, Within),
    ask: Ask,
) -> Result<Ready<ProductConnection>> {
    charge_rows(ctx, ask.slice.limit).await;
    let ask = Arc::new(ask);
    let rows = ctx
        .data::<Loader<PageOf>>()?
        .load((parent, Arc::clone(&ask)))
        .await?;
    Ok(connection(
        rows.map(|rows| rows.as_ref().clone()).unwrap_or_default(),
        &ask,
        within,
    ))
}

fn connection(
    rows: Vec<Placed<Arc<listing::Card>>>,
    ask: &Ask,
    within: Within,
) -> Ready<ProductConnection> {
    let products = rows
        .into_iter()
        .map(|row| Placed {
            key: row.key,
            id: row.id,
            item: Ready(Product::of(row.item)),
        })
        .collect();
    Ready(ProductConnection {
        page: Connection::new(products, &ask.slice, ask.sort.order()),
        // What the language of `query` finds is not counted: `search` is there for that.
        facets: ask.query.is_none().then(|| FacetsOf {
            within,
            filters: ask.filters.clone(),
        }),
    })
}
