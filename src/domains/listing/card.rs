//! A product as a list shows it: one row of one joined statement, whose columns are read by their places.

use crate::platform::db::{Key, KeyKind, Statement};
use chrono::{DateTime, Utc};
use diesel::Queryable;
use diesel::sql_types::{
    Array, BigInt, Bool, Float, Integer, Nullable, Text, Timestamptz, Uuid as UuidSql,
};
use uuid::Uuid;

/// The columns of a [`Card`] before its texts, each in the place of its field.
const COLUMNS: &str = "p.id, p.vendor_id, coalesce(vt.name, v.name) AS vendor_name, p.category_id, \
     coalesce(t.handle, p.handle) AS handle, coalesce(t.title, p.title) AS title, \
     l.in_stock, l.visible_from AS published_at, l.created_at, l.updated_at, \
     lp.min_amount, lp.max_amount, lp.min_compare_at, lp.max_compare_at, \
     i.id AS image_id, f.id AS image_file_id, i.alt_text AS image_alt, f.width AS image_width, f.height AS image_height, \
     pr.reviews, pr.stars, ";

/// The columns of [`CardTexts`], each in the place of its field; `p` is the product and `t` its translation.
pub(super) const TEXTS: &str = "coalesce(t.description_html, p.description_html) AS description_html, \
     coalesce(t.product_type, p.product_type) AS product_type, p.tags, \
     coalesce(t.seo_title, p.seo_title) AS seo_title, coalesce(t.seo_description, p.seo_description) AS seo_description";

/// The same places without the texts.
const NO_TEXTS: &str = "NULL::text AS description_html, NULL::text AS product_type, NULL::text[] AS tags, \
     NULL::text AS seo_title, NULL::text AS seo_description";

/// How much of a product is read for its card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Extent {
    /// What lists show.
    Slim,
    /// Its texts, too: of a list of whole cards they are a quarter of what PostgreSQL has to do.
    Whole,
}

impl Extent {
    /// The columns of a [`Card`].
    pub(super) fn columns(self) -> Statement {
        Statement::new(COLUMNS).sql(match self {
            Self::Slim => NO_TEXTS,
            Self::Whole => TEXTS,
        })
    }
}

/// The SQL types of a [`Card`], each in the place of its field.
pub type CardSql = (
    UuidSql,
    UuidSql,
    Text,
    Nullable<UuidSql>,
    Text,
    Text,
    Bool,
    Timestamptz,
    Timestamptz,
    Timestamptz,
    BigInt,
    BigInt,
    Nullable<BigInt>,
    Nullable<BigInt>,
    Nullable<UuidSql>,
    Nullable<UuidSql>,
    Nullable<Text>,
    Nullable<Integer>,
    Nullable<Integer>,
    Nullable<Integer>,
    Nullable<Integer>,
    Nullable<TextsSql>,
);

/// A listed product in the reader's market and language.
#[derive(Debug, Clone, Queryable)]
pub struct Card {
    /// The product.
    pub id: Uuid,
    /// Whose it is.
    pub vendor_id: Uuid,
    /// What the vendor is called.
    pub vendor_name: String,
    /// The category it stands in.
    pub category_id: Option<Uuid>,
    /// Its name in addresses.
    pub handle: String,
    /// Its title.
    pub title: String,
    /// Whether any variant can be bought.
    pub in_stock: bool,
    /// Since when it is seen.
    pub published_at: DateTime<Utc>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
    /// Lowest price, minor units.
    pub min_amount: i64,
    /// Highest price, minor units.
    pub max_amount: i64,
    /// Lowest struck-through price, minor units.
    pub min_compare_at: Option<i64>,
    /// Highest struck-through price, minor units.
    pub max_compare_at: Option<i64>,
    /// The featured picture's place on the product.
    pub image_id: Option<Uuid>,
    /// The featured picture's file.
    pub image_file_id: Option<Uuid>,
    /// What the featured picture shows.
    pub image_alt: Option<String>,
    /// Pixels.
    pub image_width: Option<i32>,
    /// Pixels.
    pub image_height: Option<i32>,
    /// How many rated it; nothing when nobody did.
    pub reviews: Option<i32>,
    /// The sum of their stars.
    pub stars: Option<i32>,
    /// Its texts, when it was read whole; otherwise [`TextsOf`](super::loaders::TextsOf) has them.
    pub texts: Option<CardTexts>,
}

/// The SQL types of [`CardTexts`], each in the place of its field.
pub type TextsSql = (Text, Text, Array<Text>, Nullable<Text>, Nullable<Text>);

/// What is told of a product at length, in the reader's language.
#[derive(Debug, Clone, Default, Queryable)]
pub struct CardTexts {
    /// Its description with markup.
    pub description_html: String,
    /// What kind of thing it is.
    pub product_type: String,
    /// Words it is found by.
    pub tags: Vec<String>,
    /// Title for search engines, when it has one of its own.
    pub seo_title: Option<String>,
    /// Description for search engines, when it has one of its own.
    pub seo_description: Option<String>,
}

/// The SQL types of a [`CardRow`].
pub(super) type CardRowSql = (Nullable<UuidSql>, CardSql, KeysSql);

/// A card with its place in a list.
#[derive(Debug, Clone, Queryable)]
pub(super) struct CardRow {
    /// The shelf or vendor whose list it is.
    pub parent_id: Option<Uuid>,
    /// The card.
    pub card: Card,
    /// What the list is sorted by.
    pub keys: Keys,
}

/// The SQL types of a [`PlaceRow`].
pub(super) type PlaceRowSql = (Nullable<UuidSql>, UuidSql, KeysSql);

/// A product's place in a list.
#[derive(Debug, Clone, Queryable)]
pub(super) struct PlaceRow {
    /// The shelf or vendor whose list it is.
    pub parent_id: Option<Uuid>,
    /// The product.
    pub id: Uuid,
    /// What the list is sorted by.
    pub keys: Keys,
}

/// The SQL types of [`Keys`].
pub(super) type KeysSql = (
    Nullable<Text>,
    Nullable<BigInt>,
    Nullable<Timestamptz>,
    Nullable<Float>,
);

/// What a list is sorted by: one of these.
#[derive(Debug, Clone, Queryable)]
pub(super) struct Keys {
    /// Set when the list is sorted by text.
    pub text: Option<String>,
    /// Set when the list is sorted by a number.
    pub int: Option<i64>,
    /// Set when the list is sorted by a moment.
    pub time: Option<DateTime<Utc>>,
    /// Set when the list is sorted by rank.
    pub rank: Option<f32>,
}

impl Keys {
    /// The one of this kind.
    pub(super) fn of(self, kind: KeyKind) -> Key {
        match kind {
            KeyKind::None => Key::None,
            KeyKind::Text => Key::Text(self.text.unwrap_or_default()),
            KeyKind::Int => Key::Int(self.int.unwrap_or_default()),
            KeyKind::Time => Key::Time(self.time.unwrap_or_default()),
            KeyKind::Rank => Key::Rank(self.rank.unwrap_or_default()),
        }
    }
}
