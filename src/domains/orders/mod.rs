//! What was bought, and what each vendor does about it.
//!
//! An order is the customer's, a vendor order one vendor's part of it. The part has the state; the state of the whole follows
//! from its parts, and only [`service`] and [`sale`] write either, by one function. What was sold is copied at the sale. Every step is a row of the timeline
//! and an event in the same transaction. A vendor sees nothing of an order that awaits its payment, and nothing of other vendors' parts.

mod access;
mod advance;
mod desk_filter;
mod error;
mod events;
pub mod graphql;
pub mod loaders;
mod model;
mod placing;
mod reading;
mod rows;
pub mod sale;
pub mod service;
mod states;
mod status;
#[cfg(test)]
mod status_tests;
mod store;
#[cfg(test)]
mod tests;
mod timeline;
pub mod together;

pub use error::OrderError;
pub use model::{
    Actor, ActorKind, CancelReason, OrderId, OrderLineId, PaymentMethod, VendorOrderId,
};
pub use placing::{Amounts, Contact, NewLine, NewOrder, NewPart};
pub use states::{OrderState, Step};
