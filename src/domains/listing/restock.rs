//! Keeps `in_stock` right when something is sold out, or can be had again.

use crate::domains::search::feed;
use crate::platform::db::{Conn, Statement};
use diesel::sql_types::Uuid as UuidSql;
use diesel::{QueryResult, QueryableByName};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

#[derive(QueryableByName)]
struct Flipped {
    #[diesel(sql_type = UuidSql)]
    product_id: Uuid,
}

/// Brings `in_stock` of these products up to date within the transaction that changed their stock, and tells of those of which it
/// is another now.
///
/// Two that sell the last units of two variants of one product at once would each see the other's unit: so the listings are
/// locked first, and what the statement after it sees is what the earlier one left.
///
/// # Errors
/// Whatever the database says.
pub async fn restock(conn: &mut Conn, products: Vec<Uuid>) -> QueryResult<()> {
    lock_listings(conn, products.clone()).await?;
    let flipped: Vec<Flipped> = Statement::new("UPDATE listings l SET in_stock = due.in_stock FROM (SELECT market_id, product_id, in_stock FROM listings_due WHERE product_id = ANY(")
        .uuids(products.clone())
        .sql(")) due WHERE l.market_id = due.market_id AND l.product_id = due.product_id AND l.product_id = ANY(")
        .uuids(products)
        .sql(") AND l.in_stock <> due.in_stock RETURNING l.product_id")
        .load(conn)
        .await?;
    let mut flipped: Vec<Uuid> = flipped.into_iter().map(|row| row.product_id).collect();
    flipped.sort_unstable();
    flipped.dedup();
    feed::tell_changed(conn, &flipped).await
}

async fn lock_listings(conn: &mut Conn, products: Vec<Uuid>) -> QueryResult<()> {
    Statement::new("SELECT count(*) FROM (SELECT 1 FROM listings WHERE product_id = ANY(")
        .uuids(products)
        .sql(") ORDER BY product_id, market_id FOR NO KEY UPDATE) locked")
        .execute(conn)
        .await?;
    Ok(())
}
