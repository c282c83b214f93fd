//! Following orders.

use super::desk::VendorDesk;
use super::desk_order::VendorDeskOrder;
use super::order::Order;
use super::part::VendorOrder;
use super::update::{OrderUpdate, OrderUpdateKind, VendorOrdersUpdate, fact, place};
use crate::domains::accounts::Permission;
use crate::domains::accounts::graphql::signed_in;
use crate::domains::live::{Moment, Step, Teller, Told, What, follow, gone};
use crate::domains::orders::access::as_whom;
use crate::domains::orders::loaders::{OrderById, PartsOf, ReleasedById};
use crate::domains::orders::rows::PartRow;
use crate::domains::orders::{OrderId, VendorOrderId};
use crate::graphql::batch::Loader;
use crate::graphql::gid;
use crate::platform::outbox::Audience;
use crate::platform::outbox::log::LoggedEvent;
use crate::platform::secret::Secret;
use async_graphql::{Context, ID, Result, Subscription};
use futures_util::Stream;
use std::sync::Arc;
use uuid::Uuid;

/// Subscriptions about orders.
#[derive(Default)]
pub struct OrderSubscription;

/// Subscriptions about orders.
#[Subscription]
impl OrderSubscription {
    /// What happens to an order: for the customer who placed it, for whoever has its id with its key, and for staff who may see it.
    /// Every step is told once and in order, to whoever comes back with the cursor of the last one too.
    async fn order_updated(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The order's global id, with its key if there is one.")] order_id: ID,
        #[graphql(
            desc = "The cursor of the last event that was seen: what came after it is told first. Without it the subscription begins now."
        )]
        after: Option<String>,
    ) -> Result<impl Stream<Item = Result<Told<OrderUpdate>>>> {
        let (id, secret) = gid::expect_keyed("Order", &order_id)?;
        let id = OrderId(id);
        let follows = follow(ctx, Audience::Order(id.0), after, OneOrder { id, secret });
        // Boxed: the stream keeps room for its beginning as long as it lives.
        Box::pin(follows).await
    }

    /// What happens to the orders of a vendor, new ones among it: for the vendor's staff. An order that awaits its payment is not
    /// told of.
    async fn vendor_orders_updated(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The vendor's global id.")] vendor_id: ID,
        #[graphql(
            desc = "The cursor of the last event that was seen: what came after it is told first. Without it the subscription begins now."
        )]
        after: Option<String>,
    ) -> Result<impl Stream<Item = Result<Told<VendorOrdersUpdate>>>> {
        // Whoever is not signed in is told so, whatever they ask with.
        signed_in(ctx)?;
        let vendor = gid::expect("Vendor", &vendor_id)?;
        Box::pin(follow(
            ctx,
            Audience::Vendor(vendor),
            after,
            OneVendor(vendor),
        ))
        .await
    }
}

/// Tells of one order.
struct OneOrder {
    id: OrderId,
    secret: Option<Secret>,
}

impl Teller for OneOrder {
    type Answer = OrderUpdate;

    async fn tell(&self, step: Step) -> Result<Option<OrderUpdate>> {
        let order = step
            .moment
            .get::<Loader<OrderById>>()?
            .load(self.id)
            .await?;
        let order = order.filter(|row| {
            let whose = (row.secret_hash.as_slice(), row.customer_id);
            let viewer = step.viewer.as_deref();
            as_whom(viewer, self.secret.as_ref(), whose, Permission::OrdersRead).is_some()
        });
        let order = order.ok_or_else(|| gone("order"))?;
        let Some(kind) = OrderUpdateKind::of(&step.what) else {
            return Ok(None);
        };
        let part = match &step.what {
            What::Happened(event) => part_of(&step.moment, self.id, event).await?,
            What::Started | What::Resync => None,
        };
        let (cursor, happened_at) = place(&step);
        Ok(Some(OrderUpdate {
            cursor,
            kind,
            happened_at,
            order: Order::new(order, self.secret.clone()),
            vendor_order: part.map(VendorOrder),
        }))
    }
}

/// The part that an event is about.
async fn part_of(
    moment: &Moment,
    order: OrderId,
    event: &LoggedEvent,
) -> Result<Option<Arc<PartRow>>> {
    let Some(id) = fact(event, "part") else {
        return Ok(None);
    };
    let parts = moment.get::<Loader<PartsOf>>()?.load(order).await?;
    let parts = parts.unwrap_or_default();
    Ok(parts.iter().find(|part| part.id.0 == id).cloned())
}

/// Tells of the orders of one vendor.
struct OneVendor(Uuid);

impl Teller for OneVendor {
    type Answer = VendorOrdersUpdate;

    async fn tell(&self, step: Step) -> Result<Option<VendorOrdersUpdate>> {
        let may = step
            .viewer
            .as_deref()
            .is_some_and(|viewer| viewer.may_at(Permission::VendorOrdersRead, self.0));
        let desk = if may {
            VendorDesk::at(&step.moment, self.0).await?
        } else {
            None
        };
        let vendor_desk = desk.ok_or_else(|| gone("vendor"))?;
        let Some(kind) = OrderUpdateKind::of(&step.what) else {
            return Ok(None);
        };
        let vendor_order = match &step.what {
            What::Happened(event) => match self.order_of(&step.moment, event).await? {
                Some(row) => Some(VendorDeskOrder(row)),
                None => return Ok(None),
            },
            What::Started | What::Resync => None,
        };
        let (cursor, happened_at) = place(&step);
        Ok(Some(VendorOrdersUpdate {
            cursor,
            kind,
            happened_at,
            vendor_desk,
            vendor_order,
        }))
    }
}

impl OneVendor {
    /// The vendor's order that an event is about, if the vendor sees it.
    async fn order_of(&self, moment: &Moment, event: &LoggedEvent) -> Result<Option<Arc<PartRow>>> {
        let part = match fact(event, "part") {
            Some(part) => Some(VendorOrderId(part)),
            None => self.part_of(moment, event).await?,
        };
        let Some(part) = part else {
            return Ok(None);
        };
        let row = moment.get::<Loader<ReleasedById>>()?.load(part).await?;
        Ok(row.filter(|row| row.vendor_id == self.0))
    }

    /// The vendor's part of the order that an event is about.
    async fn part_of(&self, moment: &Moment, event: &LoggedEvent) -> Result<Option<VendorOrderId>> {
        let Some(order) = fact(event, "order") else {
            return Ok(None);
        };
        let parts = moment
            .get::<Loader<PartsOf>>()?
            .load(OrderId(order))
            .await?;
        let parts = parts.unwrap_or_default();
        let own = parts.iter().find(|part| part.vendor_id == self.0);
        Ok(own.map(|part| part.id))
    }
}
