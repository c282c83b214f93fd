//! Keeps `in_stock` right when something is sold out, or can be had again.

use crate::platform::db::{Conn, Statement};
use diesel::QueryResult;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

/// Brings `in_stock` of these products up to date within the transaction that changed their stock.
///
/// Two that sell the last units of two variants of one product at once would each see the other's unit: so the listings are
/// locked first, and what the statement after it sees is what the earlier one left.
///
/// # Errors
/// Whatever the database says.
pub async fn restock(conn: &mut Conn, products: Vec<Uuid>) -> QueryResult<()> {
    lock_listings(conn, products.clone()).await?;
    Statement::new("UPDATE listings l SET in_stock = due.in_stock FROM (SELECT market_id, product_id, in_stock FROM listings_due WHERE product_id = ANY(")
        .uuids(products.clone())
        .sql(")) due WHERE l.market_id = due.market_id AND l.product_id = due.product_id AND l.product_id = ANY(")
        .uuids(products)
        .sql(") AND l.in_stock <> due.in_stock")
        .execute(conn)
        .await?;
    Ok(())
}

async fn lock_listings(conn: &mut Conn, products: Vec<Uuid>) -> QueryResult<()> {
    Statement::new("SELECT count(*) FROM (SELECT 1 FROM listings WHERE product_id = ANY(")
        .uuids(products)
        .sql(") ORDER BY product_id, market_id FOR NO KEY UPDATE) locked")
        .execute(conn)
        .await?;
    Ok(())
}
