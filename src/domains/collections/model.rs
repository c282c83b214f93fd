//! What a collection is.

use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{Integer, Nullable, Text, Timestamptz, Uuid as UuidSql};
use diesel_derive_enum::DbEnum;
use uuid::Uuid;

/// What fills a collection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, DbEnum)]
#[ExistingTypePath = "crate::platform::db::tables::sql_types::CollectionKind"]
#[DbValueStyle = "SCREAMING_SNAKE_CASE"]
pub enum CollectionKind {
    /// Arranged by hand.
    Collection,
    /// Filled by the products that name it, or one of its branches.
    Category,
}

/// A published collection in the reader's language.
#[derive(Debug, Clone, QueryableByName)]
pub struct CollectionRow {
    /// Primary key.
    #[diesel(sql_type = UuidSql)]
    pub id: Uuid,
    /// What fills it.
    #[diesel(sql_type = crate::platform::db::tables::sql_types::CollectionKind)]
    pub kind: CollectionKind,
    /// The category above it.
    #[diesel(sql_type = Nullable<UuidSql>)]
    pub parent_id: Option<Uuid>,
    /// Its name in addresses.
    #[diesel(sql_type = Text)]
    pub handle: String,
    /// Its title.
    #[diesel(sql_type = Text)]
    pub title: String,
    /// Its title in the base language in lower case: what lists are sorted by.
    #[diesel(sql_type = Text)]
    pub title_key: String,
    /// What it is, with markup.
    #[diesel(sql_type = Text)]
    pub description_html: String,
    /// Title for search engines, when it has one of its own.
    #[diesel(sql_type = Nullable<Text>)]
    pub seo_title: Option<String>,
    /// Description for search engines, when it has one of its own.
    #[diesel(sql_type = Nullable<Text>)]
    pub seo_description: Option<String>,
    /// Its picture.
    #[diesel(sql_type = Nullable<UuidSql>)]
    pub image_file_id: Option<Uuid>,
    /// Pixels.
    #[diesel(sql_type = Nullable<Integer>)]
    pub image_width: Option<i32>,
    /// Pixels.
    #[diesel(sql_type = Nullable<Integer>)]
    pub image_height: Option<i32>,
    /// When it last changed.
    #[diesel(sql_type = Timestamptz)]
    pub updated_at: DateTime<Utc>,
}

impl CollectionRow {
    /// What it takes in memory, about.
    pub(super) fn weight(&self) -> usize {
        let texts = [
            &self.handle,
            &self.title,
            &self.title_key,
            &self.description_html,
        ];
        let told = [&self.seo_title, &self.seo_description];
        size_of::<Self>()
            + texts.map(String::len).iter().sum::<usize>()
            + told.into_iter().flatten().map(String::len).sum::<usize>()
    }
}
