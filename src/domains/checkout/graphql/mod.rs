//! Buying in the schema.

mod errors;
mod inputs;
mod mutation;

pub use errors::CheckoutUserError;
pub use mutation::CheckoutMutation;
