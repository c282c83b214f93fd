//! Why nothing was bought.

use crate::domains::inventory::InventoryError;
use crate::domains::orders::OrderError;
use crate::platform::db::{self, DbError};

/// What is wrong with a field of the input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FaultKind {
    /// It has to be said.
    Blank,
    /// It is longer than it may be.
    TooLong,
    /// It is none.
    Invalid,
}

/// A field of the input that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// In what way.
    pub kind: FaultKind,
    /// Where it stands below the input.
    pub path: Vec<&'static str>,
    /// What to do about it.
    pub message: String,
}

impl Fault {
    pub(super) fn new(kind: FaultKind, path: &[&'static str], message: impl Into<String>) -> Self {
        Self {
            kind,
            path: path.to_vec(),
            message: message.into(),
        }
    }
}

/// Why nothing was bought. Nothing was changed then, but where a payment was declined; with a fault of the database or of this
/// program, the same request with the same key tells.
#[derive(Debug, thiserror::Error)]
pub enum CheckoutError {
    /// Fields of the input are wrong.
    #[error("the input is wrong")]
    Input(Vec<Fault>),
    /// There is no such cart, or its secret is wrong.
    #[error("there is no such cart")]
    NoCart,
    /// It was bought before.
    #[error("the cart was bought already")]
    Bought,
    /// An order that was made of it awaits its payment.
    #[error("the cart is being paid")]
    Paying,
    /// There is nothing in it.
    #[error("the cart is empty")]
    Empty,
    /// Lines of it are sold no more: their titles.
    #[error("some of it is sold no more")]
    Unavailable(Vec<String>),
    /// There is too little of some lines: their titles, and how many can be had.
    #[error("too little in stock")]
    Short(Vec<(String, i64)>),
    /// It goes to a country of another market than the one its prices are of.
    #[error("the country is of another market")]
    OtherMarket,
    /// It costs something else than the buyer was shown: minor units.
    #[error("the total is another")]
    OtherTotal(i64),
    /// It costs more than an order may.
    #[error("the total is too large")]
    TooLarge,
    /// The payment was declined, for this reason; the cart is as it was.
    #[error("the payment was declined: {0}")]
    Declined(String),
    /// The idempotency key was used with another input.
    #[error("the idempotency key was used with another input")]
    KeyReused,
    /// The same request is being done.
    #[error("the same request is being done")]
    Running,
    /// More buy at this moment than can be served.
    #[error("too many buy at once")]
    Crowded,
    /// A fault of this program.
    #[error("{0}")]
    Internal(String),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DbError),
}

impl From<diesel::result::Error> for CheckoutError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Database(error.into())
    }
}

impl From<OrderError> for CheckoutError {
    fn from(error: OrderError) -> Self {
        match error {
            OrderError::Database(error) => Self::Database(error),
            other => Self::Internal(other.to_string()),
        }
    }
}

impl From<InventoryError> for CheckoutError {
    fn from(error: InventoryError) -> Self {
        match error {
            InventoryError::Database(error) => error.into(),
            // Whoever reserves tells of shortages with their titles.
            InventoryError::Short(_) => Self::Short(Vec::new()),
        }
    }
}

impl db::Refusal for CheckoutError {
    fn fault(&self) -> Option<&DbError> {
        match self {
            Self::Database(error) => Some(error),
            _ => None,
        }
    }
}
