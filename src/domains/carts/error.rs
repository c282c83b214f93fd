//! Why something cannot be done with a cart.

use crate::platform::db::{self, DbError};
use crate::platform::secret::NoRandomness;
use crate::platform::tasks::Lost;

/// What is wrong with an input, for programs.
#[derive(async_graphql::Enum, Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CartErrorCode {
    /// The order that was made of the cart waits for its payment: the cart cannot be changed until that is settled.
    CartPaying,
    /// The cart would hold more lines than a cart may, cost more than an order may, or remember more than 64 kB of attributes.
    CartTooLarge,
    /// The value cannot be what it was meant to be: it is malformed, or there is no such thing.
    Invalid,
    /// The cart has no such line.
    InvalidMerchandiseLine,
    /// The list or text is longer than it may be.
    LessThan,
    /// The quantity is higher than one line may have.
    MaximumExceeded,
    /// The quantity is lower than one line may have.
    MinimumNotMet,
    /// The note is longer than it may be.
    NoteTooLong,
}

/// One thing that is wrong with an input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// What it is, for programs.
    pub code: CartErrorCode,
    /// The path of the input field.
    pub path: Vec<String>,
    /// What it is and what to do about it.
    pub message: String,
}

impl Fault {
    /// About the input field at `path`.
    #[must_use]
    pub fn new(code: CartErrorCode, path: &[&str], message: impl Into<String>) -> Self {
        Self {
            code,
            path: path.iter().map(|part| (*part).to_owned()).collect(),
            message: message.into(),
        }
    }

    /// The same about a field that stands deeper: below these parts of a path.
    #[must_use]
    pub fn below(mut self, parts: &[&str]) -> Self {
        let outer = parts.iter().map(|part| (*part).to_owned());
        self.path.splice(0..0, outer);
        self
    }
}

/// Why something cannot be done with a cart. Nothing was changed then.
#[derive(Debug, thiserror::Error)]
pub enum CartError {
    /// There is none that this id and secret open, or it was bought.
    #[error("there is no such cart")]
    NotFound,
    /// An order was made of it and waits for its payment.
    #[error("the cart waits for a payment")]
    Paying,
    /// The input is wrong.
    #[error("the input is wrong")]
    Faults(Vec<Fault>),
    /// The system gave no random bytes for a secret.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
    /// The change did not come to its end.
    #[error("the change was broken off: {0}")]
    BrokenOff(#[from] Lost),
    /// Others changed it all the time.
    #[error("the cart is being changed by others")]
    Busy,
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DbError),
}

impl From<diesel::result::Error> for CartError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Database(error.into())
    }
}

impl From<Fault> for CartError {
    fn from(fault: Fault) -> Self {
        Self::Faults(vec![fault])
    }
}

impl db::Refusal for CartError {
    fn fault(&self) -> Option<&DbError> {
        match self {
            Self::Database(error) => Some(error),
            _ => None,
        }
    }
}
