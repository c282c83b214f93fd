//! Whoever buys.

use super::model::{CustomerId, UserId, UserState};
use crate::platform::clock;
use crate::platform::db::{Conn, tables};
use diesel::QueryResult;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

/// A customer who does not sign in, for one order.
///
/// # Errors
/// Whatever the database says.
pub async fn new_guest(conn: &mut Conn) -> QueryResult<CustomerId> {
    use tables::customers::dsl as c;
    let id = CustomerId::new();
    diesel::insert_into(c::customers)
        .values((c::id.eq(id), c::created_at.eq(clock::now())))
        .execute(conn)
        .await?;
    Ok(id)
}

/// The customer that an active user is, if this is the user's address and they have shown that it is: a cart of theirs that somebody
/// else buys is not their order, nor is a stranger's whose address they signed up with.
///
/// # Errors
/// Whatever the database says.
pub async fn customer_of(
    conn: &mut Conn,
    user: UserId,
    email: &str,
) -> QueryResult<Option<CustomerId>> {
    use tables::customers::dsl as c;
    use tables::users::dsl as u;
    c::customers
        .inner_join(u::users)
        .filter(u::id.eq(user))
        .filter(u::state.eq(UserState::Active))
        .filter(u::email_verified_at.is_not_null())
        .select((c::id, u::email))
        .first::<(CustomerId, String)>(conn)
        .await
        .optional()
        .map(|found| {
            found
                .filter(|(_, own)| own.to_lowercase() == email.to_lowercase())
                .map(|(customer, _)| customer)
        })
}
