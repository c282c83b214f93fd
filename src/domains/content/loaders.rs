//! Batched reading of pages and menus.

use super::model::{MenuItemRow, MenuRow, PageRow};
use super::store;
use crate::domains::shop::InContext;
use crate::graphql::batch::Batch;
use crate::graphql::made_of::MadeOf;
use crate::graphql::remembered::{Place, Rarely};
use crate::graphql::tags::Kind;
use crate::platform::db::Conn;
use diesel::QueryResult;
use std::collections::HashMap;
use std::sync::Arc;
use uuid::Uuid;

/// Pages by id.
pub struct PageById(pub InContext);

impl Batch for PageById {
    type Key = Uuid;
    type Value = Arc<PageRow>;

    async fn load(
        &self,
        conn: &mut Conn,
        keys: Vec<Uuid>,
    ) -> QueryResult<HashMap<Uuid, Arc<PageRow>>> {
        let rows = store::pages_by_ids(conn, self.0.language_code(), keys).await?;
        Ok(rows
            .into_iter()
            .map(|row| (row.id, Arc::new(row)))
            .collect())
    }

    fn made_of(&self, key: &Self::Key, _: Option<&Self::Value>, made_of: &MadeOf) {
        made_of.row(Kind::Page, *key);
    }
}

impl Rarely for PageById {
    fn place(&self, key: &Uuid) -> Place {
        Place::id(*key).in_language(self.0.language_code())
    }

    fn weight(value: &Arc<PageRow>) -> usize {
        value.weight()
    }
}

/// Pages by handle.
pub struct PageByHandle(pub InContext);

impl Batch for PageByHandle {
    type Key = String;
    type Value = Arc<PageRow>;

    async fn load(
        &self,
        conn: &mut Conn,
        keys: Vec<String>,
    ) -> QueryResult<HashMap<String, Arc<PageRow>>> {
        let rows = store::pages_by_handles(conn, self.0.language_code(), keys).await?;
        Ok(rows
            .into_iter()
            .map(|row| (row.asked, Arc::new(row.page)))
            .collect())
    }

    fn made_of(&self, _: &Self::Key, _: Option<&Self::Value>, made_of: &MadeOf) {
        // Another one may come to be called so in the reader's language, and goes before.
        made_of.all(Kind::Page);
    }
}

impl Rarely for PageByHandle {
    fn place(&self, key: &String) -> Place {
        Place::handle(key).in_language(self.0.language_code())
    }

    fn weight(value: &Arc<PageRow>) -> usize {
        value.weight()
    }
}

/// Menus by id.
pub struct MenuById;

impl Batch for MenuById {
    type Key = Uuid;
    type Value = Arc<MenuRow>;

    async fn load(
        &self,
        conn: &mut Conn,
        keys: Vec<Uuid>,
    ) -> QueryResult<HashMap<Uuid, Arc<MenuRow>>> {
        let rows = store::menus_by_ids(conn, keys).await?;
        Ok(rows
            .into_iter()
            .map(|row| (row.id, Arc::new(row)))
            .collect())
    }

    fn made_of(&self, key: &Self::Key, _: Option<&Self::Value>, made_of: &MadeOf) {
        made_of.row(Kind::Menu, *key);
    }
}

impl Rarely for MenuById {
    fn place(&self, key: &Uuid) -> Place {
        Place::id(*key)
    }

    fn weight(value: &Arc<MenuRow>) -> usize {
        value.weight()
    }
}

/// Menus by handle.
pub struct MenuByHandle;

impl Batch for MenuByHandle {
    type Key = String;
    type Value = Arc<MenuRow>;

    async fn load(
        &self,
        conn: &mut Conn,
        keys: Vec<String>,
    ) -> QueryResult<HashMap<String, Arc<MenuRow>>> {
        let rows = store::menus_by_handles(conn, keys).await?;
        Ok(rows
            .into_iter()
            .map(|row| (row.handle.clone(), Arc::new(row)))
            .collect())
    }

    fn made_of(&self, _: &Self::Key, _: Option<&Self::Value>, made_of: &MadeOf) {
        // Another one may come to be called so.
        made_of.all(Kind::Menu);
    }
}

impl Rarely for MenuByHandle {
    fn place(&self, key: &String) -> Place {
        Place::handle(key)
    }

    fn weight(value: &Arc<MenuRow>) -> usize {
        value.weight()
    }
}

/// All lines of a menu, by the menu's id or by the id of one of its lines.
pub struct ItemsOf(pub InContext);

impl Batch for ItemsOf {
    type Key = Uuid;
    type Value = Arc<Vec<MenuItemRow>>;

    async fn load(
        &self,
        conn: &mut Conn,
        keys: Vec<Uuid>,
    ) -> QueryResult<HashMap<Uuid, Self::Value>> {
        let mut menus: HashMap<Uuid, Vec<MenuItemRow>> = HashMap::new();
        for item in store::items(conn, &self.0, keys).await? {
            menus.entry(item.menu_id).or_default().push(item);
        }
        let mut found = HashMap::new();
        for (menu, items) in menus {
            let items = Arc::new(items);
            found.extend(items.iter().map(|item| (item.id, Arc::clone(&items))));
            found.insert(menu, items);
        }
        Ok(found)
    }

    fn made_of(&self, _: &Self::Key, value: Option<&Self::Value>, made_of: &MadeOf) {
        // Lines lead to collections, pages and products, and are left out when these are not seen.
        for kind in [Kind::Menu, Kind::Collection, Kind::Page] {
            made_of.all(kind);
        }
        if shows_products(value) {
            made_of.all(Kind::Product);
            made_of.all(Kind::Vendor);
        }
    }
}

impl Rarely for ItemsOf {
    fn place(&self, key: &Uuid) -> Place {
        Place::id(*key)
            .in_language(self.0.language_code())
            .in_market(self.0.market.id)
    }

    fn weight(value: &Self::Value) -> usize {
        value.iter().map(MenuItemRow::weight).sum()
    }

    fn stays(value: Option<&Self::Value>) -> bool {
        // A product shows and ends at set times.
        !shows_products(value)
    }
}

/// Whether a line of the menu leads to a product, or may: where no line is left, it may be of one that is not seen.
fn shows_products(value: Option<&Arc<Vec<MenuItemRow>>>) -> bool {
    value.is_none_or(|items| items.iter().any(|item| item.beside_products))
}
