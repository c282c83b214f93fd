//! What is owed and what was paid.
//!
//! An order has one payment, shared out to its vendor orders. What is asked of a gateway is an operation: committed before the
//! gateway is called, with an id that is the gateway's key, so that asking twice does it once. Until its outcome is known it is
//! asked for again and again. Cash on delivery asks nobody: it is paid when a part arrives.

mod card;
pub mod gateway;
mod model;
mod service;
mod store;
#[cfg(test)]
mod tests;

pub use card::{Card, CardError};
pub use model::{
    NewPayment, Operation, OperationId, OperationKind, OperationState, PaymentId, PaymentMethod,
    PaymentState,
};
pub use service::{begin, charge_of, collect, conclude, forgo, operation, postpone, take_due};
