//! Accounts in the schema.

mod guard;

pub use guard::{signed_in, viewer};

mod mutation;
mod query;

pub use mutation::AccountMutation;
pub use query::AccountQuery;
