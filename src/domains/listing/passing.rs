//! What of some products is seen at this moment, and still passes.

use super::card::Card;
use super::narrowing::Narrowing;
use super::store::cards;
use crate::domains::shop::InContext;
use crate::platform::db::{Conn, Statement};
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
    ids: Vec<Uuid>,
    narrowing: &Narrowing,
) -> QueryResult<Vec<Card>> {
    let statement = cards(context)
        .sql(" AND l.product_id = ANY(")
        .uuids(ids)
        .sql(")");
    let statement = if narrowing.is_none() {
        statement
    } else {
        statement.append(passes(narrowing)).once()
    };
    statement.load(conn).await
}

fn passes(narrowing: &Narrowing) -> Statement {
    let mut statement = Statement::default();
    for group in &narrowing.groups {
        statement = statement
            .sql(" AND l.facets && ")
            .integers(group.values.clone());
    }
    if let Some(available) = narrowing.available {
        statement = statement.sql(" AND l.in_stock = ").bool(available);
    }
    if !narrowing.prices.is_empty() {
        let (min, max) = narrowing.prices.iter().copied().unzip();
        statement = statement
            .sql(
                " AND EXISTS (SELECT 1 FROM variants fv JOIN variant_prices fp ON fp.variant_id = fv.id JOIN unnest(",
            )
            .bigints(min)
            .sql(", ")
            .bigints(max)
            .sql(
                ") wanted(least, most) ON fp.amount BETWEEN wanted.least AND wanted.most \
                 WHERE fv.product_id = l.product_id AND fp.price_list_id = lp.price_list_id)",
            );
    }
    statement
}
