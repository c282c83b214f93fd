//! Orders in the schema.

mod mutation;
mod query;

pub use mutation::OrderMutation;
pub use query::OrderQuery;
