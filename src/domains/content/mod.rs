//! Pages and menus of the storefront.

pub mod graphql;
pub mod loaders;
mod model;
mod store;

pub use model::{MenuItemKind, MenuItemRow, MenuRow, PageRow};
pub use store::pages_with_words;
