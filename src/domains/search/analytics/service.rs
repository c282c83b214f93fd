//! What administrators ask of it.

use super::report::Report;
use super::store;
use crate::platform::db::{Database, DbError};
use chrono::NaiveDate;

/// What was looked for from a day to another, both included: at most `limit` lines of each kind.
///
/// # Errors
/// Whatever the database says.
pub async fn report(
    database: &Database,
    from: NaiveDate,
    to: NaiveDate,
    limit: usize,
) -> Result<Report, DbError> {
    let mut conn = database.get().await?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    Ok(store::report(&mut conn, from, to, limit).await?)
}
