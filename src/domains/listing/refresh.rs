//! Brings the projection up to date for the products that changed.

use crate::domains::search::feed;
use crate::platform::db::{Conn, Statement};
use diesel::QueryResult;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

/// The statements of a refresh in their order; each takes the products' ids as `$1::uuid[]` and writes only what differs.
///
/// They stand here as text because a large import sends them on its own connection, in its own transaction.
pub const STATEMENTS: [&str; 13] = [
    "INSERT INTO listing_prices AS have SELECT * FROM listing_prices_due WHERE product_id = ANY($1::uuid[]) \
     ON CONFLICT (price_list_id, product_id) DO UPDATE SET (min_amount, max_amount, min_compare_at, max_compare_at) \
     = (excluded.min_amount, excluded.max_amount, excluded.min_compare_at, excluded.max_compare_at) \
     WHERE have IS DISTINCT FROM excluded",
    "DELETE FROM listing_prices have WHERE product_id = ANY($1::uuid[]) AND NOT EXISTS (SELECT 1 FROM listing_prices_due due \
     WHERE due.product_id = have.product_id AND due.price_list_id = have.price_list_id AND due.product_id = ANY($1::uuid[]))",
    // In the order of their meaning, so that two that add the same values wait for each other and do not deadlock.
    "INSERT INTO facet_values (kind, field, value, field_name, value_name, swatch) \
     SELECT DISTINCT ON (due.kind, due.field, due.value) due.kind, due.field, due.value, due.field_name, due.value_name, due.swatch \
     FROM product_facets_due due \
     WHERE due.product_id = ANY($1::uuid[]) AND NOT EXISTS (SELECT 1 FROM facet_values have WHERE have.kind = due.kind \
     AND have.field = due.field AND have.value = due.value) \
     ORDER BY due.kind, due.field, due.value, due.field_name, due.value_name, due.swatch ON CONFLICT DO NOTHING",
    "INSERT INTO listings AS have SELECT * FROM (SELECT market_id, product_id, vendor_id, visible_from, visible_until, in_stock, \
     title_key, type_key, vendor_key, sold, created_at, updated_at, facets FROM listings_due) due WHERE product_id = ANY($1::uuid[]) \
     ON CONFLICT (market_id, product_id) DO UPDATE SET (vendor_id, visible_from, visible_until, in_stock, title_key, type_key, \
     vendor_key, sold, created_at, updated_at, facets) = (excluded.vendor_id, excluded.visible_from, excluded.visible_until, \
     excluded.in_stock, excluded.title_key, excluded.type_key, excluded.vendor_key, excluded.sold, excluded.created_at, \
     excluded.updated_at, excluded.facets) WHERE have IS DISTINCT FROM excluded",
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
    // In their order, as the values above.
    "INSERT INTO search_words AS have (word, spelled, visible_from) \
     SELECT due.word, min(due.spelled), min(due.visible_from) FROM search_words_due due \
     WHERE due.product_id = ANY($1::uuid[]) AND due.word <> '' AND NOT EXISTS (SELECT 1 FROM search_words there \
     WHERE there.word = due.word AND there.visible_from <= due.visible_from) GROUP BY due.word ORDER BY due.word COLLATE \"C\" \
     ON CONFLICT (word) DO UPDATE SET visible_from = excluded.visible_from WHERE have.visible_from > excluded.visible_from",
    // Once the products are listed: a value is called as those that are call it. What none of them says any more gives way to what these say.
    "UPDATE facet_values have SET field_name = due.field_name, value_name = due.value_name, swatch = due.swatch FROM ( \
     SELECT f.id, said.field_name, said.value_name, said.swatch FROM (SELECT DISTINCT ON (d.kind, d.field, d.value) d.* \
     FROM product_facets_due d WHERE d.product_id = ANY($1::uuid[]) AND d.value_name IS NOT NULL \
     AND EXISTS (SELECT 1 FROM listings l WHERE l.product_id = d.product_id) \
     ORDER BY d.kind, d.field, d.value, d.field_name, d.value_name, d.swatch) said \
     JOIN facet_values f ON f.kind = said.kind AND f.field = said.field AND f.value = said.value \
     WHERE (f.field_name, f.value_name, f.swatch) IS DISTINCT FROM (said.field_name, said.value_name, said.swatch) \
     AND NOT facet_name_is_said(f) ORDER BY f.id FOR NO KEY UPDATE OF f) due WHERE have.id = due.id",
    "DELETE FROM facet_value_translations have USING (SELECT t.facet_id, t.language FROM facet_value_translations t \
     JOIN (SELECT DISTINCT unnest(l.facets) AS id FROM listings l WHERE l.product_id = ANY($1::uuid[])) own ON own.id = t.facet_id \
     LEFT JOIN (SELECT f.id, n.language, n.field_name, n.value_name FROM product_facet_names_due n JOIN facet_values f \
     ON f.kind = n.kind AND f.field = n.field AND f.value = n.value WHERE n.product_id = ANY($1::uuid[])) said \
     ON said.id = t.facet_id AND said.language = t.language AND said.field_name IS NOT DISTINCT FROM t.field_name \
     AND said.value_name = t.value_name \
     WHERE said.id IS NULL AND NOT facet_translation_is_said(t) ORDER BY t.facet_id, t.language FOR UPDATE OF t) gone \
     WHERE have.facet_id = gone.facet_id AND have.language = gone.language",
    "INSERT INTO facet_value_translations (facet_id, language, field_name, value_name) \
     SELECT DISTINCT ON (f.id, due.language) f.id, due.language, due.field_name, due.value_name FROM product_facet_names_due due \
     JOIN facet_values f ON f.kind = due.kind AND f.field = due.field AND f.value = due.value \
     WHERE due.product_id = ANY($1::uuid[]) AND NOT EXISTS (SELECT 1 FROM facet_value_translations have \
     WHERE have.facet_id = f.id AND have.language = due.language) \
     ORDER BY f.id, due.language, due.field_name, due.value_name ON CONFLICT DO NOTHING",
];

/// The largest number of products that the transaction which changed them refreshes itself.
pub const MOST_AT_ONCE: usize = 1_000;

/// Refreshes the projection of `products` within the caller's transaction, and tells that they changed: what is searched holds more
/// than these tables, so that whoever changed a product is believed.
///
/// # Errors
/// Whatever the database says.
pub async fn refresh(conn: &mut Conn, products: &[Uuid]) -> QueryResult<()> {
    refresh_quietly(conn, products).await?;
    feed::tell_changed(conn, products).await
}

/// The same without telling it: for whoever goes through all products, whether or not they changed.
///
/// # Errors
/// Whatever the database says.
pub async fn refresh_quietly(conn: &mut Conn, products: &[Uuid]) -> QueryResult<()> {
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
