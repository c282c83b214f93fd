//! The state machine of a vendor order: one table.

use crate::platform::db::tables;
use diesel_derive_enum::DbEnum;

/// Where a vendor order stands, or the order that it is a part of.
#[derive(async_graphql::Enum, Debug, Clone, Copy, PartialEq, Eq, Hash, DbEnum)]
#[graphql(name = "OrderState")]
#[ExistingTypePath = "tables::sql_types::OrderState"]
#[DbValueStyle = "SCREAMING_SNAKE_CASE"]
pub enum OrderState {
    /// Waits for its payment; no vendor sees it.
    AwaitingPayment,
    /// Waits for the vendor's word.
    Pending,
    /// The vendor will deliver it.
    Accepted,
    /// The vendor puts it together.
    Preparing,
    /// On the way.
    Shipped,
    /// With the customer.
    Delivered,
    /// The vendor does not deliver it.
    Rejected,
    /// Called off.
    Cancelled,
    /// Came back.
    Returned,
}

/// What can be done with a vendor order.
#[derive(async_graphql::Enum, Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[graphql(name = "OrderStep")]
pub enum Step {
    /// Its payment is there, or is not needed beforehand.
    Release,
    /// The vendor will deliver it.
    Accept,
    /// The vendor does not deliver it.
    Reject,
    /// The vendor begins to put it together.
    Prepare,
    /// It leaves the vendor.
    Ship,
    /// It is with the customer.
    Deliver,
    /// It is called off.
    Cancel,
}

use OrderState::{
    Accepted, AwaitingPayment, Cancelled, Delivered, Pending, Preparing, Rejected, Returned,
    Shipped,
};

/// From which state which step leads where; what is not here cannot be done.
pub const TABLE: [(OrderState, Step, OrderState); 11] = [
    (AwaitingPayment, Step::Release, Pending),
    (AwaitingPayment, Step::Cancel, Cancelled),
    (Pending, Step::Accept, Accepted),
    (Pending, Step::Reject, Rejected),
    (Pending, Step::Cancel, Cancelled),
    (Accepted, Step::Prepare, Preparing),
    (Accepted, Step::Reject, Rejected),
    (Accepted, Step::Cancel, Cancelled),
    (Preparing, Step::Ship, Shipped),
    (Preparing, Step::Reject, Rejected),
    (Shipped, Step::Deliver, Delivered),
];

impl OrderState {
    /// Where `step` leads from here, if it may be done.
    #[must_use]
    pub fn after(self, step: Step) -> Option<Self> {
        TABLE
            .iter()
            .find(|(from, by, _)| (*from, *by) == (self, step))
            .map(|(_, _, to)| *to)
    }

    /// What may be done from here.
    #[must_use]
    pub fn steps(self) -> Vec<Step> {
        TABLE
            .iter()
            .filter(|(from, _, _)| *from == self)
            .map(|(_, step, _)| *step)
            .collect()
    }

    /// Whether nothing more happens.
    #[must_use]
    pub fn is_end(self) -> bool {
        self.steps().is_empty()
    }

    /// Whether a person can call it off. What awaits its payment cannot be: that ends with the payment.
    #[must_use]
    pub fn is_cancellable(self) -> bool {
        self != AwaitingPayment && self.after(Step::Cancel).is_some()
    }

    /// Whether it was given up: nothing is owed for it.
    #[must_use]
    pub const fn is_given_up(self) -> bool {
        matches!(self, Rejected | Cancelled | Returned)
    }

    /// How it is written in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            AwaitingPayment => "AWAITING_PAYMENT",
            Pending => "PENDING",
            Accepted => "ACCEPTED",
            Preparing => "PREPARING",
            Shipped => "SHIPPED",
            Delivered => "DELIVERED",
            Rejected => "REJECTED",
            Cancelled => "CANCELLED",
            Returned => "RETURNED",
        }
    }

    /// The state of an order from those of its parts: that of the part that is furthest behind, those that were given up
    /// left out. With every part given up, the order is what the first of Returned, Rejected, Cancelled is among them.
    #[must_use]
    pub fn of_whole(parts: &[Self]) -> Option<Self> {
        let furthest_behind = [
            AwaitingPayment,
            Pending,
            Accepted,
            Preparing,
            Shipped,
            Delivered,
            Returned,
            Rejected,
            Cancelled,
        ];
        furthest_behind
            .into_iter()
            .find(|state| parts.contains(state))
    }
}
