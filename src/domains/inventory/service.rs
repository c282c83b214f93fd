//! What is done with stock, each within the caller's transaction.

use super::error::InventoryError;
use super::model::{Wanted, share};
use super::store;
use crate::domains::ids::OrderLineId;
use crate::domains::listing;
use crate::platform::clock;
use crate::platform::db::Conn;
use diesel::QueryResult;
use uuid::Uuid;

/// Promises units to lines: all of them, or none.
///
/// # Errors
/// [`InventoryError::Short`] with every line that cannot be had.
pub async fn reserve(conn: &mut Conn, wanted: &[Wanted]) -> Result<(), InventoryError> {
    let variants = wanted.iter().map(|want| want.variant_id).collect();
    let levels = store::lock_levels(conn, variants).await?;
    let shares = share(&levels, wanted).map_err(InventoryError::Short)?;
    store::reserve(conn, &shares.shares, clock::now()).await?;
    turned(conn, shares.sold_out).await?;
    Ok(())
}

/// Gives what is promised to lines back: it can be sold again. What was ended already stays as it is.
///
/// # Errors
/// Whatever the database says.
pub async fn release(conn: &mut Conn, lines: &[OrderLineId]) -> QueryResult<()> {
    let variants = store::reserved(conn, lines).await?;
    store::lock_levels(conn, variants).await?;
    let released = store::release(conn, lines, clock::now()).await?;
    let back = released.into_iter().filter(|row| row.sold_out);
    turned(conn, back.map(|row| row.variant_id).collect()).await
}

/// Lets what is promised to lines leave: there is less on hand, and a movement that says why. `actor` is who sent it.
///
/// # Errors
/// Whatever the database says.
pub async fn fulfil(
    conn: &mut Conn,
    lines: &[OrderLineId],
    actor: Option<Uuid>,
) -> QueryResult<()> {
    let variants = store::reserved(conn, lines).await?;
    store::lock_levels(conn, variants).await?;
    let at = clock::now();
    let ended = store::fulfil(conn, lines, at).await?;
    store::sold(conn, &ended, actor, at).await
}

/// Lists show at once when something is sold out, or can be had again.
async fn turned(conn: &mut Conn, variants: Vec<Uuid>) -> QueryResult<()> {
    if variants.is_empty() {
        return Ok(());
    }
    let products = store::products_of(conn, variants).await?;
    listing::restock(conn, products).await
}
