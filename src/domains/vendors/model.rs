//! What a vendor is.

use diesel::QueryableByName;
use diesel::sql_types::{Integer, Nullable, Text, Timestamptz, Uuid as UuidSql};
use diesel_derive_enum::DbEnum;
use uuid::Uuid;

/// Whether a vendor may sell.
#[derive(async_graphql::Enum, Debug, Clone, Copy, PartialEq, Eq, DbEnum)]
#[ExistingTypePath = "crate::platform::db::tables::sql_types::VendorState"]
#[DbValueStyle = "SCREAMING_SNAKE_CASE"]
pub enum VendorState {
    /// Has applied and waits for the shop's word.
    Pending,
    /// Sells.
    Active,
    /// Does not sell for now.
    Paused,
    /// Sells no more.
    Closed,
}

/// A vendor as the public sees it, in the reader's language.
#[derive(Debug, Clone, QueryableByName)]
pub struct VendorRow {
    /// Primary key.
    #[diesel(sql_type = UuidSql)]
    pub id: Uuid,
    /// Its name in addresses.
    #[diesel(sql_type = Text)]
    pub handle: String,
    /// What it is called.
    #[diesel(sql_type = Text)]
    pub name: String,
    /// What it makes, in a paragraph.
    #[diesel(sql_type = Text)]
    pub description: String,
    /// Where it is at home.
    #[diesel(sql_type = Text)]
    pub city: String,
    /// Its sign.
    #[diesel(sql_type = Nullable<UuidSql>)]
    pub logo_file_id: Option<Uuid>,
    /// Pixels of its sign.
    #[diesel(sql_type = Nullable<Integer>)]
    pub logo_width: Option<i32>,
    /// Pixels of its sign.
    #[diesel(sql_type = Nullable<Integer>)]
    pub logo_height: Option<i32>,
    /// Since when it sells here.
    #[diesel(sql_type = Timestamptz)]
    pub created_at: chrono::DateTime<chrono::Utc>,
}

impl VendorRow {
    /// What it takes in memory, about.
    pub(super) fn weight(&self) -> usize {
        let texts = [&self.handle, &self.name, &self.description, &self.city];
        size_of::<Self>() + texts.map(String::len).iter().sum::<usize>()
    }
}
