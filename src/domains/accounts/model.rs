//! Who signs in, and what they may do.

use crate::platform::db::{id_types, tables};
use diesel_derive_enum::DbEnum;
use uuid::Uuid;

id_types! {
    /// Whoever signs in.
    UserId;
    /// One sign-in on one device.
    SessionId;
    /// Whoever buys.
    CustomerId;
    /// A role that a user was given.
    GrantId;
}

/// A set of permissions under the name of whoever has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, DbEnum)]
#[ExistingTypePath = "tables::sql_types::UserRole"]
#[DbValueStyle = "SCREAMING_SNAKE_CASE"]
pub enum Role {
    /// Buys.
    Customer,
    /// Answers for a vendor.
    VendorOwner,
    /// Runs a vendor's daily work.
    VendorManager,
    /// Works at a vendor.
    VendorStaff,
    /// Brings orders to customers.
    Driver,
    /// Helps customers.
    Support,
    /// Runs the marketplace.
    Admin,
    /// May do everything.
    SuperAdmin,
}

/// One thing that may be done. A role is a set of these; a grant says where they hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Permission {
    /// See the orders of a vendor.
    VendorOrdersRead,
    /// Accept, prepare, ship, deliver and reject a vendor's orders.
    VendorOrdersWork,
    /// See any order.
    OrdersRead,
    /// Cancel any order.
    OrdersCancel,
}

impl Role {
    /// What the role may do: at its vendor for the roles of vendors, everywhere for the others.
    #[must_use]
    pub const fn permissions(self) -> &'static [Permission] {
        use Permission::{OrdersCancel, OrdersRead, VendorOrdersRead, VendorOrdersWork};
        match self {
            Self::Customer | Self::Driver => &[],
            Self::VendorOwner | Self::VendorManager | Self::VendorStaff => {
                &[VendorOrdersRead, VendorOrdersWork]
            }
            Self::Support => &[OrdersRead, VendorOrdersRead],
            Self::Admin | Self::SuperAdmin => {
                &[VendorOrdersRead, VendorOrdersWork, OrdersRead, OrdersCancel]
            }
        }
    }

    /// Whether it is held at a vendor.
    #[must_use]
    pub const fn is_of_vendor(self) -> bool {
        matches!(
            self,
            Self::VendorOwner | Self::VendorManager | Self::VendorStaff
        )
    }
}

/// A role that a user was given, and where it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grant {
    /// The role.
    pub role: Role,
    /// The vendor it holds at, for the roles of vendors.
    pub vendor_id: Option<Uuid>,
}

/// Whoever is signed in, as the request's token and the database say at its beginning.
#[derive(Debug, Clone)]
pub struct Viewer {
    /// The user.
    pub user_id: UserId,
    /// The session that the token belongs to.
    pub session_id: SessionId,
    /// The customer that the user is.
    pub customer_id: CustomerId,
    /// The user's address.
    pub email: String,
    /// What the user may do.
    pub grants: Vec<Grant>,
}

impl Viewer {
    /// Whether the viewer may do this everywhere.
    #[must_use]
    pub fn may(&self, permission: Permission) -> bool {
        let everywhere = |grant: &&Grant| !grant.role.is_of_vendor();
        self.grants
            .iter()
            .filter(everywhere)
            .any(|grant| grant.role.permissions().contains(&permission))
    }

    /// Whether the viewer is of a vendor's staff.
    #[must_use]
    pub fn works_at(&self, vendor_id: Uuid) -> bool {
        self.grants
            .iter()
            .any(|grant| grant.vendor_id == Some(vendor_id))
    }

    /// Whether the viewer may do this at a vendor.
    #[must_use]
    pub fn may_at(&self, permission: Permission, vendor_id: Uuid) -> bool {
        self.may(permission)
            || self.grants.iter().any(|grant| {
                grant.vendor_id == Some(vendor_id) && grant.role.permissions().contains(&permission)
            })
    }
}
