//! Who signs in.

use super::role::{Permission, Role};
use crate::platform::db::{id_types, tables};
use crate::platform::secret::unprinted;
use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{Array, Bool, Nullable, Text, Timestamptz, Uuid as UuidSql};
use diesel_derive_enum::DbEnum;
use std::net::IpAddr;
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

/// Whether a user may sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, DbEnum)]
#[ExistingTypePath = "tables::sql_types::UserState"]
#[DbValueStyle = "SCREAMING_SNAKE_CASE"]
pub enum UserState {
    /// May.
    Active,
    /// May not.
    Disabled,
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
#[derive(Clone)]
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

    /// Whether the viewer may give `role` to somebody, or take it away; at `vendor_id` for a role of vendors.
    #[must_use]
    pub fn may_grant(&self, role: Role, vendor_id: Option<Uuid>) -> bool {
        self.grants.iter().any(|grant| {
            grant.role.may_grant(role)
                && (!grant.role.is_of_vendor() || grant.vendor_id == vendor_id)
        })
    }

    /// What the viewer may do everywhere, each once.
    #[must_use]
    pub fn permissions(&self) -> Vec<Permission> {
        Permission::ALL
            .into_iter()
            .filter(|permission| self.may(*permission))
            .collect()
    }
}

/// Where a request came from, as far as it is known; by default it is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ClientAddress {
    address: Option<IpAddr>,
    /// Whether it is one client's, and not that of everybody behind a proxy.
    own: bool,
}

impl ClientAddress {
    /// The address of one client.
    #[must_use]
    pub const fn own(address: IpAddr) -> Self {
        Self {
            address: Some(address),
            own: true,
        }
    }

    /// An address that all clients may come from.
    #[must_use]
    pub const fn shared(address: Option<IpAddr>) -> Self {
        Self {
            address,
            own: false,
        }
    }

    /// The address.
    #[must_use]
    pub const fn address(self) -> Option<IpAddr> {
        self.address
    }

    /// Whether it is one client's.
    #[must_use]
    pub const fn is_own(self) -> bool {
        self.own
    }

    /// Who is counted as one: the address itself, and of IPv6 the network that one household or server has to itself. None for an
    /// address that everybody may come from.
    #[must_use]
    pub fn household(self) -> Option<u128> {
        /// The bits of an IPv6 address that are its network's.
        const NETWORK: u128 = !0 << 64;
        let address = self.address.filter(|_| self.own)?;
        Some(match address.to_canonical() {
            // Below the networks of IPv6, whose lower half is empty.
            IpAddr::V4(address) => u128::from(address.to_bits()),
            IpAddr::V6(address) => address.to_bits() & NETWORK,
        })
    }
}

/// What holds a session: both tokens, and until when. It is not printed by `Debug`.
#[derive(Clone)]
pub struct Tokens {
    /// Shown with every request.
    pub access: String,
    /// Until when that is good.
    pub access_expires_at: DateTime<Utc>,
    /// Changed for a new pair, once.
    pub refresh: String,
    /// Until when that is good.
    pub refresh_expires_at: DateTime<Utc>,
}

/// A user as they see themselves.
#[derive(Clone, QueryableByName)]
pub struct Person {
    /// Primary key.
    #[diesel(sql_type = UuidSql)]
    pub id: UserId,
    /// The address.
    #[diesel(sql_type = Text)]
    pub email: String,
    /// Whether they showed that the address is theirs.
    #[diesel(sql_type = Bool)]
    pub email_verified: bool,
    /// Given name; may be empty.
    #[diesel(sql_type = Text)]
    pub first_name: String,
    /// Family name; may be empty.
    #[diesel(sql_type = Text)]
    pub last_name: String,
    /// Telephone number.
    #[diesel(sql_type = Nullable<Text>)]
    pub phone: Option<String>,
    /// Since when they have the account.
    #[diesel(sql_type = Timestamptz)]
    pub created_at: DateTime<Utc>,
}

impl Person {
    /// What they are called: their names, else the part of the address before the @.
    #[must_use]
    pub fn display_name(&self) -> String {
        let names = format!("{} {}", self.first_name, self.last_name);
        match names.trim() {
            "" => self
                .email
                .split_once('@')
                .map_or(self.email.as_str(), |(name, _)| name)
                .to_owned(),
            names => names.to_owned(),
        }
    }
}

/// A user in a list for whoever runs the marketplace.
#[derive(Clone, QueryableByName)]
pub struct PersonListed {
    /// The address.
    #[diesel(sql_type = Text)]
    pub email: String,
    /// Whether they may sign in.
    #[diesel(sql_type = tables::sql_types::UserState)]
    pub state: UserState,
    /// Since when they have the account.
    #[diesel(sql_type = Timestamptz)]
    pub created_at: DateTime<Utc>,
    /// Their roles, as `VENDOR_STAFF@handle` where they hold at a vendor.
    #[diesel(sql_type = Array<Text>)]
    pub roles: Vec<String>,
}

unprinted!(Viewer, Tokens, Person, PersonListed);
