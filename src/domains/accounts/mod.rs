//! Who signs in, what they may do, and who buys.
//!
//! A permission is an enum in code, a role a set of them, a grant says where it holds. A request's [`Viewer`] is read from the
//! database at its beginning, so that a role that was taken away or a session that ended counts at once.

mod customers;
pub mod graphql;
mod model;

pub use customers::new_guest;
pub use model::{CustomerId, Grant, GrantId, Permission, Role, SessionId, UserId, Viewer};
