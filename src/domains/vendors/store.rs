//! Every statement of this room.

use super::model::VendorRow;
use crate::platform::db::{Conn, Keyset, Slice, Statement};
use diesel::QueryResult;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

/// Vendors that sell, in the reader's language.
const SELECT: &str = "SELECT v.id, v.handle, coalesce(t.name, v.name) AS name, coalesce(t.description, v.description) AS description, \
     coalesce(t.city, v.city) AS city, v.logo_file_id, f.width AS logo_width, f.height AS logo_height, v.created_at \
     FROM vendors v LEFT JOIN files f ON f.id = v.logo_file_id \
     LEFT JOIN vendor_translations t ON t.vendor_id = v.id AND t.language = ";
const ACTIVE: &str = " WHERE v.state = 'ACTIVE'";

fn select(language: &str) -> Statement {
    Statement::new(SELECT).text(language).sql(ACTIVE)
}

/// The vendors of these ids.
pub(super) async fn by_ids(
    conn: &mut Conn,
    language: &str,
    ids: Vec<Uuid>,
) -> QueryResult<Vec<VendorRow>> {
    select(language)
        .sql(" AND v.id = ANY(")
        .uuids(ids)
        .sql(")")
        .load(conn)
        .await
}

/// The vendors of these handles.
pub(super) async fn by_handles(
    conn: &mut Conn,
    language: &str,
    handles: Vec<String>,
) -> QueryResult<Vec<VendorRow>> {
    select(language)
        .sql(" AND v.handle = ANY(")
        .texts(handles)
        .sql(")")
        .load(conn)
        .await
}

/// A page of vendors.
pub(super) async fn page(
    conn: &mut Conn,
    language: &str,
    keyset: Keyset,
    slice: &Slice,
) -> QueryResult<Vec<VendorRow>> {
    select(language)
        .append(keyset.bounds(slice))
        .append(keyset.order(slice))
        .load(conn)
        .await
}
