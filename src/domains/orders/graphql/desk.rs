//! What a vendor's staff works with.

use super::desk_order::VendorDeskOrder;
use super::list;
use crate::domains::accounts::Permission;
use crate::domains::accounts::graphql::signed_in;
use crate::domains::live::Moment;
use crate::domains::orders::desk_filter::{DeskFilter, Wanted};
use crate::domains::orders::loaders::{CountsOf, DeskById, ReleasedById};
use crate::domains::orders::rows::DeskRow;
use crate::domains::orders::{OrderState, VendorOrderId};
use crate::domains::vendors::VendorState;
use crate::graphql::batch::Loader;
use crate::graphql::connection::Connection;
use crate::graphql::error::{ErrorCode, client_error};
use crate::graphql::gid::{self, gid};
use crate::graphql::lookup::bounded;
use crate::graphql::page_args::PageArgs;
use crate::graphql::scalars::DateTime;
use crate::platform::clock;
use async_graphql::{Context, ID, Object, Result, SimpleObject};
use std::sync::Arc;
use uuid::Uuid;

/// What a vendor's staff works with.
pub struct VendorDesk(Arc<DeskRow>);

/// A vendor as its own staff sees it, selling or not.
#[derive(SimpleObject, Debug, Clone)]
pub struct VendorDeskVendor {
    /// Global id.
    pub id: ID,
    /// What it is called.
    pub name: String,
    /// Its name in addresses.
    pub handle: String,
    /// Whether it may sell.
    pub state: VendorState,
}

/// How many orders of a vendor stand in one state.
#[derive(SimpleObject, Debug, Clone, Copy)]
pub struct VendorOrderCount {
    /// Where they stand.
    pub state: OrderState,
    /// How many.
    pub count: i32,
}

/// What is typed to look for an order is never longer, in characters.
const LONGEST_QUERY: usize = 100;

impl VendorDesk {
    /// The desk of a vendor, for its staff; `None` for a vendor that whoever asks does not work at, as for a missing one.
    ///
    /// # Errors
    /// `UNAUTHENTICATED` when nobody is signed in; when the database failed.
    pub async fn open(ctx: &Context<'_>, vendor: Uuid) -> Result<Option<Self>> {
        if !signed_in(ctx)?.may_at(Permission::VendorOrdersRead, vendor) {
            return Ok(None);
        }
        let row = ctx.data::<Loader<DeskById>>()?.load(vendor).await?;
        Ok(row.map(Self))
    }

    /// The desk of a vendor at a moment, for whoever is known to be allowed to see it.
    ///
    /// # Errors
    /// When the database failed.
    pub(super) async fn at(moment: &Moment, vendor: Uuid) -> Result<Option<Self>> {
        let row = moment.get::<Loader<DeskById>>()?.load(vendor).await?;
        Ok(row.map(Self))
    }
}

/// What a vendor's staff works with.
#[Object]
impl VendorDesk {
    /// The vendor.
    async fn vendor(&self) -> VendorDeskVendor {
        VendorDeskVendor {
            id: gid("Vendor", self.0.id),
            name: self.0.name.clone(),
            handle: self.0.handle.clone(),
            state: self.0.state,
        }
    }

    /// The vendor's orders, newest first. What awaits its payment is not among them.
    #[expect(clippy::too_many_arguments, reason = "the arguments of every list")]
    async fn orders(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the beginning: 1 to 250.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end: 1 to 250.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
        #[graphql(desc = "Oldest first.", default_with = "Some(false)")] reverse: Option<bool>,
        #[graphql(desc = "Only in one of these states; in any when the list is empty.")]
        states: Option<Vec<OrderState>>,
        #[graphql(desc = "Only placed after this moment.")] placed_after: Option<DateTime>,
        #[graphql(desc = "Only placed before this moment.")] placed_before: Option<DateTime>,
        #[graphql(
            desc = "An order's number, such as `1001` or `#1001-2`, or the beginning of the buyer's last name or full name; at most 100 characters."
        )]
        query: Option<String>,
    ) -> Result<Connection<VendorDeskOrder>> {
        let filter = DeskFilter {
            states: list::distinct(states.unwrap_or_default()),
            placed_after: moment("placedAfter", placed_after)?,
            placed_before: moment("placedBefore", placed_before)?,
            wanted: match query {
                None => None,
                Some(query) => Wanted::read(&bounded("query", query, LONGEST_QUERY)?),
            },
        };
        let args = PageArgs {
            first,
            after,
            last,
            before,
            reverse,
        };
        list::orders_at(ctx, self.0.id, &args, &filter).await
    }

    /// One of the vendor's orders; `null` when it is none of this vendor's.
    async fn order(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The vendor order's global id.")] id: ID,
    ) -> Result<Option<VendorDeskOrder>> {
        let id = VendorOrderId(gid::expect("VendorOrder", &id)?);
        let row = ctx.data::<Loader<ReleasedById>>()?.load(id).await?;
        Ok(row
            .filter(|row| row.vendor_id == self.0.id)
            .map(VendorDeskOrder))
    }

    /// How many of the vendor's orders stand in each state; a state without any is left out.
    async fn order_counts(&self, ctx: &Context<'_>) -> Result<Vec<VendorOrderCount>> {
        let counts = ctx.data::<Loader<CountsOf>>()?.load(self.0.id).await?;
        let counts = counts.unwrap_or_default();
        Ok(counts
            .iter()
            .map(|row| VendorOrderCount {
                state: row.state,
                count: i32::try_from(row.count).unwrap_or(i32::MAX),
            })
            .collect())
    }
}

/// A moment that the database can compare with.
fn moment(name: &str, moment: Option<DateTime>) -> Result<Option<chrono::DateTime<chrono::Utc>>> {
    match moment {
        Some(DateTime(moment)) if !clock::is_storable(&moment) => Err(client_error(
            ErrorCode::BadUserInput,
            format!("`{name}` lies too far back."),
        )),
        moment => Ok(moment.map(|moment| moment.0)),
    }
}
