//! Every statement of this room.

use super::model::{MenuItemRow, MenuRow, PageRow};
use crate::domains::shop::InContext;
use crate::graphql::words::Words;
use crate::platform::clock;
use crate::platform::db::{Conn, Keyset, Slice, Statement};
use diesel::prelude::*;
use diesel::sql_types::Text;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

const PAGES: &str = "SELECT g.id, coalesce(t.handle, g.handle) AS handle, coalesce(t.title, g.title) AS title, \
     left(lower(g.title), 200) AS title_key, coalesce(t.body_html, g.body_html) AS body_html, coalesce(t.seo_title, g.seo_title) AS seo_title, \
     coalesce(t.seo_description, g.seo_description) AS seo_description, g.created_at, g.updated_at \
     FROM pages g LEFT JOIN page_translations t ON t.page_id = g.id AND t.language = ";

fn pages(language: &str) -> Statement {
    Statement::new(PAGES)
        .text(language)
        .sql(" WHERE g.published")
}

/// The pages of these ids.
pub(super) async fn pages_by_ids(
    conn: &mut Conn,
    language: &str,
    ids: Vec<Uuid>,
) -> QueryResult<Vec<PageRow>> {
    pages(language)
        .sql(" AND g.id = ANY(")
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
    pub page: PageRow,
}

/// The pages of these handles, in the reader's language or the base language.
pub(super) async fn pages_by_handles(
    conn: &mut Conn,
    language: &str,
    handles: Vec<String>,
) -> QueryResult<Vec<AskedRow>> {
    Statement::new("SELECT asked.handle AS asked, r.* FROM unnest(").texts(handles)
        .sql(") AS asked(handle) CROSS JOIN LATERAL (").append(pages(language))
        .sql(" AND g.id = (SELECT h.id FROM (SELECT page_id AS id, 0 AS place FROM page_translations WHERE language = ").text(language)
        .sql(" AND handle = asked.handle UNION ALL SELECT id, 1 FROM pages WHERE handle = asked.handle) h ORDER BY h.place LIMIT 1)) r")
        .load(conn).await
}

/// A page of the pages whose title contains a text.
pub(super) async fn page_of_pages(
    conn: &mut Conn,
    language: &str,
    keyset: Keyset,
    slice: &Slice,
    title: Option<String>,
) -> QueryResult<Vec<PageRow>> {
    let statement = match title {
        Some(title) => pages(language)
            .sql(" AND (strpos(lower(g.title), ")
            .text(title.clone())
            .sql(") > 0 OR strpos(lower(t.title), ")
            .text(title)
            .sql(") > 0)"),
        None => pages(language),
    };
    statement
        .append(keyset.bounds(slice))
        .append(keyset.order(slice))
        .load(conn)
        .await
}

/// The menus of these handles.
pub(super) async fn menus_by_handles(
    conn: &mut Conn,
    handles: Vec<String>,
) -> QueryResult<Vec<MenuRow>> {
    Statement::new("SELECT id, handle, title FROM menus WHERE handle = ANY(")
        .texts(handles)
        .sql(")")
        .load(conn)
        .await
}

/// The menus of these ids.
pub(super) async fn menus_by_ids(conn: &mut Conn, ids: Vec<Uuid>) -> QueryResult<Vec<MenuRow>> {
    Statement::new("SELECT id, handle, title FROM menus WHERE id = ANY(")
        .uuids(ids)
        .sql(")")
        .load(conn)
        .await
}

const ITEMS: &str = "SELECT m.id, m.menu_id, m.parent_id, coalesce(mt.title, m.title) AS title, m.kind, \
     coalesce(m.collection_id, m.product_id, m.page_id) AS target_id, \
     coalesce(ct.handle, c.handle, pt.handle, p.handle, gt.handle, g.handle, m.url) AS target, \
     EXISTS (SELECT FROM menu_items x WHERE x.menu_id = m.menu_id AND x.product_id IS NOT NULL) AS beside_products FROM menu_items m \
     LEFT JOIN collections c ON c.id = m.collection_id LEFT JOIN products p ON p.id = m.product_id LEFT JOIN pages g ON g.id = m.page_id \
     LEFT JOIN menu_item_translations mt ON mt.item_id = m.id AND mt.language = ";

/// The lines of the menus of these ids, or with one of these lines; a line that leads to what the reader may not see is left out.
pub(super) async fn items(
    conn: &mut Conn,
    context: &InContext,
    menus: Vec<Uuid>,
) -> QueryResult<Vec<MenuItemRow>> {
    let (language, now) = (context.language_code(), clock::now());
    Statement::new(ITEMS).text(language)
        .sql(" LEFT JOIN collection_translations ct ON ct.collection_id = c.id AND ct.language = ").text(language)
        .sql(" LEFT JOIN product_translations pt ON pt.product_id = p.id AND pt.language = ").text(language)
        .sql(" LEFT JOIN page_translations gt ON gt.page_id = g.id AND gt.language = ").text(language)
        .sql(" WHERE coalesce(c.published, true) AND coalesce(g.published, true) AND (p.id IS NULL OR EXISTS \
              (SELECT 1 FROM listings l JOIN vendors v ON v.id = l.vendor_id AND v.state = 'ACTIVE' WHERE l.product_id = p.id AND l.market_id = ")
        .uuid(context.market.id).sql(" AND l.visible_from <= ").time(now)
        .sql(" AND (l.visible_until IS NULL OR l.visible_until > ").time(now)
        .sql("))) AND (m.menu_id = ANY(").uuids(menus.clone())
        .sql(") OR m.menu_id IN (SELECT menu_id FROM menu_items WHERE id = ANY(").uuids(menus)
        .sql("))) ORDER BY m.menu_id, m.position, m.id").load(conn).await
}

/// The pages in which all words of a text stand, in the reader's language, the best first; the last word may be a beginning.
///
/// # Errors
/// Whatever the database says.
pub async fn pages_with_words(
    conn: &mut Conn,
    language: &str,
    wanted: &Words,
    most: i64,
) -> QueryResult<Vec<PageRow>> {
    Statement::new("SELECT r.* FROM (")
        .append(pages(language))
        .sql(") r CROSS JOIN LATERAL (SELECT product_words(")
        .text(language)
        .sql(", r.title, '', r.body_html) AS words, ")
        .append(wanted.query(language))
        .sql(" AS query) w WHERE w.words @@ w.query ORDER BY ts_rank(w.words, w.query) DESC, r.id LIMIT ")
        .literal(most)
        .load(conn)
        .await
}
