//! Collections in the schema.

mod category;
mod collection;
mod query;
mod ready;
pub mod shelves;

pub use category::TaxonomyCategory;
pub use collection::Collection;
pub use query::{CollectionQuery, collection_by_id};
pub use ready::ready_types;
