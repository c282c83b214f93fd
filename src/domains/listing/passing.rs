//! What of some products is seen at this moment, and still passes.

use super::card::{Card, CardSql, Extent};
use super::narrowing::Narrowing;
use super::store::cards;
use crate::domains::shop::InContext;
use crate::platform::db::Conn;
use diesel::QueryResult;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

/// The cards of those products that the reader sees and that pass, in no order.
///
/// # Errors
/// Whatever the database says.
pub async fn passing(
    conn: &mut Conn,
    context: &InContext,
    extent: Extent,
    ids: Vec<Uuid>,
    narrowing: &Narrowing,
) -> QueryResult<Vec<Card>> {
    cards(context, extent)
        .sql(" AND l.product_id = ANY(")
        .uuids(ids)
        .sql(")")
        .append(narrowing.passing())
        .typed::<CardSql>()
        .load(conn)
        .await
}
