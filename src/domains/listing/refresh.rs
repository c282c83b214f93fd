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
    // Once the products are listed: a value is called as one of them calls it. When that one does no more, another is looked for; when
    // there is none, it is called as these call it.
    "WITH own AS MATERIALIZED (SELECT d.* FROM product_facets_due d \
     WHERE d.product_id = ANY($1::uuid[]) AND d.value_name IS NOT NULL \
     AND EXISTS (SELECT 1 FROM listings l WHERE l.product_id = d.product_id)), \
     said AS MATERIALIZED (SELECT DISTINCT ON (kind, field, value) * FROM own \
     ORDER BY kind, field, value, field_name, value_name, swatch, product_id), \
     changed AS MATERIALIZED (SELECT f.id, said.product_id, said.field_name, said.value_name, said.swatch, \
     CASE WHEN said.kind IS NOT NULL \
     AND (said.field_name, said.value_name, said.swatch) IS NOT DISTINCT FROM (f.field_name, f.value_name, f.swatch) \
     THEN said.product_id ELSE facet_name_sayer(f) END AS sayer \
     FROM (SELECT f.id FROM facet_values f WHERE f.said_by = ANY($1::uuid[]) AND NOT EXISTS (SELECT 1 FROM own d \
     WHERE d.product_id = f.said_by AND d.kind = f.kind AND d.field = f.field AND d.value = f.value \
     AND (d.field_name, d.value_name, d.swatch) IS NOT DISTINCT FROM (f.field_name, f.value_name, f.swatch)) \
     UNION SELECT f.id FROM said JOIN facet_values f ON f.kind = said.kind AND f.field = said.field AND f.value = said.value \
     WHERE f.said_by IS NULL OR NOT EXISTS (SELECT FROM listings l WHERE l.product_id = f.said_by)) changed JOIN facet_values f ON f.id = changed.id \
     LEFT JOIN said ON said.kind = f.kind AND said.field = f.field AND said.value = f.value \
     ORDER BY f.id FOR NO KEY UPDATE OF f) \
     UPDATE facet_values have SET \
     field_name = CASE WHEN due.sayer IS NULL AND due.product_id IS NOT NULL THEN due.field_name ELSE have.field_name END, \
     value_name = CASE WHEN due.sayer IS NULL AND due.product_id IS NOT NULL THEN due.value_name ELSE have.value_name END, \
     swatch = CASE WHEN due.sayer IS NULL AND due.product_id IS NOT NULL THEN due.swatch ELSE have.swatch END, \
     said_by = coalesce(due.sayer, due.product_id) FROM changed due WHERE have.id = due.id",
    "WITH own AS MATERIALIZED (SELECT d.product_id, f.id, d.language, d.field_name, d.value_name FROM product_facet_names_due d \
     JOIN facet_values f ON f.kind = d.kind AND f.field = d.field AND f.value = d.value WHERE d.product_id = ANY($1::uuid[]) \
     AND EXISTS (SELECT 1 FROM listings l WHERE l.product_id = d.product_id)), \
     changed AS MATERIALIZED (SELECT t.facet_id, t.language, facet_translation_sayer(t) AS sayer FROM facet_value_translations t \
     WHERE t.said_by = ANY($1::uuid[]) AND NOT EXISTS (SELECT 1 FROM own d WHERE d.product_id = t.said_by AND d.id = t.facet_id \
     AND d.language = t.language AND (d.field_name, d.value_name) IS NOT DISTINCT FROM (t.field_name, t.value_name)) \
     ORDER BY t.facet_id, t.language FOR UPDATE OF t), \
     kept AS (UPDATE facet_value_translations have SET said_by = changed.sayer FROM changed \
     WHERE have.facet_id = changed.facet_id AND have.language = changed.language AND changed.sayer IS NOT NULL) \
     DELETE FROM facet_value_translations have USING changed \
     WHERE have.facet_id = changed.facet_id AND have.language = changed.language AND changed.sayer IS NULL",
    "INSERT INTO facet_value_translations AS have (facet_id, language, field_name, value_name, said_by) \
     SELECT DISTINCT ON (f.id, due.language) f.id, due.language, due.field_name, due.value_name, due.product_id \
     FROM product_facet_names_due due JOIN facet_values f ON f.kind = due.kind AND f.field = due.field AND f.value = due.value \
     WHERE due.product_id = ANY($1::uuid[]) AND EXISTS (SELECT 1 FROM listings l WHERE l.product_id = due.product_id) \
     AND NOT EXISTS (SELECT 1 FROM facet_value_translations have \
     WHERE have.facet_id = f.id AND have.language = due.language \
     AND EXISTS (SELECT FROM listings l WHERE l.product_id = have.said_by)) \
     ORDER BY f.id, due.language, due.field_name, due.value_name, due.product_id ON CONFLICT (facet_id, language) DO UPDATE \
     SET (field_name, value_name, said_by) = (excluded.field_name, excluded.value_name, excluded.said_by) \
     WHERE have.said_by IS NULL OR NOT EXISTS (SELECT FROM listings l WHERE l.product_id = have.said_by)",
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
