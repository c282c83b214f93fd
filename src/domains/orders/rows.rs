//! Orders as they are read.

use super::model::{ActorKind, CancelReason, OrderId, OrderLineId, PaymentMethod, VendorOrderId};
use super::states::OrderState;
use crate::domains::accounts::CustomerId;
pub use crate::domains::payments::PaymentState;
use crate::domains::vendors::VendorState;
use crate::platform::db::tables::sql_types;
use crate::platform::secret::unprinted;
use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{
    BigInt, Bytea, Integer, Jsonb, Nullable, SmallInt, Text, Timestamptz, Uuid as UuidSql,
};
use serde_json::Value;
use uuid::Uuid;

/// An order.
#[derive(Clone, QueryableByName)]
pub struct OrderRow {
    /// Primary key.
    #[diesel(sql_type = UuidSql)]
    pub id: OrderId,
    /// What people call it.
    #[diesel(sql_type = BigInt)]
    pub number: i64,
    /// Whose it is.
    #[diesel(sql_type = UuidSql)]
    pub customer_id: CustomerId,
    /// Hash of the secret that a guest reads it by.
    #[diesel(sql_type = Bytea)]
    pub secret_hash: Vec<u8>,
    /// ISO 4217 code.
    #[diesel(sql_type = Text)]
    pub currency: String,
    /// The language it was placed in.
    #[diesel(sql_type = Text)]
    pub language: String,
    /// Follows from its parts.
    #[diesel(sql_type = sql_types::OrderState)]
    pub state: OrderState,
    /// How it is paid.
    #[diesel(sql_type = sql_types::PaymentMethod)]
    pub payment_method: PaymentMethod,
    /// Of its lines, minor units, as is all money here.
    #[diesel(sql_type = BigInt)]
    pub subtotal: i64,
    /// For bringing it.
    #[diesel(sql_type = BigInt)]
    pub delivery: i64,
    /// Of all its parts.
    #[diesel(sql_type = BigInt)]
    pub tax: i64,
    /// What was taken off.
    #[diesel(sql_type = BigInt)]
    pub discount: i64,
    /// What was agreed to be paid.
    #[diesel(sql_type = BigInt)]
    pub total: i64,
    /// The customer's words.
    #[diesel(sql_type = Text)]
    pub note: String,
    /// A list of `{"key", "value"}`.
    #[diesel(sql_type = Jsonb)]
    pub attributes: Value,
    /// Why it was called off.
    #[diesel(sql_type = Nullable<sql_types::CancelReason>)]
    pub cancel_reason: Option<CancelReason>,
    /// When it was placed.
    #[diesel(sql_type = Timestamptz)]
    pub placed_at: DateTime<Utc>,
    /// When it was called off.
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub cancelled_at: Option<DateTime<Utc>>,
}

/// One vendor's part of an order, with what the vendor is called.
#[derive(Debug, Clone, QueryableByName)]
pub struct PartRow {
    /// Primary key.
    #[diesel(sql_type = UuidSql)]
    pub id: VendorOrderId,
    /// The whole.
    #[diesel(sql_type = UuidSql)]
    pub order_id: OrderId,
    /// The order's number.
    #[diesel(sql_type = BigInt)]
    pub order_number: i64,
    /// The order's currency.
    #[diesel(sql_type = Text)]
    pub currency: String,
    /// The order's.
    #[diesel(sql_type = sql_types::PaymentMethod)]
    pub payment_method: PaymentMethod,
    /// The order's.
    #[diesel(sql_type = Text)]
    pub note: String,
    /// Whose it is.
    #[diesel(sql_type = UuidSql)]
    pub vendor_id: Uuid,
    /// In the reader's language.
    #[diesel(sql_type = Text)]
    pub vendor_name: String,
    /// Which part of its order it is.
    #[diesel(sql_type = SmallInt)]
    pub position: i16,
    /// Where it stands.
    #[diesel(sql_type = sql_types::OrderState)]
    pub state: OrderState,
    /// Of its lines.
    #[diesel(sql_type = BigInt)]
    pub subtotal: i64,
    /// For bringing it.
    #[diesel(sql_type = BigInt)]
    pub delivery: i64,
    /// Of its lines and its delivery.
    #[diesel(sql_type = BigInt)]
    pub tax: i64,
    /// What was taken off.
    #[diesel(sql_type = BigInt)]
    pub discount: i64,
    /// What it comes to.
    #[diesel(sql_type = BigInt)]
    pub total: i64,
    /// What was said when it was rejected or cancelled.
    #[diesel(sql_type = Nullable<Text>)]
    pub end_note: Option<String>,
    /// Who carries it.
    #[diesel(sql_type = Nullable<Text>)]
    pub tracking_company: Option<String>,
    /// The carrier's number.
    #[diesel(sql_type = Nullable<Text>)]
    pub tracking_number: Option<String>,
    /// When it was placed.
    #[diesel(sql_type = Timestamptz)]
    pub placed_at: DateTime<Utc>,
    /// When it was changed last.
    #[diesel(sql_type = Timestamptz)]
    pub updated_at: DateTime<Utc>,
    /// Counts its changes.
    #[diesel(sql_type = Integer)]
    pub version: i32,
}

