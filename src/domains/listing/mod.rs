//! What the public reads and sorts by: a card for each product and market, shelves sorted by key, words to search in.
//!
//! The tables of this room are a projection of the catalogue, written only by [`refresh`] and rebuilt from the views
//! `..._due`. A product is seen in a market when it is active, approved, within its window, sold by an active vendor and has a
//! price there. Other rooms use [`Card`], the [`Ask`] for a part of a list and the loaders.

mod ask;
mod card;
mod condition;
mod filter;
pub mod follow;
pub mod loaders;
mod names;
mod narrowing;
mod passing;
mod query_language;
mod recommended;
pub mod refresh;
pub mod repair;
mod restock;
mod sort;
mod store;
#[cfg(test)]
mod tests;
pub mod words;

pub use ask::{Ask, Source};
pub use card::{Card, CardSql, CardTexts, Extent};
pub use filter::{Filter, Filters};
pub use narrowing::{FacetKind, Group, Narrowing};
pub use passing::passing;
pub use query_language::{Query, QueryError};
pub use recommended::{Intent, recommended};
pub use restock::restock;
pub use sort::Sort;
pub use store::page;
pub(crate) use store::{cards_by_handles, cards_by_ids};
