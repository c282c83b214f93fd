//! A product as a list shows it: one row of one joined statement.

use crate::platform::db::{Key, KeyKind};
use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{
    Array, BigInt, Bool, Float, Integer, Nullable, Text, Timestamptz, Uuid as UuidSql,
};
use uuid::Uuid;

/// A listed product in the reader's market and language.
#[derive(Debug, Clone, QueryableByName)]
pub struct Card {
    /// The product.
    #[diesel(sql_type = UuidSql)]
    pub id: Uuid,
    /// Whose it is.
    #[diesel(sql_type = UuidSql)]
    pub vendor_id: Uuid,
    /// What the vendor is called.
    #[diesel(sql_type = Text)]
    pub vendor_name: String,
    /// The category it stands in.
    #[diesel(sql_type = Nullable<UuidSql>)]
    pub category_id: Option<Uuid>,
    /// Its name in addresses.
    #[diesel(sql_type = Text)]
    pub handle: String,
    /// Its title.
    #[diesel(sql_type = Text)]
    pub title: String,
    /// Its description with markup.
    #[diesel(sql_type = Text)]
    pub description_html: String,
    /// What kind of thing it is.
    #[diesel(sql_type = Text)]
    pub product_type: String,
    /// Words it is found by.
    #[diesel(sql_type = Array<Text>)]
    pub tags: Vec<String>,
    /// Title for search engines, when it has one of its own.
    #[diesel(sql_type = Nullable<Text>)]
    pub seo_title: Option<String>,
    /// Description for search engines, when it has one of its own.
    #[diesel(sql_type = Nullable<Text>)]
    pub seo_description: Option<String>,
    /// Whether any variant can be bought.
    #[diesel(sql_type = Bool)]
    pub in_stock: bool,
    /// Since when it is seen.
    #[diesel(sql_type = Timestamptz)]
    pub published_at: DateTime<Utc>,
    /// When it was made.
    #[diesel(sql_type = Timestamptz)]
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    #[diesel(sql_type = Timestamptz)]
    pub updated_at: DateTime<Utc>,
    /// Lowest price, minor units.
    #[diesel(sql_type = BigInt)]
    pub min_amount: i64,
    /// Highest price, minor units.
    #[diesel(sql_type = BigInt)]
    pub max_amount: i64,
    /// Lowest struck-through price, minor units.
    #[diesel(sql_type = Nullable<BigInt>)]
    pub min_compare_at: Option<i64>,
    /// Highest struck-through price, minor units.
    #[diesel(sql_type = Nullable<BigInt>)]
    pub max_compare_at: Option<i64>,
    /// The featured picture's place on the product.
    #[diesel(sql_type = Nullable<UuidSql>)]
    pub image_id: Option<Uuid>,
    /// The featured picture's file.
    #[diesel(sql_type = Nullable<UuidSql>)]
    pub image_file_id: Option<Uuid>,
    /// What the featured picture shows.
    #[diesel(sql_type = Nullable<Text>)]
    pub image_alt: Option<String>,
    /// Pixels.
    #[diesel(sql_type = Nullable<Integer>)]
    pub image_width: Option<i32>,
    /// Pixels.
    #[diesel(sql_type = Nullable<Integer>)]
    pub image_height: Option<i32>,
    /// How many rated it; nothing when nobody did.
    #[diesel(sql_type = Nullable<Integer>)]
    pub reviews: Option<i32>,
    /// The sum of their stars.
    #[diesel(sql_type = Nullable<Integer>)]
    pub stars: Option<i32>,
}

/// A card with its place in a list.
#[derive(Debug, Clone, QueryableByName)]
pub(super) struct CardRow {
    /// Its place.
    #[diesel(embed)]
    pub place: PlaceRow,
    /// The card.
    #[diesel(embed)]
    pub card: Card,
}

/// A product's place in a list.
#[derive(Debug, Clone, QueryableByName)]
pub(super) struct PlaceRow {
    /// The product.
    #[diesel(sql_type = UuidSql)]
    pub id: Uuid,
    /// The shelf or vendor whose list it is.
    #[diesel(sql_type = Nullable<UuidSql>)]
    pub parent_id: Option<Uuid>,
    /// Set when the list is sorted by text.
    #[diesel(sql_type = Nullable<Text>)]
    pub key_text: Option<String>,
    /// Set when the list is sorted by a number.
    #[diesel(sql_type = Nullable<BigInt>)]
    pub key_int: Option<i64>,
    /// Set when the list is sorted by a moment.
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub key_time: Option<DateTime<Utc>>,
    /// Set when the list is sorted by rank.
    #[diesel(sql_type = Nullable<Float>)]
    pub key_rank: Option<f32>,
}

impl PlaceRow {
    /// What the list was sorted by, as it stands in this row.
    pub(super) fn key(&self, kind: KeyKind) -> Key {
        match kind {
            KeyKind::None => Key::None,
            KeyKind::Text => Key::Text(self.key_text.clone().unwrap_or_default()),
            KeyKind::Int => Key::Int(self.key_int.unwrap_or_default()),
            KeyKind::Time => Key::Time(self.key_time.unwrap_or_default()),
            KeyKind::Rank => Key::Rank(self.key_rank.unwrap_or_default()),
        }
    }
}
