//! Why something cannot be done with an account.

use super::hashing::HashingError;
use super::keys::KeyError;
use crate::platform::db::{self, DbError};
use crate::platform::tasks::Lost;

/// Why something cannot be done with an account. Nothing was changed then, but that failed attempts are counted.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// The text is no e-mail address.
    #[error("this is no e-mail address")]
    BadEmail,
    /// There is an account of this address.
    #[error("there is an account of this address")]
    Taken,
    /// The password must not be chosen; a sentence says why.
    #[error("{0}")]
    BadPassword(&'static str),
    /// A text that is longer than it may be, or holds what it must not.
    #[error("{field} must be at most {most} characters without control characters")]
    BadText {
        /// The input field.
        field: &'static str,
        /// How many characters it may have.
        most: usize,
    },
    /// Nobody may sign up by themselves.
    #[error("this shop takes no sign-ups")]
    SignUpClosed,
    /// No account of this address, or another password.
    #[error("no account of this address and password")]
    Unidentified,
    /// The password is right, and the account is closed.
    #[error("this account is closed")]
    Disabled,
    /// A refresh token that is none, was used, or whose session is over.
    #[error("this session is over")]
    SessionOver,
    /// Tried too often.
    #[error("tried too often")]
    Throttled {
        /// Seconds until it may be tried again.
        retry_after: i64,
    },
    /// There is no such user.
    #[error("there is no account of {0}: `lilium user list` shows them")]
    NoSuchUser(String),
    /// There is no such vendor.
    #[error("there is no vendor {0}: pass the handle of one that is there")]
    NoSuchVendor(String),
    /// A role of vendors without one, or another role with one.
    #[error("{0}")]
    WrongPlace(String),
    /// The user does not have the role.
    #[error("{0}")]
    NotGranted(String),
    /// Nobody would be left who runs the marketplace.
    #[error(
        "nobody else who may sign in is {role}: give somebody else that role first, with `lilium user grant`"
    )]
    LastOne {
        /// The role whose last holder it is.
        role: &'static str,
    },
    /// A key or a hash could not be made.
    #[error("{0}")]
    Broken(String),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DbError),
}

impl From<diesel::result::Error> for AccountError {
    fn from(error: diesel::result::Error) -> Self {
        let error = DbError::from(error);
        match error.constraint() {
            Some("users_email") => Self::Taken,
            _ => Self::Database(error),
        }
    }
}

impl From<HashingError> for AccountError {
    fn from(error: HashingError) -> Self {
        match error {
            HashingError::Busy => Self::Throttled { retry_after: 1 },
            HashingError::Broken(cause) => Self::Broken(cause),
        }
    }
}

impl From<KeyError> for AccountError {
    fn from(error: KeyError) -> Self {
        Self::Broken(error.to_string())
    }
}

impl From<Lost> for AccountError {
    fn from(error: Lost) -> Self {
        Self::Broken(error.to_string())
    }
}

impl db::Refusal for AccountError {
    fn fault(&self) -> Option<&DbError> {
        match self {
            Self::Database(error) => Some(error),
            _ => None,
        }
    }
}
