//! Carts in the schema.

mod mutation;
mod query;

pub use mutation::CartMutation;
pub use query::CartQuery;
