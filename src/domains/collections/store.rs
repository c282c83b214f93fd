//! Every statement of this room.

use super::model::CollectionRow;
use crate::domains::shop::InContext;
use crate::graphql::words::Words;
use crate::platform::db::{Conn, Keyset, Slice, Statement};
use diesel::prelude::*;
use diesel::sql_types::{Text, Uuid as UuidSql};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

const COLUMNS: &str = "c.id, c.kind, c.parent_id, coalesce(t.handle, c.handle) AS handle, coalesce(t.title, c.title) AS title, \
     left(lower(c.title), 200) AS title_key, coalesce(t.description_html, c.description_html) AS description_html, \
     coalesce(t.seo_title, c.seo_title) AS seo_title, coalesce(t.seo_description, c.seo_description) AS seo_description, \
     c.image_file_id, f.width AS image_width, f.height AS image_height, c.updated_at";

fn from(language: &str) -> Statement {
    Statement::new(
        " FROM collections c LEFT JOIN files f ON f.id = c.image_file_id \
         LEFT JOIN collection_translations t ON t.collection_id = c.id AND t.language = ",
    )
    .text(language)
}

fn published(language: &str) -> Statement {
    Statement::new("SELECT ")
        .sql(COLUMNS)
        .append(from(language))
        .sql(" WHERE c.published")
}

/// The collections of these ids.
pub(super) async fn by_ids(
    conn: &mut Conn,
    language: &str,
    ids: Vec<Uuid>,
) -> QueryResult<Vec<CollectionRow>> {
    published(language)
        .sql(" AND c.id = ANY(")
        .uuids(ids)
        .sql(")")
        .load(conn)
        .await
}

#[derive(QueryableByName)]
pub(super) struct AskedRow {
    #[diesel(sql_type = Text)]
    pub asked: String,
    #[diesel(embed)]
    pub collection: CollectionRow,
}

/// The collections of these handles, in the reader's language or the base language.
pub(super) async fn by_handles(
    conn: &mut Conn,
    language: &str,
    handles: Vec<String>,
) -> QueryResult<Vec<AskedRow>> {
    Statement::new("SELECT asked.handle AS asked, r.* FROM unnest(").texts(handles)
        .sql(") AS asked(handle) CROSS JOIN LATERAL (").append(published(language))
        .sql(" AND c.id = (SELECT h.id FROM (SELECT collection_id AS id, 0 AS place FROM collection_translations WHERE language = ")
        .text(language)
        .sql(" AND handle = asked.handle UNION ALL SELECT id, 1 FROM collections WHERE handle = asked.handle) h ORDER BY h.place LIMIT 1)) r")
        .load(conn).await
}

/// A page of collections whose title contains a text.
pub(super) async fn page(
    conn: &mut Conn,
    language: &str,
    keyset: Keyset,
    slice: &Slice,
    title: Option<String>,
) -> QueryResult<Vec<CollectionRow>> {
    let statement = published(language);
    let statement = match title {
        Some(title) => statement
            .sql(" AND (strpos(lower(c.title), ")
            .text(title.clone())
            .sql(") > 0 OR strpos(lower(t.title), ")
            .text(title)
            .sql(") > 0)"),
        None => statement,
    };
    statement
        .append(keyset.bounds(slice))
        .append(keyset.order(slice))
        .load(conn)
        .await
}

/// The whole tree of categories, siblings in their order.
pub(super) async fn tree(conn: &mut Conn, language: &str) -> QueryResult<Vec<CollectionRow>> {
    published(language)
        .sql(" AND c.kind = 'CATEGORY' ORDER BY c.position, c.id")
        .load(conn)
        .await
}

#[derive(QueryableByName)]
pub(super) struct OfProductRow {
    #[diesel(sql_type = UuidSql)]
    pub product_id: Uuid,
    #[diesel(embed)]
    pub collection: CollectionRow,
}

/// The shelves that these products stand on in the reader's market.
pub(super) async fn of_products(
    conn: &mut Conn,
    context: &InContext,
    products: Vec<Uuid>,
) -> QueryResult<Vec<OfProductRow>> {
    Statement::new("SELECT pl.product_id, ")
        .sql(COLUMNS)
        .append(from(context.language_code()))
        .sql(" JOIN placements pl ON pl.collection_id = c.id WHERE c.published AND pl.market_id = ")
        .uuid(context.market.id)
        .sql(" AND pl.product_id = ANY(")
        .uuids(products)
        .sql(")")
        .load(conn)
        .await
}

/// The collections in whose title all words of a text stand, in the reader's language, the best first; the last word may be a
/// beginning.
///
/// # Errors
/// Whatever the database says.
pub async fn collections_with_words(
    conn: &mut Conn,
    language: &str,
    wanted: &Words,
    most: i64,
) -> QueryResult<Vec<CollectionRow>> {
    Statement::new("SELECT r.* FROM (")
        .append(published(language))
        .sql(") r CROSS JOIN LATERAL (SELECT product_words(")
        .text(language)
        .sql(", r.title, '', '') AS words, ")
        .append(wanted.query(language))
        .sql(" AS query) w WHERE w.words @@ w.query ORDER BY ts_rank(w.words, w.query) DESC, char_length(r.title), r.id LIMIT ")
        .literal(most)
        .load(conn)
        .await
}
