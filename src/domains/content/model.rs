//! What pages and menus are.

use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{Bool, Nullable, Text, Timestamptz, Uuid as UuidSql};
use diesel_derive_enum::DbEnum;
use uuid::Uuid;

/// A published page in the reader's language.
#[derive(Debug, Clone, QueryableByName)]
pub struct PageRow {
    /// Primary key.
    #[diesel(sql_type = UuidSql)]
    pub id: Uuid,
    /// Its name in addresses.
    #[diesel(sql_type = Text)]
    pub handle: String,
    /// Its title.
    #[diesel(sql_type = Text)]
    pub title: String,
    /// Its title in the base language in lower case: what lists are sorted by.
    #[diesel(sql_type = Text)]
    pub title_key: String,
    /// Its text, with markup.
    #[diesel(sql_type = Text)]
    pub body_html: String,
    /// Title for search engines, when it has one of its own.
    #[diesel(sql_type = Nullable<Text>)]
    pub seo_title: Option<String>,
    /// Description for search engines, when it has one of its own.
    #[diesel(sql_type = Nullable<Text>)]
    pub seo_description: Option<String>,
    /// When it was made.
    #[diesel(sql_type = Timestamptz)]
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    #[diesel(sql_type = Timestamptz)]
    pub updated_at: DateTime<Utc>,
}

impl PageRow {
    /// What it takes in memory, about.
    pub(super) fn weight(&self) -> usize {
        let texts = [&self.handle, &self.title, &self.title_key, &self.body_html];
        let told = [&self.seo_title, &self.seo_description];
        size_of::<Self>()
            + texts.map(String::len).iter().sum::<usize>()
            + told.into_iter().flatten().map(String::len).sum::<usize>()
    }
}

/// A menu.
#[derive(Debug, Clone, QueryableByName)]
pub struct MenuRow {
    /// Primary key.
    #[diesel(sql_type = UuidSql)]
    pub id: Uuid,
    /// What storefronts look it up by.
    #[diesel(sql_type = Text)]
    pub handle: String,
    /// Its title.
    #[diesel(sql_type = Text)]
    pub title: String,
}

impl MenuRow {
    /// What it takes in memory, about.
    pub(super) fn weight(&self) -> usize {
        size_of::<Self>() + self.handle.len() + self.title.len()
    }
}

/// Where a line of a menu leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, DbEnum)]
#[ExistingTypePath = "crate::platform::db::tables::sql_types::MenuItemKind"]
#[DbValueStyle = "SCREAMING_SNAKE_CASE"]
pub enum MenuItemKind {
    /// The first page.
    Frontpage,
    /// All products.
    Catalog,
    /// The search.
    Search,
    /// A collection or category.
    Collection,
    /// A product.
    Product,
    /// A page.
    Page,
    /// Any address.
    Http,
}

/// A line of a menu in the reader's language.
#[derive(Debug, Clone, QueryableByName)]
pub struct MenuItemRow {
    /// Primary key.
    #[diesel(sql_type = UuidSql)]
    pub id: Uuid,
    /// Its menu.
    #[diesel(sql_type = UuidSql)]
    pub menu_id: Uuid,
    /// The line that it stands under.
    #[diesel(sql_type = Nullable<UuidSql>)]
    pub parent_id: Option<Uuid>,
    /// What it says.
    #[diesel(sql_type = Text)]
    pub title: String,
    /// Where it leads.
    #[diesel(sql_type = crate::platform::db::tables::sql_types::MenuItemKind)]
    pub kind: MenuItemKind,
    /// The id of the collection, product or page.
    #[diesel(sql_type = Nullable<UuidSql>)]
    pub target_id: Option<Uuid>,
    /// The handle of the collection, product or page, or the address.
    #[diesel(sql_type = Nullable<Text>)]
    pub target: Option<String>,
    /// Whether a line of its menu leads to a product, be it one that the reader does not see.
    #[diesel(sql_type = Bool)]
    pub beside_products: bool,
}

impl MenuItemRow {
    /// What it takes in memory, about.
    pub(super) fn weight(&self) -> usize {
        size_of::<Self>() + self.title.len() + self.target.as_ref().map_or(0, String::len)
    }
}
