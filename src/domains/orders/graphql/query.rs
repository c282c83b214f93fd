//! What can be asked about orders.

use super::desk::VendorDesk;
use super::order::Order;
use crate::domains::orders::OrderId;
use crate::graphql::gid;
use crate::graphql::ready::Ready;
use async_graphql::{Context, ID, Object, Result};

/// Queries about orders.
#[derive(Default)]
pub struct OrderQuery;

/// Queries about orders.
#[Object]
impl OrderQuery {
    /// An order, for the customer who placed it, for whoever has its id with its key, and for staff who may; `null` for everybody
    /// else, as for an order that is not there.
    async fn order(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The order's global id, with its key if there is one.")] id: ID,
    ) -> Result<Option<Ready<Order>>> {
        Ok(order_by_gid(ctx, &id).await?.map(Ready))
    }

    /// What a vendor's staff works with; `null` for a vendor that the viewer does not work at, as for one that is not there.
    async fn vendor_desk(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The vendor's global id.")] vendor_id: ID,
    ) -> Result<Option<VendorDesk>> {
        // Whoever is not signed in is told so, whatever they ask with.
        crate::domains::accounts::graphql::signed_in(ctx)?;
        VendorDesk::open(ctx, gid::expect("Vendor", &vendor_id)?).await
    }
}

/// The order of a global id, with its key or without, if whoever asks may see it.
///
/// # Errors
/// `INVALID_ID` for a text that is no id of an order; when the database failed.
pub async fn order_by_gid(ctx: &Context<'_>, id: &ID) -> Result<Option<Order>> {
    let (id, secret) = gid::expect_keyed("Order", id)?;
    Order::readable(ctx, OrderId(id), secret).await
}
