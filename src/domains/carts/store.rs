//! Every statement of this room.

use super::model::{CartId, CartState, LineRow, LockedCart};
use crate::platform::clock;
use crate::platform::db::{Conn, Statement, tables};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

/// The cart of this id, locked until the transaction ends: the first lock of whatever takes several.
///
/// # Errors
/// Whatever the database says.
pub async fn lock_cart(conn: &mut Conn, id: CartId) -> QueryResult<Option<LockedCart>> {
    Statement::new(
        "SELECT id, secret_hash, state, market_id, country::text AS country, user_id, email, phone, note, attributes, version \
         FROM carts WHERE id = ",
    )
    .uuid(id.0)
    .sql(" FOR NO KEY UPDATE")
    .get_result(conn)
    .await
    .optional()
}

/// The lines of a cart as they are kept, in order. They change only under the lock of their cart.
///
/// # Errors
/// Whatever the database says.
pub async fn lines_of(conn: &mut Conn, id: CartId) -> QueryResult<Vec<LineRow>> {
    Statement::new("SELECT id, variant_id, quantity, attributes FROM cart_lines WHERE cart_id = ")
        .uuid(id.0)
        .sql(" ORDER BY id")
        .load(conn)
        .await
}

/// Changes the state of a cart that is locked.
///
/// # Errors
/// Whatever the database says.
pub async fn set_state(conn: &mut Conn, id: CartId, state: CartState) -> QueryResult<()> {
    use tables::carts::dsl as c;
    diesel::update(c::carts.find(id.0))
        .set((
            c::state.eq(state),
            c::updated_at.eq(clock::now()),
            c::version.eq(c::version + 1),
        ))
        .execute(conn)
        .await?;
    Ok(())
}
