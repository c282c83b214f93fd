//! Ids that several rooms name, where one of them would otherwise have to know the other.

use crate::platform::db::id_types;

id_types! {
    /// A customer's order.
    OrderId;
    /// One vendor's part of an order.
    VendorOrderId;
    /// A thing that was sold.
    OrderLineId;
}
