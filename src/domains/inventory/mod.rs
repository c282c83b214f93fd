//! How much there is of what, and what of it is promised.
//!
//! On hand includes what is reserved, and is the sum of the movements; reserved is the sum of the open reservations, and never more
//! than what is on hand. A reservation is made for a line of an order and ends when the goods leave ([`fulfil`]) or the line is given
//! up ([`release`]); always under the lock of its level. Levels are locked in the order of their keys, after everything else but listings.

mod error;
mod model;
mod service;
mod store;
#[cfg(test)]
mod tests;

pub use error::{InventoryError, Shortage};
pub use model::Wanted;
pub use service::{fulfil, release, reserve};
