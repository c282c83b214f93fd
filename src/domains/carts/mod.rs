//! What a buyer has chosen and not bought yet.
//!
//! A cart is had by whoever knows the secret in its id; only its hash is kept. It belongs to the market of its country: prices,
//! what can be bought and how much of it are read afresh each time, and nothing is promised until the checkout. A line whose
//! variant is no longer sold to the cart's market counts for nothing and stays until it is removed. Each change locks the row
//! of the cart first, so that two tabs lose nothing. While an order that was made of it waits for its payment, a cart is
//! [`CartState::Paying`]: it can be read, not changed. A bought one is gone.
//!
//! What a storefront remembers with a cart is bounded as a whole, and a request reads a cart once. Of a bought cart, what is known of
//! the buyer is forgotten: the order has it.
//!
//! The checkout uses [`lock_cart`], [`lines_of`] and [`set_state`], all within its own transaction.

mod change;
mod draft;
mod error;
pub mod graphql;
mod input;
pub mod loaders;
mod memory;
mod model;
mod offer;
pub mod service;
mod store;
#[cfg(test)]
mod tests;

pub use change::set_state;
pub use error::{CartError, CartErrorCode, Fault};
pub use input::{NewCart, NewLine};
pub use model::{Attribute, CartId, CartLineId, CartRow, CartState, LineRow, LockedCart, Ticket};
pub use offer::{PricedLine, Unavailable, UnavailableLine};
pub use store::{lines_of, lock_cart};
