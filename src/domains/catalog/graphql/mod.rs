//! Products in the schema.

mod attribute;
mod choice;
mod connection;
mod description;
mod facts;
mod figures;
mod held;
mod inputs;
pub mod list;
mod option;
mod pages;
mod parts;
mod product;
mod query;
mod ready;
mod texts;
mod variant;

pub use connection::ProductConnection;
pub use description::described;
pub use inputs::{ProductCollectionSortKeys, ProductFilter, ProductSortKeys, filters};
pub use option::{ProductOption, ProductOptionValue};
pub use product::Product;
pub use query::{ProductQuery, option_by_id, product_by_id, value_by_id, variant_by_id};
pub use ready::{described as described_at_once, ready_types, seen_variant};
pub use texts::{Texts, extent, texts, texts_at_once};
pub use variant::ProductVariant;