impl PartRow {
    /// What people call it.
    #[must_use]
    pub fn name(&self) -> String {
        format!("#{}-{}", self.order_number, self.position)
    }

    /// Whether it can be called off from where it stands.
    #[must_use]
    pub fn is_cancellable(&self) -> bool {
        self.state.is_cancellable()
    }

    /// What the courier collects for it: nothing once it was paid or given up.
    #[must_use]
    pub fn to_collect(&self) -> i64 {
        let due = self.payment_method == PaymentMethod::CashOnDelivery && !self.state.is_end();
        if due { self.total } else { 0 }
    }
}

/// A thing that was sold, as it was at the sale.
#[derive(Debug, Clone, QueryableByName)]
pub struct LineRow {
    /// Primary key.
    #[diesel(sql_type = UuidSql)]
    pub id: OrderLineId,
    /// The part that it belongs to.
    #[diesel(sql_type = UuidSql)]
    pub vendor_order_id: VendorOrderId,
    /// Its place in the order.
    #[diesel(sql_type = SmallInt)]
    pub position: i16,
    /// What was sold; it may be gone since.
    #[diesel(sql_type = UuidSql)]
    pub variant_id: Uuid,
    /// Of the product.
    #[diesel(sql_type = Text)]
    pub title: String,
    /// Its choices.
    #[diesel(sql_type = Text)]
    pub variant_title: String,
    /// What its vendor calls it.
    #[diesel(sql_type = Nullable<Text>)]
    pub sku: Option<String>,
    /// Its picture.
    #[diesel(sql_type = Nullable<UuidSql>)]
    pub image_file_id: Option<Uuid>,
    /// Pixels of its picture.
    #[diesel(sql_type = Nullable<Integer>)]
    pub image_width: Option<i32>,
    /// Pixels of its picture.
    #[diesel(sql_type = Nullable<Integer>)]
    pub image_height: Option<i32>,
    /// How many.
    #[diesel(sql_type = Integer)]
    pub quantity: i32,
    /// Of one.
    #[diesel(sql_type = BigInt)]
    pub unit_price: i64,
    /// Of all of them.
    #[diesel(sql_type = BigInt)]
    pub subtotal: i64,
    /// Its share.
    #[diesel(sql_type = BigInt)]
    pub discount: i64,
    /// A list of `{"key", "value"}`.
    #[diesel(sql_type = Jsonb)]
    pub attributes: Value,
}

