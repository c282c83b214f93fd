//! Shelves of products: collections arranged by hand, and the tree of categories.
//!
//! A category is a collection with a place in a tree: storefronts that know only collections show both. A category holds the
//! products that name it and those of its branches. What stands on a shelf, in which order, is a listing's placement.

pub mod graphql;
pub mod loaders;
mod model;
mod store;

pub use model::{CollectionKind, CollectionRow};
pub use store::collections_with_words;
