//! What the public reads, made from the products after they are all there.

use tokio_postgres::Transaction;

use super::goods::Assortment;
use super::{Progress, SeedError, look};
use crate::domains::listing::refresh::STATEMENTS;

/// Products that are listed at a time: few enough that looking each up beats reading whole tables.
const CHUNK: usize = 1_000;

/// Looks how full the tables are that the statements fill.
const FILLED: &str = "ANALYZE listings, listing_prices, placements, product_texts";

/// Fills the listing tables for all products.
///
/// # Errors
/// [`SeedError::Database`].
pub(super) async fn fill(
    tx: &Transaction<'_>,
    assortment: &Assortment,
    progress: &dyn Progress,
) -> Result<(), SeedError> {
    // Plans would otherwise be made for tables that were empty a moment ago.
    look(tx).await?;
    progress.stage(
        "listings",
        u64::try_from(assortment.len()).unwrap_or_default(),
    );
    let mut statements = Vec::new();
    for statement in STATEMENTS {
        statements.push(tx.prepare(statement).await?);
    }
    for (done, places) in assortment.stretches(CHUNK).enumerate() {
        // Plans made for empty tables are slow on full ones: look again each time the rows have doubled.
        if done.is_power_of_two() {
            tx.batch_execute(FILLED).await?;
        }
        let ids = assortment.ids(places);
        for statement in &statements {
            tx.execute(statement, &[&ids]).await?;
        }
        progress.advance(u64::try_from(ids.len()).unwrap_or_default());
    }
    Ok(())
}
