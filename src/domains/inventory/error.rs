//! Why stock cannot be had.

use crate::domains::ids::OrderLineId;

/// A line that cannot be had as it was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shortage {
    /// The line.
    pub line: OrderLineId,
    /// Units of it that can be had.
    pub left: i64,
}

/// Why stock cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum InventoryError {
    /// There is too little; nothing was reserved.
    #[error("too little in stock")]
    Short(Vec<Shortage>),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] diesel::result::Error),
}
