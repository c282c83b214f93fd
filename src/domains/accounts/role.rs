//! What somebody may do.

use crate::platform::db::tables;
use diesel_derive_enum::DbEnum;

/// A set of permissions under the name of whoever has it.
#[derive(async_graphql::Enum, Debug, Clone, Copy, PartialEq, Eq, Hash, DbEnum)]
#[graphql(name = "UserRole")]
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
#[derive(async_graphql::Enum, Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Permission {
    /// See the orders of a vendor.
    VendorOrdersRead,
    /// Accept, prepare, ship, deliver and reject a vendor's orders.
    VendorOrdersWork,
    /// See any order.
    OrdersRead,
    /// Cancel any order.
    OrdersCancel,
    /// Tune the search.
    SearchTune,
    /// See what is looked for.
    SearchAnalyticsRead,
    /// Hear which answers of the catalogue hold no more.
    CacheFollow,
}

impl Permission {
    /// Every permission.
    pub const ALL: [Self; 7] = [
        Self::VendorOrdersRead,
        Self::VendorOrdersWork,
        Self::OrdersRead,
        Self::OrdersCancel,
        Self::SearchTune,
        Self::SearchAnalyticsRead,
        Self::CacheFollow,
    ];
}

impl Role {
    /// What the role may do: at its vendor for the roles of vendors, everywhere for the others.
    #[must_use]
    pub const fn permissions(self) -> &'static [Permission] {
        use Permission::{
            CacheFollow, OrdersCancel, OrdersRead, SearchAnalyticsRead, SearchTune,
            VendorOrdersRead, VendorOrdersWork,
        };
        match self {
            Self::Customer | Self::Driver => &[],
            Self::VendorOwner | Self::VendorManager | Self::VendorStaff => {
                &[VendorOrdersRead, VendorOrdersWork]
            }
            Self::Support => &[OrdersRead, VendorOrdersRead, SearchAnalyticsRead],
            Self::Admin | Self::SuperAdmin => &[
                VendorOrdersRead,
                VendorOrdersWork,
                OrdersRead,
                OrdersCancel,
                SearchTune,
                SearchAnalyticsRead,
                CacheFollow,
            ],
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

    /// Whether who has this role may give `other` to somebody, or take it away: a vendor's role at the own vendor.
    #[must_use]
    pub const fn may_grant(self, other: Self) -> bool {
        match self {
            Self::SuperAdmin => true,
            Self::Admin => !matches!(other, Self::Admin | Self::SuperAdmin),
            Self::VendorOwner => matches!(other, Self::VendorManager | Self::VendorStaff),
            Self::Customer
            | Self::VendorManager
            | Self::VendorStaff
            | Self::Driver
            | Self::Support => false,
        }
    }

    /// The name it has in the schema and on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Customer => "CUSTOMER",
            Self::VendorOwner => "VENDOR_OWNER",
            Self::VendorManager => "VENDOR_MANAGER",
            Self::VendorStaff => "VENDOR_STAFF",
            Self::Driver => "DRIVER",
            Self::Support => "SUPPORT",
            Self::Admin => "ADMIN",
            Self::SuperAdmin => "SUPER_ADMIN",
        }
    }

    /// Every role.
    pub const ALL: [Self; 8] = [
        Self::Customer,
        Self::VendorOwner,
        Self::VendorManager,
        Self::VendorStaff,
        Self::Driver,
        Self::Support,
        Self::Admin,
        Self::SuperAdmin,
    ];
}
