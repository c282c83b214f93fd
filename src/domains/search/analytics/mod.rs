//! What is looked for, how often, and what is opened then: numbers by day, and nothing of who did.
//!
//! A search is counted by its text alone. Texts that may be somebody's data are not counted at all, see [`term`]; neither a user, a
//! session nor an address is ever written, see [`visitors`]. Numbers wait in the process for some seconds, so that a search writes
//! nothing.

pub mod graphql;
mod recorder;
mod report;
mod service;
mod store;
mod term;
mod visitors;

pub use recorder::{Outcome, Searches};
pub use report::{Asked, Opened, Report};
pub use term::term;
pub use visitors::Visitor;
