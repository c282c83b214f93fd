//! Whoever is signed in, as they see themselves.

use super::error::failed;
use crate::domains::accounts::service::Accounts;
use crate::domains::accounts::{self as room, Permission, Person, Role};
use crate::domains::orders::OrderState;
use crate::domains::orders::graphql::{Order, OrderSortKeys, orders_of};
use crate::domains::vendors::graphql::{Vendor, vendor_by_id};
use crate::graphql::connection::Connection;
use crate::graphql::gid::gid;
use crate::graphql::page_args::PageArgs;
use crate::graphql::ready::Ready;
use crate::graphql::scalars::DateTime;
use async_graphql::{Context, ID, Object, Result};

/// Whoever is signed in.
pub struct Viewer {
    who: room::Viewer,
    person: Person,
}

impl Viewer {
    /// Whoever this is, unless the account went away meanwhile.
    pub(super) async fn load(ctx: &Context<'_>, who: room::Viewer) -> Result<Option<Self>> {
        let accounts = ctx.data::<Accounts>()?;
        let person = accounts.person(who.user_id).await.map_err(failed)?;
        Ok(person.map(|person| Self { who, person }))
    }
}

/// Whoever is signed in, as they see themselves.
#[Object]
impl Viewer {
    /// Global id.
    async fn id(&self) -> ID {
        gid("User", self.person.id.0)
    }

    /// The address that they sign in with.
    async fn email(&self) -> &str {
        &self.person.email
    }

    /// Whether they showed that the address is theirs.
    async fn email_verified(&self) -> bool {
        self.person.email_verified
    }

    /// Given name.
    async fn first_name(&self) -> Option<&str> {
        present(&self.person.first_name)
    }

    /// Family name.
    async fn last_name(&self) -> Option<&str> {
        present(&self.person.last_name)
    }

    /// What to call them: their names, or the part of the address before the @.
    async fn display_name(&self) -> String {
        self.person.display_name()
    }

    /// Telephone number.
    async fn phone(&self) -> Option<&str> {
        self.person.phone.as_deref()
    }

    /// Since when they have the account.
    async fn created_at(&self) -> DateTime {
        DateTime(self.person.created_at)
    }

    /// The roles that they were given.
    async fn grants(&self) -> Vec<UserGrant> {
        self.who.grants.iter().copied().map(UserGrant).collect()
    }

    /// What they bought, as a signed-in customer; the earliest first unless `reverse`.
    #[expect(clippy::too_many_arguments, reason = "the arguments of every list")]
    async fn orders(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the beginning: 1 to 250.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end: 1 to 250.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
        #[graphql(desc = "The list the other way round.", default_with = "Some(false)")]
        reverse: Option<bool>,
        #[graphql(
            desc = "What the list is sorted by.",
            default_with = "Some(OrderSortKeys::Id)"
        )]
        sort_key: Option<OrderSortKeys>,
        #[graphql(desc = "Only orders in one of these states.")] states: Option<Vec<OrderState>>,
    ) -> Result<Ready<Connection<Ready<Order>>>> {
        let args = PageArgs {
            first,
            after,
            last,
            before,
            reverse,
        };
        let sort = sort_key.unwrap_or(OrderSortKeys::Id);
        orders_of(ctx, self.who.customer_id, &args, sort, states).await
    }

    /// What they may do everywhere. What they may do at a vendor follows from their role there.
    async fn permissions(&self) -> Vec<Permission> {
        self.who.permissions()
    }
}

fn present(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty())
}

/// A role that somebody was given, and where it holds.
pub struct UserGrant(room::Grant);

/// A role that somebody was given, and where it holds.
#[Object]
impl UserGrant {
    /// The role.
    async fn role(&self) -> Role {
        self.0.role
    }

    /// The vendor that a vendor's role holds at; `null` for other roles, and while the vendor does not sell.
    async fn vendor(&self, ctx: &Context<'_>) -> Result<Option<Vendor>> {
        match self.0.vendor_id {
            Some(id) => vendor_by_id(ctx, id).await,
            None => Ok(None),
        }
    }

    /// Global id of the vendor that a vendor's role holds at.
    async fn vendor_id(&self) -> Option<ID> {
        self.0.vendor_id.map(|id| gid("Vendor", id))
    }

    /// What it allows: at the vendor for a vendor's role, else everywhere.
    async fn permissions(&self) -> Vec<Permission> {
        self.0.role.permissions().to_vec()
    }
}
