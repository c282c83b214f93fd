//! Pages and menus in the schema.

mod menu;
mod page;
mod query;
mod ready;

pub use menu::{Menu, MenuItem, item_by_id, menu_by_id};
pub use page::{Page, page_by_id};
pub use query::ContentQuery;
pub use ready::ready_types;
