//! What the world touches.
//!
//! A request for the GraphQL endpoint comes in through [`graphql`], which reads it, has the document measured by
//! the [`guard`], hands it to the program's [`graphql::Engine`], and writes the answer. Every request has a
//! [`request_id`] and one line in the log, written by [`request_log`].

mod checkout_page;
mod client;
pub mod cookies;
mod engine;
pub mod graphiql;
pub mod graphql;
pub mod guard;
mod health;
pub mod limits;
pub mod media;
pub mod request_id;
pub mod request_log;
mod router;
mod standing;

pub use engine::Storefront;
pub use health::Health;
pub use router::router;
