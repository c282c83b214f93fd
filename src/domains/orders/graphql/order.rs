//! An order in the schema.

use super::address::{MailingAddress, said};
use super::line::OrderLineItem;
use super::money::{currency, money};
use super::part::{OrderTimelineEntry, VendorOrder};
use super::payment::OrderPayment;
use crate::domains::orders::loaders::{ContactOf, PaymentOf, TimelineOf};
use crate::domains::orders::rows::{ContactRow, OrderRow, PartRow, PaymentRow};
use crate::domains::orders::status::{Current, FinancialStatus, FulfillmentStatus, is_cancellable};
use crate::domains::orders::{CancelReason, OrderState, PaymentMethod};
use crate::graphql::attribute::Attribute;
use crate::graphql::batch::Loader;
use crate::graphql::budget::charge;
use crate::graphql::codes::CurrencyCode;
use crate::graphql::connection::{Connection, Placed};
use crate::graphql::gid::{gid, keyed};
use crate::graphql::links::Links;
use crate::graphql::money::MoneyV2;
use crate::graphql::page_args::{Order as ListOrder, PageArgs};
use crate::graphql::ready::{Ready, ReadyList};
use crate::graphql::scalars::{DateTime, Url};
use crate::platform::db::{Key, KeyKind, Slice};
use crate::platform::secret::Secret;
use async_graphql::{Context, ID, Object, Result};
use futures_util::future::try_join_all;
use std::sync::Arc;

/// What a customer bought, of all vendors at once.
#[derive(Clone)]
pub struct Order {
    pub(super) row: Arc<OrderRow>,
    /// The one that the request came with.
    secret: Option<Secret>,
}

/// The lines of an order stand as they were in the cart.
const BY_POSITION: ListOrder = ListOrder {
    name: "POSITION",
    kind: KeyKind::Int,
    descending: false,
};

impl Order {
    pub(super) const fn new(row: Arc<OrderRow>, secret: Option<Secret>) -> Self {
        Self { row, secret }
    }

    /// Its global id, with its key when the request came with it.
    pub(super) fn gid(&self) -> ID {
        match &self.secret {
            Some(secret) => keyed("Order", self.row.id.0, secret),
            None => gid("Order", self.row.id.0),
        }
    }

    /// The part of its lines that is asked for.
    pub(super) fn slice(args: &PageArgs) -> Result<Slice> {
        args.slice(BY_POSITION)
    }

    /// A part of its lines.
    pub(super) fn page_of_items(
        items: Vec<OrderLineItem>,
        args: &PageArgs,
    ) -> Result<Connection<Ready<OrderLineItem>>> {
        let slice = Self::slice(args)?;
        let placed = items.into_iter().map(|item| Placed {
            key: Key::Int(i64::from(item.line.position)),
            id: item.line.id.0,
            item: Ready(item),
        });
        Ok(Connection::of_all(placed.collect(), &slice, BY_POSITION))
    }

    fn money(&self, minor: i64) -> Result<MoneyV2> {
        money(minor, &self.row.currency)
    }

    async fn parts(&self, ctx: &Context<'_>) -> Result<Arc<Vec<Arc<PartRow>>>> {
        VendorOrder::all_of(ctx, self.row.id).await
    }

    async fn states(&self, ctx: &Context<'_>) -> Result<Vec<OrderState>> {
        let parts = self.parts(ctx).await?;
        Ok(parts.iter().map(|part| part.state).collect())
    }

    async fn current(&self, ctx: &Context<'_>) -> Result<Current> {
        let parts = self.parts(ctx).await?;
        Ok(Current::of(parts.iter().map(AsRef::as_ref)))
    }

    async fn contact(&self, ctx: &Context<'_>) -> Result<Option<Arc<ContactRow>>> {
        ctx.data::<Loader<ContactOf>>()?.load(self.row.id).await
    }

    async fn paying(&self, ctx: &Context<'_>) -> Result<Option<Arc<PaymentRow>>> {
        ctx.data::<Loader<PaymentOf>>()?.load(self.row.id).await
    }

    async fn items(&self, ctx: &Context<'_>) -> Result<Vec<OrderLineItem>> {
        let parts = self.parts(ctx).await?;
        // Asked together, so that all of them are answered by one statement.
        let items = try_join_all(parts.iter().map(|part| VendorOrder::items(ctx, part)));
        Ok(items.await?.into_iter().flatten().collect())
    }
}

/// What a customer bought, of all vendors at once.
#[Object]
impl Order {
    /// Global id. It holds the order's key when the request came with it.
    pub async fn id(&self) -> ID {
        self.gid()
    }

    /// What people call it, such as `#1001`.
    async fn name(&self) -> String {
        format!("#{}", self.row.number)
    }

    /// Its number.
    async fn order_number(&self) -> i32 {
        i32::try_from(self.row.number).unwrap_or(i32::MAX)
    }

    /// Where it stands: where the part stands that is furthest behind, those that were given up left out.
    async fn state(&self) -> OrderState {
        self.row.state
    }

    /// Where the customer is written to.
    async fn email(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        let contact = self.contact(ctx).await?;
        Ok(contact.and_then(|contact| said(&contact.email).map(str::to_owned)))
    }

    /// Where the customer is called.
    async fn phone(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        let contact = self.contact(ctx).await?;
        Ok(contact.and_then(|contact| said(&contact.phone).map(str::to_owned)))
    }

    /// When it was placed.
    async fn processed_at(&self) -> DateTime {
        DateTime(self.row.placed_at)
    }

    /// When it was called off.
    async fn canceled_at(&self) -> Option<DateTime> {
        self.row.cancelled_at.map(DateTime)
    }

