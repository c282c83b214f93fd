//! Products, their options, variants and pictures.
//!
//! A product is a vendor's; a variant is one choice of its options and the thing that is bought. What lists show of a product is a
//! [`listing::Card`](crate::domains::listing::Card); what is here reads its parts, by one statement for all products of an
//! answer, and for the one that is looked up by the statement of its card. A variant is seen where it has a price.

mod attributes;
pub mod graphql;
pub mod loaders;
mod model;
mod parts;
mod records;
mod store;
mod with_parts;

pub use attributes::{Attribute, AttributeKind, AttributeValue, Choice};
pub use model::{OptionRow, ValueRow, Variant};
pub use parts::{Options, Part, Parts, Pictures, PlacedPicture, Several, Variants};
