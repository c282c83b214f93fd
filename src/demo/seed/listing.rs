//! What the public reads, made from the products after they are all there.

use tokio_postgres::Transaction;

use super::goods::Assortment;
use super::{CHUNK, Progress, SeedError};
use crate::domains::listing::refresh::STATEMENTS;

/// Fills the listing tables for all products.
///
/// # Errors
/// [`SeedError::Database`].
pub(super) async fn fill(
    tx: &Transaction<'_>,
    assortment: &Assortment,
    progress: &dyn Progress,
) -> Result<(), SeedError> {
    // Plans for the statements would otherwise be made for empty tables.
    tx.batch_execute("ANALYZE").await?;
    progress.stage(
        "listings",
        u64::try_from(assortment.len()).unwrap_or_default(),
    );
    let mut statements = Vec::new();
    for statement in STATEMENTS {
        statements.push(tx.prepare(statement).await?);
    }
    for places in assortment.stretches(CHUNK) {
        let ids = assortment.ids(places);
        for statement in &statements {
            tx.execute(statement, &[&ids]).await?;
        }
        progress.advance(u64::try_from(ids.len()).unwrap_or_default());
    }
    Ok(())
}
