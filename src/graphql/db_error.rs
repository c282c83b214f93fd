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
        DbError::Query(cause) if full(cause) => {
            tracing::error!(%cause, "the database cannot write");
            busy()
        }
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

/// What PostgreSQL says when it cannot write, for want of room above all.
const FULL: [&str; 5] = [
    "could not extend file",
    "could not write to file",
    "could not write block",
    "No space left on device",
    "Disk quota exceeded",
];

/// Whether the database could not write: nothing was changed, and the same will do when there is room.
fn full(cause: &diesel::result::Error) -> bool {
    matches!(cause, diesel::result::Error::DatabaseError(_, about) if FULL.iter().any(|text| about.message().contains(text)))
}

#[cfg(test)]
mod tests {
    use super::told;
    use crate::graphql::error::ErrorCode;
    use crate::platform::db::DbError;
    use diesel::result::{DatabaseErrorKind, Error};

    #[test]
    fn a_full_disk_passes_and_is_no_fault_of_the_program() {
        for (said, code) in [
            (
                "could not extend file \"base/5/16384\": No space left on device",
                ErrorCode::ServiceUnavailable,
            ),
            (
                "could not extend file \"base/5/16384\": File too large",
                ErrorCode::ServiceUnavailable,
            ),
            (
                "canceling statement due to statement timeout",
                ErrorCode::Timeout,
            ),
            (
                "column \"x\" does not exist",
                ErrorCode::InternalServerError,
            ),
        ] {
            let error = Error::DatabaseError(DatabaseErrorKind::Unknown, Box::new(said.to_owned()));
            let told = told(&DbError::Query(error)).into_server_error(Default::default());
            assert!(code.is_of(&told), "{said}: {told:?}");
        }
    }
}
