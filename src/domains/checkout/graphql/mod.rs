//! Buying in the schema.

mod mutation;

pub use mutation::CheckoutMutation;
