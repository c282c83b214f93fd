//! The shop itself: its name and policies, the markets it sells to, and for whom an operation is answered.
//!
//! One deployment is one shop, so there is one row of it. A country is in one market; the default market serves every country
//! that none names. A market has one price list and an order of languages. Other rooms use [`InContext`], which says in which
//! market, currency and language an operation is answered.

mod context;
mod directory;
pub mod graphql;
mod model;
mod store;
#[cfg(test)]
mod tests;

pub use context::InContext;
pub use directory::{Directory, ShopError};
pub use model::{Facts, Market, PolicyKind};
