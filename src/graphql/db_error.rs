//! What a resolver says when the database did not answer.

use super::error::{ErrorCode, busy, client_error, internal};
use crate::platform::db::DbError;
use async_graphql::Error;

impl From<&DbError> for Error {
    fn from(error: &DbError) -> Self {
        told(error)
    }
}

impl From<DbError> for Error {
    fn from(error: DbError) -> Self {
        told(&error)
    }
}

/// What a client is told of a failed reading.
pub(super) fn told(error: &DbError) -> Error {
    match error {
        DbError::Unreachable(cause) => {
            tracing::error!(%cause, "the database cannot be reached");
            busy()
        }
        lost if lost.is_passing() => {
            tracing::warn!(cause = %lost, "a reading was cut off");
            busy()
        }
        held if held.is_lock_timeout() => client_error(
            ErrorCode::ServiceUnavailable,
            "Many change this at this moment: try again in a few seconds.",
        ),
        DbError::Query(cause) if slow(cause) => client_error(
            ErrorCode::Timeout,
            "This took too long: narrow the search or ask for less.",
        ),
        DbError::Query(cause) => internal(cause),
    }
}

/// Whether PostgreSQL gave up because of our statement time-out; diesel has no kind for it.
fn slow(cause: &diesel::result::Error) -> bool {
    matches!(cause, diesel::result::Error::DatabaseError(_, about) if about.message().contains("statement timeout"))
}
