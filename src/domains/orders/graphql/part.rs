//! One vendor's part of an order, as its buyer sees it.

use super::line::OrderLineItem;
use super::money::VendorOrderCost;
use crate::domains::orders::loaders::{LinesOf, PartsOf};
use crate::domains::orders::rows::{PartRow, TimelineRow};
use crate::domains::orders::{ActorKind, OrderId, OrderState};
use crate::domains::vendors::graphql::{Vendor, vendor_by_id};
use crate::graphql::batch::Loader;
use crate::graphql::budget::charge;
use crate::graphql::gid::gid;
use crate::graphql::ready::ReadyList;
use crate::graphql::scalars::DateTime;
use async_graphql::{Context, ID, Object, Result};
use std::sync::Arc;

/// One vendor's part of an order: it is accepted, sent and delivered by itself.
#[derive(Clone)]
pub struct VendorOrder(pub Arc<PartRow>);

impl VendorOrder {
    /// The parts of an order, in order.
    ///
    /// # Errors
    /// When the database failed.
    pub async fn all_of(ctx: &Context<'_>, order: OrderId) -> Result<Arc<Vec<Arc<PartRow>>>> {
        let parts = ctx.data::<Loader<PartsOf>>()?.load(order).await?;
        Ok(parts.unwrap_or_default())
    }

    /// Its lines, in order.
    ///
    /// # Errors
    /// When the database failed.
    pub async fn items(ctx: &Context<'_>, part: &Arc<PartRow>) -> Result<Vec<OrderLineItem>> {
        let lines = ctx.data::<Loader<LinesOf>>()?.load(part.id).await?;
        let lines = lines.unwrap_or_default();
        Ok(lines
            .iter()
            .map(|line| OrderLineItem {
                line: Arc::clone(line),
                part: Arc::clone(part),
            })
            .collect())
    }
}

/// One vendor's part of an order: it is accepted, sent and delivered by itself.
#[Object]
impl VendorOrder {
    /// Global id.
    async fn id(&self) -> ID {
        gid("VendorOrder", self.0.id.0)
    }

    /// What people call it, such as `#1001-1`.
    async fn name(&self) -> String {
        self.0.name()
    }

    /// The vendor, while it sells here.
    async fn vendor(&self, ctx: &Context<'_>) -> Result<Option<Vendor>> {
        vendor_by_id(ctx, self.0.vendor_id).await
    }

    /// What the vendor is called, selling or not.
    async fn vendor_name(&self) -> &str {
        &self.0.vendor_name
    }

    /// Where it stands.
    async fn state(&self) -> OrderState {
        self.0.state
    }

    /// What was bought of this vendor.
    async fn lines(&self, ctx: &Context<'_>) -> Result<ReadyList<OrderLineItem>> {
        let items = Self::items(ctx, &self.0).await?;
        charge(ctx, items.len()).await;
        Ok(items.into_iter().collect())
    }

    /// What it comes to.
    async fn cost(&self) -> Result<VendorOrderCost> {
        VendorOrderCost::of(&self.0)
    }

    /// Who carries it.
    async fn tracking_company(&self) -> Option<&str> {
        self.0.tracking_company.as_deref()
    }

    /// The carrier's number.
    async fn tracking_number(&self) -> Option<&str> {
        self.0.tracking_number.as_deref()
    }

    /// What was said when it was rejected or called off.
    async fn end_note(&self) -> Option<&str> {
        self.0.end_note.as_deref()
    }

    /// When it was changed last.
    async fn updated_at(&self) -> DateTime {
        DateTime(self.0.updated_at)
    }

    /// Whether it can still be called off.
    async fn cancellable(&self) -> bool {
        self.0.is_cancellable()
    }
}

/// Something that happened to an order.
#[derive(Clone)]
pub struct OrderTimelineEntry(pub Arc<TimelineRow>);

/// Something that happened to an order.
#[Object]
impl OrderTimelineEntry {
    /// What happened, such as `PLACED`.
    async fn kind(&self) -> &str {
        &self.0.kind
    }

    /// The state it led to.
    async fn state(&self) -> Option<OrderState> {
        self.0.state
    }

    /// The vendor's part it happened to; absent when it was the whole order.
    async fn vendor_order(&self, ctx: &Context<'_>) -> Result<Option<VendorOrder>> {
        let Some(id) = self.0.vendor_order_id else {
            return Ok(None);
        };
        let parts = VendorOrder::all_of(ctx, self.0.order_id).await?;
        let part = parts.iter().find(|part| part.id == id);
        Ok(part.cloned().map(VendorOrder))
    }

    /// What kind of person did it, or the program itself.
    async fn actor(&self) -> ActorKind {
        self.0.actor
    }

    /// When it happened.
    async fn happened_at(&self) -> DateTime {
        DateTime(self.0.happened_at)
    }
}
