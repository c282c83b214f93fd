//! A vendor's order, as the vendor's staff sees it: nothing of other vendors' parts.

use super::address::{MailingAddress, said};
use super::line::picture;
use super::money::{VendorOrderCost, money};
use crate::domains::media::graphql::Image;
use crate::domains::orders::loaders::{ContactOf, LinesOf, TimelineOf};
use crate::domains::orders::rows::{LineRow, PartRow, TimelineRow};
use crate::domains::orders::{ActorKind, OrderState, PaymentMethod, Step};
use crate::graphql::attribute::Attribute;
use crate::graphql::batch::Loader;
use crate::graphql::budget::charge;
use crate::graphql::gid::gid;
use crate::graphql::money::MoneyV2;
use crate::graphql::scalars::DateTime;
use async_graphql::{Context, ID, Object, Result, SimpleObject};
use std::sync::Arc;

/// A vendor's order, as the vendor's staff sees it.
#[derive(Clone)]
pub struct VendorDeskOrder(pub Arc<PartRow>);

/// Who a vendor's order goes to.
#[derive(SimpleObject, Clone)]
pub struct VendorDeskContact {
    /// Full name of the one who receives it.
    pub name: Option<String>,
    /// Where the one who receives it is called.
    pub phone: Option<String>,
    /// Where it goes.
    pub address: MailingAddress,
}

/// What a vendor can do with an order that stands here.
pub fn vendors_steps(state: OrderState) -> Vec<Step> {
    let mut steps = state.steps();
    steps.retain(|step| !matches!(step, Step::Release | Step::Cancel));
    steps
}

/// A vendor's order, as the vendor's staff sees it.
#[Object]
impl VendorDeskOrder {
    /// Global id.
    async fn id(&self) -> ID {
        gid("VendorOrder", self.0.id.0)
    }

    /// What people call it, such as `#1001`: the number that the customer knows, too.
    async fn name(&self) -> String {
        format!("#{}", self.0.order_number)
    }

    /// Where it stands.
    async fn state(&self) -> OrderState {
        self.0.state
    }

    /// Counts its changes: a step that names it is refused when somebody was faster.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// What the vendor can do with it now.
    async fn steps(&self) -> Vec<Step> {
        vendors_steps(self.0.state)
    }

    /// What was bought.
    async fn lines(&self, ctx: &Context<'_>) -> Result<Vec<VendorDeskOrderLine>> {
        let lines = ctx.data::<Loader<LinesOf>>()?.load(self.0.id).await?;
        let lines = lines.unwrap_or_default();
        charge(ctx, lines.len()).await;
        Ok(lines
            .iter()
            .map(|line| VendorDeskOrderLine {
                line: Arc::clone(line),
                part: Arc::clone(&self.0),
            })
            .collect())
    }

    /// What it comes to.
    async fn cost(&self) -> Result<VendorOrderCost> {
        VendorOrderCost::of(&self.0)
    }

    /// Who it goes to.
    async fn contact(&self, ctx: &Context<'_>) -> Result<Option<VendorDeskContact>> {
        let row = ctx
            .data::<Loader<ContactOf>>()?
            .load(self.0.order_id)
            .await?;
        Ok(row.map(|row| {
            let phone = said(&row.phone).map(str::to_owned);
            let address = MailingAddress(row);
            VendorDeskContact {
                name: address.full_name(),
                phone,
                address,
            }
        }))
    }

    /// How it is paid.
    async fn payment_method(&self) -> PaymentMethod {
        self.0.payment_method
    }

    /// What the courier collects: zero when it is paid otherwise, was paid already or was given up.
    async fn amount_to_collect(&self) -> Result<MoneyV2> {
        money(self.0.to_collect(), &self.0.currency)
    }

    /// The customer's words.
    async fn note(&self) -> Option<&str> {
        said(&self.0.note)
    }

    /// When it was placed.
    async fn placed_at(&self) -> DateTime {
        DateTime(self.0.placed_at)
    }

    /// When it was changed last.
    async fn updated_at(&self) -> DateTime {
        DateTime(self.0.updated_at)
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

    /// What happened to it, oldest first.
    async fn timeline(&self, ctx: &Context<'_>) -> Result<Vec<VendorDeskTimelineEntry>> {
        let rows = ctx
            .data::<Loader<TimelineOf>>()?
            .load(self.0.order_id)
            .await?;
        let rows = rows.unwrap_or_default();
        let own = rows
            .iter()
            .filter(|row| row.vendor_order_id == Some(self.0.id));
        let entries: Vec<_> = own.cloned().map(VendorDeskTimelineEntry).collect();
        charge(ctx, entries.len()).await;
        Ok(entries)
    }
}

/// A thing that a vendor sold, as it was at the sale.
#[derive(Clone)]
pub struct VendorDeskOrderLine {
    line: Arc<LineRow>,
    part: Arc<PartRow>,
}

/// A thing that a vendor sold, as it was at the sale.
#[Object]
impl VendorDeskOrderLine {
    /// Title of the product, in the language of the order.
    async fn title(&self) -> &str {
        &self.line.title
    }

    /// The names of its choices, such as `Blue / L`.
    async fn variant_title(&self) -> &str {
        &self.line.variant_title
    }

    /// What the vendor calls it.
    async fn sku(&self) -> Option<&str> {
        self.line.sku.as_deref()
    }

    /// Its picture.
    async fn image(&self) -> Option<Image> {
        picture(&self.line)
    }

    /// How many were sold.
    async fn quantity(&self) -> i32 {
        self.line.quantity
    }

    /// What one cost.
    async fn unit_price(&self) -> Result<MoneyV2> {
        money(self.line.unit_price, &self.part.currency)
    }

    /// What all of them cost, before discounts.
    async fn total_price(&self) -> Result<MoneyV2> {
        money(self.line.subtotal, &self.part.currency)
    }

    /// What the storefront wanted to remember.
    async fn custom_attributes(&self) -> Vec<Attribute> {
        Attribute::list(&self.line.attributes)
    }
}

/// Something that happened to a vendor's order.
#[derive(Clone)]
pub struct VendorDeskTimelineEntry(Arc<TimelineRow>);

/// Something that happened to a vendor's order.
#[Object]
impl VendorDeskTimelineEntry {
    /// What happened, such as `ACCEPTED`.
    async fn kind(&self) -> &str {
        &self.0.kind
    }

    /// The state it led to.
    async fn state(&self) -> Option<OrderState> {
        self.0.state
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
