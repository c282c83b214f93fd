//! Who signs in, what they may do, and who buys.
//!
//! A permission is an enum in code, a role a set of them, a grant says where it holds. A request's [`Viewer`] is read from the
//! database at its beginning, so that a role that was taken away or a session that ended counts at once.
//!
//! A session is one sign-in on one device. It is held by two tokens: an access token that lives fifteen minutes and is shown with
//! every request ([`AccessKeys`]), and a refresh token that is changed for a new pair once. One that is used a second time was stolen,
//! or its successor was: the session ends. Passwords are hashed apart from the async threads and a few at a time ([`Hashing`]).
//! Failed sign-ins fill buckets that leak, so that guessing is slow and nobody is locked out for good.

mod customers;
mod email;
mod error;
mod events;
pub mod graphql;
mod hashing;
mod keys;
pub mod loaders;
mod model;
mod password;
mod role;
pub mod service;
mod store;
#[cfg(test)]
mod tests;
mod throttle;

pub use customers::{customer_of, new_guest};
pub use error::AccountError;
pub use hashing::Hashing;
pub use keys::{AccessKeys, Claims, KeyError, LazyKeys, Verified};
pub use model::{
    ClientAddress, CustomerId, Grant, GrantId, Person, PersonListed, SessionId, Tokens, UserId,
    UserState, Viewer,
};
pub use password::Password;
pub use role::{Permission, Role};