    /// Why it was called off.
    async fn cancel_reason(&self) -> Option<CancelReason> {
        self.row.cancel_reason
    }

    /// Whether it can still be called off as a whole, or what is left of it.
    async fn cancellable(&self, ctx: &Context<'_>) -> Result<bool> {
        Ok(is_cancellable(&self.states(ctx).await?))
    }

    /// The currency of its amounts.
    async fn currency_code(&self) -> Result<CurrencyCode> {
        currency(&self.row.currency)
    }

    /// The language it was placed in.
    async fn customer_locale(&self) -> Option<&str> {
        Some(&self.row.language)
    }

    /// What the storefront wanted to remember.
    async fn custom_attributes(&self) -> Vec<Attribute> {
        Attribute::list(&self.row.attributes)
    }

    /// The customer's words to the vendors.
    async fn note(&self) -> Option<&str> {
        said(&self.row.note)
    }

    /// Whether it was changed after it was placed: it never is.
    async fn edited(&self) -> bool {
        false
    }

    /// How far it is paid.
    async fn financial_status(&self, ctx: &Context<'_>) -> Result<Option<FinancialStatus>> {
        let payment = self.paying(ctx).await?;
        Ok(payment.map(|payment| FinancialStatus::of(&payment)))
    }

    /// How far it is on its way.
    async fn fulfillment_status(&self, ctx: &Context<'_>) -> Result<FulfillmentStatus> {
        Ok(FulfillmentStatus::of(&self.states(ctx).await?))
    }

    /// What was bought, as it was at the sale.
    async fn line_items(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the beginning: 1 to 250.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end: 1 to 250.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
        #[graphql(desc = "The list the other way round.", default_with = "Some(false)")]
        reverse: Option<bool>,
    ) -> Result<Ready<Connection<Ready<OrderLineItem>>>> {
        let args = PageArgs {
            first,
            after,
            last,
            before,
            reverse,
        };
        Self::slice(&args)?;
        Self::page_of_items(self.items(ctx).await?, &args).map(Ready)
    }

    /// Each vendor's part of it.
    async fn vendor_orders(&self, ctx: &Context<'_>) -> Result<ReadyList<VendorOrder>> {
        let parts = self.parts(ctx).await?;
        charge(ctx, parts.len()).await;
        Ok(parts.iter().cloned().map(VendorOrder).collect())
    }

    /// What happened to it, oldest first.
    async fn timeline(&self, ctx: &Context<'_>) -> Result<Vec<OrderTimelineEntry>> {
        let rows = ctx.data::<Loader<TimelineOf>>()?.load(self.row.id).await?;
        let rows = rows.unwrap_or_default();
        charge(ctx, rows.len()).await;
        Ok(rows.iter().cloned().map(OrderTimelineEntry).collect())
    }

    /// What its lines cost.
    async fn subtotal_price(&self) -> Result<Option<MoneyV2>> {
        self.money(self.row.subtotal).map(Some)
    }

    /// What was agreed to be paid: lines, delivery and tax, less discounts.
    async fn total_price(&self) -> Result<MoneyV2> {
        self.money(self.row.total)
    }

    /// Its tax.
    async fn total_tax(&self) -> Result<Option<MoneyV2>> {
        self.money(self.row.tax).map(Some)
    }

    /// What bringing it costs.
    async fn total_shipping_price(&self) -> Result<MoneyV2> {
        self.money(self.row.delivery)
    }

    /// What was given back.
    async fn total_refunded(&self, ctx: &Context<'_>) -> Result<MoneyV2> {
        let payment = self.paying(ctx).await?;
        self.money(payment.map_or(0, |payment| payment.refunded))
    }

    /// What was agreed to be paid when it was placed.
    async fn original_total_price(&self) -> Result<MoneyV2> {
        self.money(self.row.total)
    }

    /// What its lines cost without the parts that were given up.
    async fn current_subtotal_price(&self, ctx: &Context<'_>) -> Result<MoneyV2> {
        self.money(self.current(ctx).await?.subtotal)
    }

    /// What it comes to without the parts that were given up.
    async fn current_total_price(&self, ctx: &Context<'_>) -> Result<MoneyV2> {
        self.money(self.current(ctx).await?.total)
    }

    /// What bringing it costs without the parts that were given up.
    async fn current_total_shipping_price(&self, ctx: &Context<'_>) -> Result<MoneyV2> {
        self.money(self.current(ctx).await?.delivery)
    }

    /// Its tax without the parts that were given up.
    async fn current_total_tax(&self, ctx: &Context<'_>) -> Result<MoneyV2> {
        self.money(self.current(ctx).await?.tax)
    }

    /// How it is paid.
    async fn payment_method(&self) -> PaymentMethod {
        self.row.payment_method
    }

    /// How far its payment is.
    async fn payment(&self, ctx: &Context<'_>) -> Result<Option<OrderPayment>> {
        Ok(self.paying(ctx).await?.map(OrderPayment))
    }

    /// Where it goes.
    async fn shipping_address(&self, ctx: &Context<'_>) -> Result<Option<MailingAddress>> {
        Ok(self.contact(ctx).await?.map(MailingAddress))
    }

    /// Where the storefront shows it; with its key when the request came with it.
    async fn status_url(&self, ctx: &Context<'_>) -> Result<Url> {
        let key = self.secret.as_ref().map(Secret::text);
        let key = key.map_or_else(String::new, |key| format!("?key={key}"));
        let page = format!("orders/{}{key}", self.row.id);
        Ok(Url(ctx.data::<Links>()?.page(&page)))
    }
}
