//! The shop in the schema.

mod localization;
mod query;
mod shop;

pub use localization::Market;
pub use query::ShopQuery;
pub use shop::{Shop, ShopPolicy};
