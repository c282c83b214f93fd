//! What the world touches.
//!
//! A request for the GraphQL endpoint comes in through [`graphql`], which reads it, has the document measured by
//! the [`guard`], hands it to the program's [`graphql::Engine`], and writes the answer. Every request has a
//! [`request_id`] and one line in the log, written by [`request_log`].
//!
//! Connections come in through the [`server`]. Around all paths lies the `shell`: bounds of headers, panics, what every answer says
//! about itself (`headers`), and `compression`; around the GraphQL endpoint `cors`.

pub mod answers;
mod checkout_page;
mod client;
mod compression;
mod conditional;
pub mod cookies;
mod cors;
mod engine;
pub mod graphiql;
pub mod graphql;
pub mod guard;
mod headers;
mod health;
pub mod limits;
pub mod media;
pub mod metrics;
pub mod panics;
pub mod request_id;
pub mod request_log;
mod router;
mod said;
pub mod server;
mod shell;
mod standing;

pub use engine::Storefront;
pub use health::Health;
pub use router::{Outside, Pages, router};
