//! Collections in the schema.

mod category;
mod collection;
mod query;

pub use category::TaxonomyCategory;
pub use collection::{Collection, of_product};
pub use query::{CollectionQuery, collection_by_id};
