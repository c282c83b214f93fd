//! What a payment is.

use crate::domains::ids::{OrderId, VendorOrderId};
use crate::platform::db::{id_types, tables};
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Integer, Nullable, Text, Uuid as UuidSql};
use diesel_derive_enum::DbEnum;

id_types! {
    /// How one order is paid.
    PaymentId;
    /// What is asked of a gateway once.
    OperationId;
}

/// How an order is paid.
#[derive(async_graphql::Enum, Debug, Clone, Copy, PartialEq, Eq, Hash, DbEnum)]
#[ExistingTypePath = "tables::sql_types::PaymentMethod"]
#[DbValueStyle = "SCREAMING_SNAKE_CASE"]
pub enum PaymentMethod {
    /// In cash, when each vendor's part arrives.
    CashOnDelivery,
    /// By a card of the built-in TEST gateway, where no money moves; refused in production.
    Test,
}

impl PaymentMethod {
    /// How it is written in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CashOnDelivery => "CASH_ON_DELIVERY",
            Self::Test => "TEST",
        }
    }
}

/// Whether an order is paid.
#[derive(async_graphql::Enum, Debug, Clone, Copy, PartialEq, Eq, Hash, DbEnum)]
#[graphql(name = "OrderPaymentState")]
#[ExistingTypePath = "tables::sql_types::PaymentState"]
#[DbValueStyle = "SCREAMING_SNAKE_CASE"]
pub enum PaymentState {
    /// Not yet, or not wholly.
    Pending,
    /// Everything that is owed came in.
    Paid,
    /// The gateway refused, or nothing came in time.
    Declined,
    /// Nothing is owed any more.
    Voided,
}

/// Money in, or money back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, DbEnum)]
#[ExistingTypePath = "tables::sql_types::OperationKind"]
#[DbValueStyle = "SCREAMING_SNAKE_CASE"]
pub enum OperationKind {
    /// Money in.
    Charge,
    /// Money back.
    Refund,
}

/// How far an operation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, DbEnum)]
#[ExistingTypePath = "tables::sql_types::OperationState"]
#[DbValueStyle = "SCREAMING_SNAKE_CASE"]
pub enum OperationState {
    /// Committed; the gateway was not heard yet.
    Planned,
    /// The gateway was asked and did not answer.
    Unknown,
    /// The gateway did it.
    Done,
    /// The gateway did not and will not do it.
    Failed,
}

/// What is asked of a gateway once.
#[derive(Debug, Clone, QueryableByName)]
pub struct Operation {
    /// Also the gateway's key.
    #[diesel(sql_type = UuidSql)]
    pub id: OperationId,
    /// The payment it is part of.
    #[diesel(sql_type = UuidSql)]
    pub payment_id: PaymentId,
    /// The order that is paid.
    #[diesel(sql_type = UuidSql)]
    pub order_id: OrderId,
    /// What is given back, when it is one vendor's part.
    #[diesel(sql_type = Nullable<UuidSql>)]
    pub vendor_order_id: Option<VendorOrderId>,
    /// Money in, or money back.
    #[diesel(sql_type = tables::sql_types::OperationKind)]
    pub kind: OperationKind,
    /// How far it is.
    #[diesel(sql_type = tables::sql_types::OperationState)]
    pub state: OperationState,
    /// Minor units.
    #[diesel(sql_type = BigInt)]
    pub amount: i64,
    /// Of which currency.
    #[diesel(sql_type = Text)]
    pub currency: String,
    /// What the gateway shall charge, as its token.
    #[diesel(sql_type = Text)]
    pub instrument: String,
    /// Why it failed, as the gateway calls it.
    #[diesel(sql_type = Nullable<Text>)]
    pub failure: Option<String>,
    /// How often the gateway was asked in vain.
    #[diesel(sql_type = Integer)]
    pub attempts: i32,
}

/// A payment that begins with its order.
#[derive(Debug, Clone)]
pub struct NewPayment {
    /// The order.
    pub order_id: OrderId,
    /// How it is paid.
    pub method: PaymentMethod,
    /// Of which currency.
    pub currency: String,
    /// How much is for which vendor order, minor units.
    pub shares: Vec<(VendorOrderId, i64)>,
    /// The card, when a gateway is asked.
    pub card: Option<super::Card>,
}

/// The state of a payment that was not declined, from what is to be paid, what came in, and what is owed no longer.
pub(super) const fn state_of(amount: i64, paid: i64, forgone: i64) -> PaymentState {
    if paid == 0 && forgone >= amount && amount > 0 {
        PaymentState::Voided
    } else if paid + forgone >= amount {
        PaymentState::Paid
    } else {
        PaymentState::Pending
    }
}
