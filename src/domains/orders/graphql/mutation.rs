//! What can be done with orders.

use super::access::who_cancels;
use super::desk_order::VendorDeskOrder;
use super::errors::OrderUserError;
use super::inputs::{
    OrderCancelInput, OrderCancelPayload, VendorOrderRejectInput, VendorOrderShipInput,
    VendorOrderStepInput, VendorOrderStepPayload,
};
use super::order::Order;
use crate::domains::accounts::Permission;
use crate::domains::accounts::graphql::{signed_in, viewer};
use crate::domains::orders::loaders::{self, ReleasedById};
use crate::domains::orders::service::{Cancellation, Orders, VendorStep};
use crate::domains::orders::{OrderError, OrderId, Step, VendorOrderId};
use crate::graphql::batch::Loader;
use crate::graphql::lookup::bounded;
use crate::graphql::{gid, idempotent};
use async_graphql::{Context, ID, Object, Result};

/// Mutations of orders.
#[derive(Default)]
pub struct OrderMutation;

/// Mutations of orders.
#[Object]
impl OrderMutation {
    /// A vendor says that it will deliver an order.
    async fn vendor_order_accept(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which order of which vendor.")] input: VendorOrderStepInput,
    ) -> Result<Option<VendorOrderStepPayload>> {
        simple(ctx, input, Step::Accept).await.map(Some)
    }

    /// A vendor begins to put an order together.
    async fn vendor_order_prepare(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which order of which vendor.")] input: VendorOrderStepInput,
    ) -> Result<Option<VendorOrderStepPayload>> {
        simple(ctx, input, Step::Prepare).await.map(Some)
    }

    /// An order left the vendor.
    async fn vendor_order_ship(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which order of which vendor, and who carries it.")]
        input: VendorOrderShipInput,
    ) -> Result<Option<VendorOrderStepPayload>> {
        let (vendor, order) = (input.vendor_id, input.vendor_order_id);
        let mut step = begun(ctx, &vendor, &order, input.version, Step::Ship)?;
        step.tracking_company = text("trackingCompany", input.tracking_company)?;
        step.tracking_number = text("trackingNumber", input.tracking_number)?;
        done(ctx, step).await.map(Some)
    }

    /// An order is with the customer; what the courier was to collect was collected.
    async fn vendor_order_deliver(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which order of which vendor.")] input: VendorOrderStepInput,
    ) -> Result<Option<VendorOrderStepPayload>> {
        simple(ctx, input, Step::Deliver).await.map(Some)
    }

    /// A vendor does not deliver an order that has not left yet: its stock can be sold again, and what was paid for it is given back.
    async fn vendor_order_reject(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which order of which vendor, and why.")] input: VendorOrderRejectInput,
    ) -> Result<Option<VendorOrderStepPayload>> {
        let (vendor, order) = (input.vendor_id, input.vendor_order_id);
        let mut step = begun(ctx, &vendor, &order, input.version, Step::Reject)?;
        step.note = text("note", input.note)?;
        done(ctx, step).await.map(Some)
    }

    /// Calls off an order, or one vendor's part of it, as long as no vendor is too far with it: its stock is given back, and what
    /// was paid for it. For the customer who placed it, for whoever has its id with its key, and for staff who may.
    async fn order_cancel(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which order, and why.")] input: OrderCancelInput,
    ) -> Result<Option<OrderCancelPayload>> {
        cancel(ctx, input).await.map(Some)
    }
}

async fn simple(
    ctx: &Context<'_>,
    input: VendorOrderStepInput,
    step: Step,
) -> Result<VendorOrderStepPayload> {
    let (vendor, order) = (input.vendor_id, input.vendor_order_id);
    let step = begun(ctx, &vendor, &order, input.version, step)?;
    done(ctx, step).await
}

/// The step that an input stands for, once somebody is signed in.
fn begun(
    ctx: &Context<'_>,
    vendor: &ID,
    order: &ID,
    version: Option<i32>,
    step: Step,
) -> Result<VendorStep> {
    signed_in(ctx)?;
    Ok(VendorStep {
        vendor_id: gid::expect("Vendor", vendor)?,
        vendor_order_id: VendorOrderId(gid::expect("VendorOrder", order)?),
        step,
        version,
        note: None,
        tracking_company: None,
        tracking_number: None,
        key: idempotent::key(ctx)?,
    })
}

async fn done(ctx: &Context<'_>, step: VendorStep) -> Result<VendorOrderStepPayload> {
    let viewer = signed_in(ctx)?;
    let outcome = if viewer.may_at(Permission::VendorOrdersWork, step.vendor_id) {
        ctx.data::<Orders>()?.step(viewer, step).await
    } else {
        Err(OrderError::NotFound)
    };
    match outcome {
        Ok(id) => {
            loaders::forget(ctx)?;
            let row = ctx.data::<Loader<ReleasedById>>()?.load(id).await?;
            Ok(VendorOrderStepPayload {
                vendor_order: row.map(VendorDeskOrder),
                user_errors: Vec::new(),
            })
        }
        Err(error) => Ok(VendorOrderStepPayload {
            vendor_order: None,
            user_errors: vec![OrderUserError::told(error, "vendorOrderId")?],
        }),
    }
}

async fn cancel(ctx: &Context<'_>, input: OrderCancelInput) -> Result<OrderCancelPayload> {
    let (id, secret) = gid::expect_keyed("Order", &input.order_id)?;
    let id = OrderId(id);
    let part = input.vendor_order_id.as_ref();
    let part = part
        .map(|part| gid::expect("VendorOrder", part))
        .transpose()?
        .map(VendorOrderId);
    let note = text("note", input.note)?;
    let key = idempotent::key(ctx)?;
    if who_cancels(ctx, id, secret.as_ref()).await?.is_none() {
        return Ok(OrderCancelPayload {
            order: None,
            user_errors: vec![OrderUserError::not_found("orderId")],
        });
    }
    let cancellation = Cancellation {
        order_id: id,
        secret: secret.clone(),
        viewer: viewer(ctx).cloned(),
        vendor_order_id: part,
        note,
        key,
    };
    match ctx.data::<Orders>()?.cancel(cancellation).await {
        Ok(id) => Ok(OrderCancelPayload {
            order: Order::load(ctx, id, secret).await?,
            user_errors: Vec::new(),
        }),
        Err(error) => {
            // Whoever came here may see the order: what was not found is the part.
            let field = part.map_or("orderId", |_| "vendorOrderId");
            Ok(OrderCancelPayload {
                order: None,
                user_errors: vec![OrderUserError::told(error, field)?],
            })
        }
    }
}

/// A text that the database can hold; how long it may be says the service. A blank one is none.
fn text(name: &str, text: Option<String>) -> Result<Option<String>> {
    let text = text
        .map(|text| bounded(name, text, usize::MAX))
        .transpose()?;
    Ok(text
        .map(|text| text.trim().to_owned())
        .filter(|text| !text.is_empty()))
}
