//! What is told of orders.

use super::model::{OrderId, VendorOrderId};
use super::states::{OrderState, Step};
use super::store::{LockedOrder, LockedPart};
use crate::domains::accounts::CustomerId;
use crate::platform::outbox::{Audience, Event};
use serde_json::json;
use uuid::Uuid;

/// An order was placed. Vendors are among the audience only when it is theirs already.
pub(super) fn placed(
    id: OrderId,
    customer: CustomerId,
    state: OrderState,
    vendors: &[Uuid],
) -> Event {
    let mut audiences = whole(id, customer);
    if state != OrderState::AwaitingPayment {
        audiences.extend(vendors.iter().map(|vendor| Audience::Vendor(*vendor)));
    }
    Event {
        kind: "order.placed",
        subject_id: id.0,
        audiences,
        facts: json!({ "order": id, "state": state.as_str() }),
    }
}

/// A part of an order took a step; the vendor is told when it was shown the order.
pub(super) fn stepped(order: &LockedOrder, part: &LockedPart, step: Step, to: OrderState) -> Event {
    let mut audiences = whole(order.id, order.customer_id);
    if part.released || to == OrderState::Pending {
        audiences.push(Audience::Vendor(part.vendor_id));
    }
    Event {
        kind: kind(step),
        subject_id: part.id.0,
        audiences,
        facts: json!({ "order": order.id, "part": part.id, "vendor": part.vendor_id, "state": to.as_str() }),
    }
}

/// The state of the whole order changed.
pub(super) fn changed(order: &LockedOrder, to: OrderState, parts: &[VendorOrderId]) -> Event {
    Event {
        kind: "order.changed",
        subject_id: order.id.0,
        audiences: whole(order.id, order.customer_id),
        facts: json!({ "order": order.id, "state": to.as_str(), "parts": parts }),
    }
}

fn whole(order: OrderId, customer: CustomerId) -> Vec<Audience> {
    vec![
        Audience::Order(order.0),
        Audience::Customer(customer.0),
        Audience::Staff,
    ]
}

/// The name of the event of a step.
const fn kind(step: Step) -> &'static str {
    match step {
        Step::Release => "order.part.released",
        Step::Accept => "order.part.accepted",
        Step::Reject => "order.part.rejected",
        Step::Prepare => "order.part.prepared",
        Step::Ship => "order.part.shipped",
        Step::Deliver => "order.part.delivered",
        Step::Cancel => "order.part.cancelled",
    }
}
