//! What an order is.

use crate::domains::accounts::UserId;
use crate::platform::db::tables;
use diesel_derive_enum::DbEnum;

pub use crate::domains::ids::{OrderId, OrderLineId, VendorOrderId};
pub use crate::domains::payments::PaymentMethod;

/// Why an order was called off.
#[derive(async_graphql::Enum, Debug, Clone, Copy, PartialEq, Eq, Hash, DbEnum)]
#[graphql(name = "OrderCancelReason")]
#[ExistingTypePath = "tables::sql_types::CancelReason"]
#[DbValueStyle = "SCREAMING_SNAKE_CASE"]
pub enum CancelReason {
    /// The customer changed their mind.
    Customer,
    /// The payment was declined, or did not come in time.
    Declined,
    /// It could not be had after all.
    Inventory,
    /// The marketplace called it off.
    Staff,
    /// Something else.
    Other,
}

/// What kind of person, or none, did a step.
#[derive(async_graphql::Enum, Debug, Clone, Copy, PartialEq, Eq, Hash, DbEnum)]
#[graphql(name = "OrderActor")]
#[ExistingTypePath = "tables::sql_types::ActorKind"]
#[DbValueStyle = "SCREAMING_SNAKE_CASE"]
pub enum ActorKind {
    /// The customer.
    Customer,
    /// Somebody of the vendor.
    Vendor,
    /// Somebody of the marketplace.
    Staff,
    /// The program itself.
    System,
}

/// Who did a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Actor {
    /// As what.
    pub kind: ActorKind,
    /// Who it was, when they were signed in.
    pub user_id: Option<UserId>,
}

impl Actor {
    /// The program itself.
    pub const SYSTEM: Self = Self {
        kind: ActorKind::System,
        user_id: None,
    };
}
