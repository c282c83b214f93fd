//! What the mutations of orders are told and what they answer.

use super::desk_order::VendorDeskOrder;
use super::errors::OrderUserError;
use super::order::Order;
use async_graphql::{ID, InputObject, SimpleObject};

/// A step of a vendor with an order.
#[derive(InputObject, Debug, Clone)]
pub struct VendorOrderStepInput {
    /// The vendor's global id.
    pub vendor_id: ID,
    /// The vendor order's global id.
    pub vendor_order_id: ID,
    /// The version that was looked at: the step is refused when it is no longer the present one. Any when absent.
    pub version: Option<i32>,
}

/// A vendor's order that the vendor does not deliver.
#[derive(InputObject, Debug, Clone)]
pub struct VendorOrderRejectInput {
    /// The vendor's global id.
    pub vendor_id: ID,
    /// The vendor order's global id.
    pub vendor_order_id: ID,
    /// The version that was looked at: the step is refused when it is no longer the present one. Any when absent.
    pub version: Option<i32>,
    /// Why, for the customer: at most 500 characters.
    pub note: Option<String>,
}

/// A vendor's order that leaves the vendor.
#[derive(InputObject, Debug, Clone)]
pub struct VendorOrderShipInput {
    /// The vendor's global id.
    pub vendor_id: ID,
    /// The vendor order's global id.
    pub vendor_order_id: ID,
    /// The version that was looked at: the step is refused when it is no longer the present one. Any when absent.
    pub version: Option<i32>,
    /// Who carries it: at most 100 characters.
    pub tracking_company: Option<String>,
    /// The carrier's number: at most 100 characters.
    pub tracking_number: Option<String>,
}

/// An order that is called off, or one vendor's part of it.
#[derive(InputObject, Debug, Clone)]
pub struct OrderCancelInput {
    /// The order's global id, with its key if there is one.
    pub order_id: ID,
    /// The global id of the only part that is called off; all that is left of the order when absent.
    pub vendor_order_id: Option<ID>,
    /// Why, for the vendors: at most 500 characters.
    pub note: Option<String>,
}

/// What came of a vendor's step.
#[derive(SimpleObject, Default)]
pub struct VendorOrderStepPayload {
    /// The order as it stands now; absent when the step was refused.
    pub vendor_order: Option<VendorDeskOrder>,
    /// Why the step was refused; nothing was changed then.
    pub user_errors: Vec<OrderUserError>,
}

/// What came of calling an order off.
#[derive(SimpleObject, Default)]
pub struct OrderCancelPayload {
    /// The order as it stands now; absent when it was not called off.
    pub order: Option<Order>,
    /// Why it was not called off; nothing was changed then.
    pub user_errors: Vec<OrderUserError>,
}
