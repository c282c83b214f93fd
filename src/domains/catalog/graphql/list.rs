//! Lists of products, of whatever they are a list.

use super::product::Product;
use crate::domains::listing::loaders::PageOf;
use crate::domains::listing::{self, Ask, Filters, Query, Sort, Source};
use crate::domains::shop::InContext;
use crate::graphql::batch::Loader;
use crate::graphql::budget::charge_rows;
use crate::graphql::connection::{Connection, Placed};
use crate::graphql::error::{ErrorCode, client_error};
use crate::graphql::page_args::PageArgs;
use crate::platform::db::{Database, DbError};
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
    query: Option<String>,
) -> Result<Connection<Product>> {
    let query = match query.as_deref().map(Query::parse) {
        Some(Err(error)) => return Err(client_error(ErrorCode::BadUserInput, error.to_string())),
        Some(Ok(query)) => query,
        None => None,
    };
    let ask = Ask::new(Source::Market, sort, page, Filters::default(), query)?;
    charge_rows(ctx, ask.slice.limit).await;
    let mut conn = ctx.data::<Database>()?.get().await?;
    let rows = listing::page(&mut conn, &ask, ctx.data::<InContext>()?)
        .await
        .map_err(DbError::from)?;
    Ok(connection(
        rows.into_iter().map(Placed::shared).collect(),
        &ask,
    ))
}

/// A page of a collection or category.
///
/// # Errors
/// What the page's arguments are refused for, or the database.
pub async fn of_shelf(
    ctx: &Context<'_>,
    shelf: Uuid,
    sort: Sort,
    page: &PageArgs,
    filters: Filters,
) -> Result<Connection<Product>> {
    let ask = Ask::new(Source::Shelf, sort, page, filters, None)?;
    of_one(ctx, shelf, ask).await
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
) -> Result<Connection<Product>> {
    let ask = Ask::new(Source::Vendor, sort, page, filters, None)?;
    of_one(ctx, vendor, ask).await
}

async fn of_one(ctx: &Context<'_>, parent: Uuid, ask: Ask) -> Result<Connection<Product>> {
    charge_rows(ctx, ask.slice.limit).await;
    let ask = Arc::new(ask);
    let rows = ctx
        .data::<Loader<PageOf>>()?
        .load((parent, Arc::clone(&ask)))
        .await?;
    Ok(connection(
        rows.map(|rows| rows.as_ref().clone()).unwrap_or_default(),
        &ask,
    ))
}

fn connection(rows: Vec<Placed<Arc<listing::Card>>>, ask: &Ask) -> Connection<Product> {
    let products = rows
        .into_iter()
        .map(|row| Placed {
            key: row.key,
            id: row.id,
            item: Product::of(row.item),
        })
        .collect();
    Connection::new(products, &ask.slice, ask.sort.order())
}
