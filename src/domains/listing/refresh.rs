//! Brings the projection up to date for the products that changed.

use crate::platform::db::{Conn, Statement};
use diesel::QueryResult;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

/// The statements of a refresh in their order; each takes the products' ids as `$1::uuid[]` and writes only what differs.
///
/// They stand here as text because a large import sends them on its own connection, in its own transaction.
pub const STATEMENTS: [&str; 8] = [
    "INSERT INTO listing_prices AS have SELECT * FROM listing_prices_due WHERE product_id = ANY($1::uuid[]) \
     ON CONFLICT (price_list_id, product_id) DO UPDATE SET (min_amount, max_amount, min_compare_at, max_compare_at) \
     = (excluded.min_amount, excluded.max_amount, excluded.min_compare_at, excluded.max_compare_at) \
     WHERE have IS DISTINCT FROM excluded",
    "DELETE FROM listing_prices have WHERE product_id = ANY($1::uuid[]) AND NOT EXISTS (SELECT 1 FROM listing_prices_due due \
     WHERE due.product_id = have.product_id AND due.price_list_id = have.price_list_id AND due.product_id = ANY($1::uuid[]))",
    "INSERT INTO listings AS have SELECT * FROM (SELECT market_id, product_id, vendor_id, visible_from, visible_until, in_stock, \
     title_key, type_key, vendor_key, sold, created_at, updated_at FROM listings_due) due WHERE product_id = ANY($1::uuid[]) \
     ON CONFLICT (market_id, product_id) DO UPDATE SET (vendor_id, visible_from, visible_until, in_stock, title_key, type_key, \
     vendor_key, sold, created_at, updated_at) = (excluded.vendor_id, excluded.visible_from, excluded.visible_until, \
     excluded.in_stock, excluded.title_key, excluded.type_key, excluded.vendor_key, excluded.sold, excluded.created_at, \
     excluded.updated_at) WHERE have IS DISTINCT FROM excluded",
    "DELETE FROM listings have WHERE product_id = ANY($1::uuid[]) AND NOT EXISTS (SELECT 1 FROM listings_due due \
     WHERE due.product_id = have.product_id AND due.market_id = have.market_id AND due.product_id = ANY($1::uuid[]))",
    "INSERT INTO placements AS have SELECT * FROM placements_due WHERE product_id = ANY($1::uuid[]) \
     ON CONFLICT (collection_id, market_id, product_id) DO UPDATE SET (position, title_key, min_amount, sold, created_at) \
     = (excluded.position, excluded.title_key, excluded.min_amount, excluded.sold, excluded.created_at) \
     WHERE have IS DISTINCT FROM excluded",
    "DELETE FROM placements have WHERE product_id = ANY($1::uuid[]) AND NOT EXISTS (SELECT 1 FROM placements_due due \
     WHERE due.product_id = have.product_id AND due.market_id = have.market_id AND due.collection_id = have.collection_id \
     AND due.product_id = ANY($1::uuid[]))",
    "INSERT INTO product_texts AS have SELECT * FROM product_texts_due WHERE product_id = ANY($1::uuid[]) \
     ON CONFLICT (product_id) DO UPDATE SET document = excluded.document WHERE have.document IS DISTINCT FROM excluded.document",
    "DELETE FROM product_texts have WHERE product_id = ANY($1::uuid[]) AND NOT EXISTS (SELECT 1 FROM product_texts_due due \
     WHERE due.product_id = have.product_id AND due.product_id = ANY($1::uuid[]))",
];

/// The largest number of products that the transaction which changed them refreshes itself.
pub const MOST_AT_ONCE: usize = 1_000;

/// Refreshes the projection of `products` within the caller's transaction.
///
/// # Errors
/// Whatever the database says.
pub async fn refresh(conn: &mut Conn, products: &[Uuid]) -> QueryResult<()> {
    for chunk in products.chunks(MOST_AT_ONCE) {
        for sql in STATEMENTS {
            statement(sql, chunk).execute(conn).await?;
        }
    }
    Ok(())
}

/// A statement of the list with its ids bound, wherever the text names them.
fn statement(sql: &'static str, ids: &[Uuid]) -> Statement {
    let mut statement = Statement::default();
    let mut rest = sql;
    while let Some((before, after)) = rest.split_once("$1::uuid[]") {
        statement = statement.sql(before).uuids(ids.to_vec());
        rest = after;
    }
    statement.sql(rest)
}
