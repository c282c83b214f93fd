//! Accounts in the schema.

mod error;
mod guard;
mod keeper;
mod mutation;
mod payload;
mod query;
mod viewer;

pub use error::{AccountErrorCode, AccountUserError};
pub use guard::{forbidden, permitted, signed_in, viewer};
pub use keeper::{Keeper, Kept};
pub use mutation::AccountMutation;
pub use query::AccountQuery;
pub use viewer::{UserGrant, Viewer};
