//! Why something cannot be done with an order.

use super::states::{OrderState, Step};
use crate::platform::db::{self, DbError};

/// Why something cannot be done with an order. Nothing was changed then.
#[derive(Debug, thiserror::Error)]
pub enum OrderError {
    /// There is none of this id that whoever asks may see.
    #[error("there is no such order")]
    NotFound,
    /// The step does not lead anywhere from here.
    #[error("{step:?} cannot be done with an order that is {state:?}")]
    IllegalStep {
        /// Where the vendor order stands.
        state: OrderState,
        /// What was tried.
        step: Step,
    },
    /// Its payment is being made: until that has ended, nothing else is done with it.
    #[error("the order is being paid")]
    BeingPaid,
    /// Somebody else changed it meanwhile.
    #[error("this is version {present}")]
    StaleVersion {
        /// The version it has now.
        present: i32,
    },
    /// A text that is longer than it may be.
    #[error("{field} is too long")]
    TooLong {
        /// The input field.
        field: &'static str,
        /// How many characters it may have.
        most: usize,
    },
    /// The idempotency key was used with another input.
    #[error("the idempotency key was used with another input")]
    KeyReused,
    /// The same request is being done.
    #[error("the same request is being done")]
    Running,
    /// A fault of this program: what was begun did not come to its end.
    #[error("{0}")]
    Lost(String),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DbError),
}

impl From<diesel::result::Error> for OrderError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Database(error.into())
    }
}

impl db::Refusal for OrderError {
    fn fault(&self) -> Option<&DbError> {
        match self {
            Self::Database(error) => Some(error),
            _ => None,
        }
    }
}
