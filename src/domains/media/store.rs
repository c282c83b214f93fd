//! Every statement of this room.

use super::model::FileRow;
use crate::platform::db::{Conn, tables};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

/// The row of a file.
pub(super) async fn file(conn: &mut Conn, id: Uuid) -> QueryResult<Option<FileRow>> {
    tables::files::table
        .find(id)
        .select(FileRow::as_select())
        .first(conn)
        .await
        .optional()
}