/// Who an order goes to. What was blanked is empty.
#[derive(Clone, QueryableByName)]
pub struct ContactRow {
    /// Whose it is.
    #[diesel(sql_type = UuidSql)]
    pub order_id: OrderId,
    /// Where the customer is written to.
    #[diesel(sql_type = Text)]
    pub email: String,
    /// Of the one who receives it.
    #[diesel(sql_type = Text)]
    pub first_name: String,
    /// Of the one who receives it.
    #[diesel(sql_type = Text)]
    pub last_name: String,
    /// Where it is received.
    #[diesel(sql_type = Text)]
    pub company: String,
    /// Street and number.
    #[diesel(sql_type = Text)]
    pub address1: String,
    /// Floor and door.
    #[diesel(sql_type = Text)]
    pub address2: String,
    /// City.
    #[diesel(sql_type = Text)]
    pub city: String,
    /// Region.
    #[diesel(sql_type = Text)]
    pub province: String,
    /// Postal code.
    #[diesel(sql_type = Text)]
    pub zip: String,
    /// ISO 3166-1 code.
    #[diesel(sql_type = Text)]
    pub country: String,
    /// Where the customer is called.
    #[diesel(sql_type = Text)]
    pub phone: String,
}

unprinted!(OrderRow, ContactRow);

/// How an order is paid.
#[derive(Debug, Clone, QueryableByName)]
pub struct PaymentRow {
    /// What is paid.
    #[diesel(sql_type = UuidSql)]
    pub order_id: OrderId,
    /// How far it is.
    #[diesel(sql_type = sql_types::PaymentState)]
    pub state: PaymentState,
    /// ISO 4217 code.
    #[diesel(sql_type = Text)]
    pub currency: String,
    /// The order's total.
    #[diesel(sql_type = BigInt)]
    pub amount: i64,
    /// What came in.
    #[diesel(sql_type = BigInt)]
    pub paid: i64,
    /// What was given back.
    #[diesel(sql_type = BigInt)]
    pub refunded: i64,
    /// What is owed no longer.
    #[diesel(sql_type = BigInt)]
    pub forgone: i64,
    /// Such as `Visa`.
    #[diesel(sql_type = Nullable<Text>)]
    pub card_brand: Option<String>,
    /// The last four.
    #[diesel(sql_type = Nullable<Text>)]
    pub card_last_digits: Option<String>,
}

impl PaymentRow {
    /// What is still to be paid.
    #[must_use]
    pub fn owed(&self) -> i64 {
        match self.state {
            PaymentState::Declined | PaymentState::Voided => 0,
            PaymentState::Pending | PaymentState::Paid => self
                .amount
                .saturating_sub(self.forgone)
                .saturating_sub(self.paid)
                .max(0),
        }
    }
}

/// Something that happened to an order.
#[derive(Debug, Clone, QueryableByName)]
pub struct TimelineRow {
    /// To which.
    #[diesel(sql_type = UuidSql)]
    pub order_id: OrderId,
    /// To which part; absent for the whole.
    #[diesel(sql_type = Nullable<UuidSql>)]
    pub vendor_order_id: Option<VendorOrderId>,
    /// What.
    #[diesel(sql_type = Text)]
    pub kind: String,
    /// The state it led to.
    #[diesel(sql_type = Nullable<sql_types::OrderState>)]
    pub state: Option<OrderState>,
    /// Who did it.
    #[diesel(sql_type = sql_types::ActorKind)]
    pub actor: ActorKind,
    /// When.
    #[diesel(sql_type = Timestamptz)]
    pub happened_at: DateTime<Utc>,
}

/// A vendor as its own staff sees it, selling or not.
#[derive(Debug, Clone, QueryableByName)]
pub struct DeskRow {
    /// Primary key.
    #[diesel(sql_type = UuidSql)]
    pub id: Uuid,
    /// Its name in addresses.
    #[diesel(sql_type = Text)]
    pub handle: String,
    /// In the reader's language.
    #[diesel(sql_type = Text)]
    pub name: String,
    /// Whether it may sell.
    #[diesel(sql_type = sql_types::VendorState)]
    pub state: VendorState,
}

/// How many orders of a vendor stand in one state.
#[derive(Debug, Clone, QueryableByName)]
pub struct CountRow {
    /// Whose.
    #[diesel(sql_type = UuidSql)]
    pub vendor_id: Uuid,
    /// Where they stand.
    #[diesel(sql_type = sql_types::OrderState)]
    pub state: OrderState,
    /// How many.
    #[diesel(sql_type = BigInt)]
    pub count: i64,
}
