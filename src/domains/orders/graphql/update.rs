//! What subscriptions tell of orders.

use super::desk::VendorDesk;
use super::desk_order::VendorDeskOrder;
use super::order::Order;
use super::part::VendorOrder;
use crate::domains::live::{Step, What};
use crate::graphql::scalars::DateTime;
use crate::platform::outbox::log::LoggedEvent;
use async_graphql::{Enum, SimpleObject};
use uuid::Uuid;

/// What happened to an order.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrderUpdateKind {
    /// Nothing: the subscription begins here. Sent first to whoever names no cursor.
    Started,
    /// What happened since the cursor cannot be told any more: take what stands here as the truth, read afresh what else is
    /// shown, and go on from this cursor.
    Resync,
    /// It was placed.
    Placed,
    /// Its payment has come: from now on the vendor sees it.
    Released,
    /// A vendor accepted its part.
    Accepted,
    /// A vendor rejected its part.
    Rejected,
    /// A vendor has a part ready to go.
    Prepared,
    /// A part is on its way.
    Shipped,
    /// A part has arrived.
    Delivered,
    /// A part was called off.
    Cancelled,
    /// The state of the whole order changed, as follows from its parts.
    Changed,
}

impl OrderUpdateKind {
    /// What a step tells; nothing for an event that this program does not know.
    pub(super) fn of(what: &What) -> Option<Self> {
        Some(match what {
            What::Started => Self::Started,
            What::Resync => Self::Resync,
            What::Happened(event) => match event.kind.as_str() {
                "order.placed" => Self::Placed,
                "order.changed" => Self::Changed,
                "order.part.released" => Self::Released,
                "order.part.accepted" => Self::Accepted,
                "order.part.rejected" => Self::Rejected,
                "order.part.prepared" => Self::Prepared,
                "order.part.shipped" => Self::Shipped,
                "order.part.delivered" => Self::Delivered,
                "order.part.cancelled" => Self::Cancelled,
                _ => return None,
            },
        })
    }
}

/// Something that happened to an order, and the order as it is now.
#[derive(SimpleObject)]
pub struct OrderUpdate {
    /// Where to go on after this: `after` of another subscription.
    pub cursor: String,
    /// What happened.
    pub kind: OrderUpdateKind,
    /// When it happened.
    pub happened_at: DateTime,
    /// The order as it is now, which may be further than what happened.
    pub order: Order,
    /// The part it happened to, as it is now; `null` for what happened to the whole.
    pub vendor_order: Option<VendorOrder>,
}

/// Something that happened to an order of a vendor, and what the vendor sees now.
#[derive(SimpleObject)]
pub struct VendorOrdersUpdate {
    /// Where to go on after this: `after` of another subscription.
    pub cursor: String,
    /// What happened.
    pub kind: OrderUpdateKind,
    /// When it happened.
    pub happened_at: DateTime,
    /// The vendor's desk as it is now.
    pub vendor_desk: VendorDesk,
    /// The vendor's order that it happened to, as it is now; `null` when nothing happened to one: `STARTED`, `RESYNC`.
    pub vendor_order: Option<VendorDeskOrder>,
}

/// The cursor and the time of a step, as clients read them.
pub(super) fn place(step: &Step) -> (String, DateTime) {
    (step.cursor.to_string(), DateTime(step.at))
}

/// An id among the facts of an event.
pub(super) fn fact(event: &LoggedEvent, name: &str) -> Option<Uuid> {
    event.facts.get(name)?.as_str()?.parse().ok()
}
