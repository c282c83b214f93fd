//! What a cart is.

use crate::domains::accounts::UserId;
use crate::platform::db::{id_types, tables};
use crate::platform::secret::Secret;
use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{
    BigInt, Binary, Bool, Integer, Jsonb, Nullable, Text, Timestamptz, Uuid as UuidSql,
};
use diesel_derive_enum::DbEnum;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::fmt;
use uuid::Uuid;

id_types! {
    /// A cart.
    CartId;
    /// A line of a cart.
    CartLineId;
}

/// Whether a cart may be changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, DbEnum)]
#[ExistingTypePath = "tables::sql_types::CartState"]
#[DbValueStyle = "SCREAMING_SNAKE_CASE"]
pub enum CartState {
    /// It may.
    Open,
    /// An order was made of it and waits for its payment.
    Paying,
    /// For good.
    Bought,
}

impl CartState {
    /// As the database and events call it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "OPEN",
            Self::Paying => "PAYING",
            Self::Bought => "BOUGHT",
        }
    }
}

/// What the storefront wants to remember of a cart or a line.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attribute {
    /// What it is called.
    pub key: String,
    /// What it says.
    pub value: String,
}

/// It may be a message of the buyer: never printed.
impl fmt::Debug for Attribute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Attribute").finish_non_exhaustive()
    }
}

impl Attribute {
    /// The attributes that stand in a column.
    #[must_use]
    pub fn list(column: &Value) -> Vec<Self> {
        Vec::<Self>::deserialize(column).unwrap_or_default()
    }
}

/// A cart whose row is locked. It says who buys: it cannot be printed.
#[derive(Clone, QueryableByName)]
pub struct LockedCart {
    /// Primary key.
    #[diesel(sql_type = UuidSql)]
    pub id: CartId,
    /// SHA-256 of the secret in its id.
    #[diesel(sql_type = Binary)]
    pub secret_hash: Vec<u8>,
    /// Whether it may be changed.
    #[diesel(sql_type = tables::sql_types::CartState)]
    pub state: CartState,
    /// The market it is priced in.
    #[diesel(sql_type = UuidSql)]
    pub market_id: Uuid,
    /// The buyer's country, by its code.
    #[diesel(sql_type = Text)]
    pub country: String,
    /// The signed-in buyer.
    #[diesel(sql_type = Nullable<UuidSql>)]
    pub user_id: Option<UserId>,
    /// The buyer's address.
    #[diesel(sql_type = Nullable<Text>)]
    pub email: Option<String>,
    /// The buyer's number.
    #[diesel(sql_type = Nullable<Text>)]
    pub phone: Option<String>,
    /// What the buyer wants to say.
    #[diesel(sql_type = Text)]
    pub note: String,
    /// A list of attributes, see [`Attribute::list`].
    #[diesel(sql_type = Jsonb)]
    pub attributes: Value,
    /// Grows with each change.
    #[diesel(sql_type = Integer)]
    pub version: i32,
    /// The change that was made last.
    #[diesel(sql_type = Nullable<UuidSql>)]
    pub last_edit: Option<Uuid>,
}

/// A cart as a reader sees it, without its long texts and its lines. It says who buys: it cannot be printed.
#[derive(Clone, QueryableByName)]
pub struct CartRow {
    /// Primary key.
    #[diesel(sql_type = UuidSql)]
    pub id: CartId,
    /// SHA-256 of the secret in its id.
    #[diesel(sql_type = Binary)]
    pub secret_hash: Vec<u8>,
    /// Whether it may be changed.
    #[diesel(sql_type = tables::sql_types::CartState)]
    pub state: CartState,
    /// The market it is priced in.
    #[diesel(sql_type = UuidSql)]
    pub market_id: Uuid,
    /// The currency of that market, by its code.
    #[diesel(sql_type = Text)]
    pub currency: String,
    /// The buyer's country, by its code.
    #[diesel(sql_type = Text)]
    pub country: String,
    /// The buyer's address.
    #[diesel(sql_type = Nullable<Text>)]
    pub email: Option<String>,
    /// The buyer's number.
    #[diesel(sql_type = Nullable<Text>)]
    pub phone: Option<String>,
    /// How many lines it has.
    #[diesel(sql_type = BigInt)]
    pub line_count: i64,
    /// Whether it has long texts of its own.
    #[diesel(sql_type = Bool)]
    pub has_texts: bool,
    /// How long its long texts are, those of its lines too.
    #[diesel(sql_type = BigInt)]
    pub bytes: i64,
    /// When it was begun.
    #[diesel(sql_type = Timestamptz)]
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    #[diesel(sql_type = Timestamptz)]
    pub updated_at: DateTime<Utc>,
}

/// The long texts of a cart.
#[derive(Clone, QueryableByName)]
pub struct TextRow {
    /// Primary key.
    #[diesel(sql_type = UuidSql)]
    pub id: CartId,
    /// What the buyer wants to say.
    #[diesel(sql_type = Text)]
    pub note: String,
    /// A list of attributes, see [`Attribute::list`].
    #[diesel(sql_type = Jsonb)]
    pub attributes: Value,
}

/// What opens a cart.
#[derive(Debug, Clone)]
pub struct Ticket {
    /// The cart.
    pub id: CartId,
    /// The secret in its id.
    pub secret: Secret,
}

/// A line as it is kept.
#[derive(Clone, PartialEq, Eq, QueryableByName)]
pub struct LineRow {
    /// Primary key.
    #[diesel(sql_type = UuidSql)]
    pub id: CartLineId,
    /// What is wanted.
    #[diesel(sql_type = UuidSql)]
    pub variant_id: Uuid,
    /// How many of it.
    #[diesel(sql_type = Integer)]
    pub quantity: i32,
    /// A list of attributes, see [`Attribute::list`].
    #[diesel(sql_type = Jsonb)]
    pub attributes: Value,
}

/// What a storefront remembers may be a message of the buyer: never printed.
impl fmt::Debug for LineRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LineRow")
            .field("id", &self.id)
            .field("variant_id", &self.variant_id)
            .field("quantity", &self.quantity)
            .finish_non_exhaustive()
    }
}
