//! From a cart to an order.
//!
//! This room knows carts, orders, stock and payments; none of them knows it. One transaction takes the stock, writes the order with a
//! part for each vendor, and ends the cart. Cash on delivery is done with that. When a gateway has to be asked, the order
//! awaits its payment, the stock is reserved and no vendor sees anything; the gateway is asked after the commit, and a second
//! transaction lets the vendors see the order or gives everything back ([`settlement`]).

mod contact;
mod draft;
mod error;
pub mod graphql;
mod offers;
mod purchase;
mod service;
pub mod settlement;
#[cfg(test)]
mod tests;

pub use contact::Address;
pub use error::{CheckoutError, Fault, FaultKind};
pub use purchase::Purchase;
pub use service::{Bought, Checkout, Turnstile};
