//! The columns of the table: who asks.

use crate::strangers::cast::{Cast, Who};
use lilium::domains::accounts::Role;

/// Everybody who asks, under the name of their column. A vendor's people are those of vendor A, but for `other owner`, who is vendor
/// B's; the customer's order is of both.
pub const COLUMNS: [(Who, &str, &str); 11] = [
    (Who::Nobody, "anonymous", "nobody who is signed in"),
    (Who::Buyer, "customer", "whose things are asked for"),
    (Who::Customer, "other", "another customer"),
    (Who::Owner, "owner", "VENDOR_OWNER of vendor A"),
    (Who::Manager, "manager", "VENDOR_MANAGER of vendor A"),
    (Who::Clerk, "staff", "VENDOR_STAFF of vendor A"),
    (Who::OtherOwner, "B's owner", "VENDOR_OWNER of vendor B"),
    (Who::Driver, "driver", "DRIVER"),
    (Who::Support, "support", "SUPPORT"),
    (Who::Admin, "admin", "ADMIN"),
    (Who::SuperAdmin, "super", "SUPER_ADMIN"),
];

/// The roles that the demo shop has nobody for.
const HIRED: [(Who, Role); 5] = [
    (Who::Manager, Role::VendorManager),
    (Who::Driver, Role::Driver),
    (Who::Support, Role::Support),
    (Who::Admin, Role::Admin),
    (Who::SuperAdmin, Role::SuperAdmin),
];

/// Everybody.
pub fn everybody() -> impl Iterator<Item = Who> {
    COLUMNS.into_iter().map(|(who, ..)| who)
}

/// The cast with somebody of every role.
pub async fn gather() -> Cast {
    let mut cast = Cast::gather().await;
    for (who, role) in HIRED {
        cast.hire(who, role).await;
    }
    cast
}

/// Whoever works at vendor A.
pub const STAFF: [Who; 3] = [Who::Owner, Who::Manager, Who::Clerk];
/// Whoever runs the marketplace.
pub const ADMINS: [Who; 2] = [Who::Admin, Who::SuperAdmin];
