//! What an order, its parts and its lines hold of the fields that are asked of them.
//!
//! Who may see an order was decided before there was one. Where it goes, and what its customer can be reached by, is left to the
//! resolvers.

use super::address::said;
use super::line::{OrderLineItem, picture};
use super::money::{VendorOrderCost, currency, money};
use super::order::Order;
use super::part::VendorOrder;
use crate::domains::catalog::graphql::seen_variant;
use crate::domains::orders::OrderState;
use crate::domains::orders::loaders::{LinesOf, PartsOf, PaymentOf};
use crate::domains::orders::rows::PartRow;
use crate::domains::orders::status::{Current, FinancialStatus, FulfillmentStatus, is_cancellable};
use crate::domains::vendors::graphql::Vendor;
use crate::domains::vendors::loaders::VendorById;
use crate::graphql::attribute::Attribute;
use crate::graphql::gid::gid;
use crate::graphql::ready::{
    Asked, Described, Held, Holds, Stop, Table, text, text_or_null, value,
};
use crate::graphql::scalars::DateTime;
use std::sync::Arc;

impl Holds for Order {
    const FIELDS: Table<Self> = &[
        ("id", |order, _| text(order.gid().0)),
        ("name", |order, _| text(format!("#{}", order.row.number))),
        ("orderNumber", |order, _| {
            value(&i32::try_from(order.row.number).unwrap_or(i32::MAX))
        }),
        ("state", |order, _| value(&order.row.state)),
        ("processedAt", |order, _| {
            value(&DateTime(order.row.placed_at))
        }),
        ("canceledAt", |order, _| {
            value(&order.row.cancelled_at.map(DateTime))
        }),
        ("cancelReason", |order, _| value(&order.row.cancel_reason)),
        ("cancellable", |order, asked| {
            value(&is_cancellable(&states(order, asked)?))
        }),
        ("currencyCode", |order, _| {
            value(&currency(&order.row.currency)?)
        }),
        ("customerLocale", |order, _| {
            text(order.row.language.as_str())
        }),
        ("customAttributes", |order, asked| {
            asked.list(&Attribute::list(&order.row.attributes))
        }),
        ("note", |order, _| text_or_null(said(&order.row.note))),
        ("edited", |_, _| value(&false)),
        ("financialStatus", |order, asked| {
            let payment = asked.loaded::<PaymentOf>(order.row.id)?;
            value(&payment.map(|payment| FinancialStatus::of(&payment)))
        }),
        ("fulfillmentStatus", |order, asked| {
            value(&FulfillmentStatus::of(&states(order, asked)?))
        }),
        ("lineItems", |order, asked| {
            let args = asked.page()?;
            Order::slice(&args)?;
            let parts = parts(order, asked)?;
            let items: Vec<_> = parts.iter().map(|part| items(part, asked)).collect();
            let items: Result<Vec<_>, Stop> = items.into_iter().collect();
            let items = items?.into_iter().flatten().collect();
            asked.object(&Order::page_of_items(items, &args)?)
        }),
        ("vendorOrders", |order, asked| {
            let parts = parts(order, asked)?;
            asked.charge(parts.len())?;
            asked.made(parts.iter().cloned().map(VendorOrder))
        }),
        ("subtotalPrice", |order, asked| {
            cost(order, asked, order.row.subtotal)
        }),
        ("totalPrice", |order, asked| {
            cost(order, asked, order.row.total)
        }),
        ("totalTax", |order, asked| cost(order, asked, order.row.tax)),
        ("totalShippingPrice", |order, asked| {
            cost(order, asked, order.row.delivery)
        }),
        ("totalRefunded", |order, asked| {
            let payment = asked.loaded::<PaymentOf>(order.row.id)?;
            cost(order, asked, payment.map_or(0, |payment| payment.refunded))
        }),
        ("originalTotalPrice", |order, asked| {
            cost(order, asked, order.row.total)
        }),
        ("currentSubtotalPrice", |order, asked| {
            cost(order, asked, current(order, asked)?.subtotal)
        }),
        ("currentTotalPrice", |order, asked| {
            cost(order, asked, current(order, asked)?.total)
        }),
        ("currentTotalShippingPrice", |order, asked| {
            cost(order, asked, current(order, asked)?.delivery)
        }),
        ("currentTotalTax", |order, asked| {
            cost(order, asked, current(order, asked)?.tax)
        }),
        ("paymentMethod", |order, _| value(&order.row.payment_method)),
    ];
    const ORDINARY: &'static [&'static str] = &[
        "email",
        "phone",
        "timeline",
        "payment",
        "shippingAddress",
        "statusUrl",
    ];
}

fn parts(order: &Order, asked: &Asked<'_, '_>) -> Result<Arc<Vec<Arc<PartRow>>>, Stop> {
    Ok(asked.loaded::<PartsOf>(order.row.id)?.unwrap_or_default())
}

fn states(order: &Order, asked: &Asked<'_, '_>) -> Result<Vec<OrderState>, Stop> {
    let parts = parts(order, asked)?;
    Ok(parts.iter().map(|part| part.state).collect())
}

fn current(order: &Order, asked: &Asked<'_, '_>) -> Result<Current, Stop> {
    let parts = parts(order, asked)?;
    Ok(Current::of(parts.iter().map(AsRef::as_ref)))
}

fn cost(order: &Order, asked: &Asked<'_, '_>, minor: i64) -> Held {
    asked.object(&money(minor, &order.row.currency)?)
}

fn items(part: &Arc<PartRow>, asked: &Asked<'_, '_>) -> Result<Vec<OrderLineItem>, Stop> {
    let lines = asked.loaded::<LinesOf>(part.id)?.unwrap_or_default();
    let of = |line: &_| OrderLineItem {
        line: Arc::clone(line),
        part: Arc::clone(part),
    };
    Ok(lines.iter().map(of).collect())
}

impl Holds for VendorOrder {
    const FIELDS: Table<Self> = &[
        ("id", |part, _| text(gid("VendorOrder", part.0.id.0).0)),
        ("name", |part, _| text(part.0.name())),
        ("vendor", |part, asked| {
            let vendor = asked.loaded::<VendorById>(part.0.vendor_id)?;
            asked.object_or_null(vendor.map(Vendor).as_ref())
        }),
        ("vendorName", |part, _| text(part.0.vendor_name.as_str())),
        ("state", |part, _| value(&part.0.state)),
        ("lines", |part, asked| {
            let items = items(&part.0, asked)?;
            asked.charge(items.len())?;
            asked.list(&items)
        }),
        ("cost", |part, asked| {
            asked.object(&VendorOrderCost::of(&part.0)?)
        }),
        ("trackingCompany", |part, _| {
            text_or_null(part.0.tracking_company.as_deref())
        }),
        ("trackingNumber", |part, _| {
            text_or_null(part.0.tracking_number.as_deref())
        }),
        ("endNote", |part, _| {
            text_or_null(part.0.end_note.as_deref())
        }),
        ("updatedAt", |part, _| value(&DateTime(part.0.updated_at))),
        ("cancellable", |part, _| value(&part.0.is_cancellable())),
    ];
}

impl Holds for VendorOrderCost {
    const FIELDS: Table<Self> = &[
        ("subtotal", |cost, asked| asked.object(&cost.subtotal)),
        ("delivery", |cost, asked| asked.object(&cost.delivery)),
        ("tax", |cost, asked| asked.object(&cost.tax)),
        ("discount", |cost, asked| asked.object(&cost.discount)),
        ("total", |cost, asked| asked.object(&cost.total)),
    ];
}

impl Holds for OrderLineItem {
    const FIELDS: Table<Self> = &[
        ("title", |item, _| text(item.line.title.as_str())),
        ("variantTitle", |item, _| {
            text(item.line.variant_title.as_str())
        }),
        ("sku", |item, _| text_or_null(item.line.sku.as_deref())),
        ("image", |item, asked| {
            asked.object_or_null(picture(&item.line).as_ref())
        }),
        ("variant", |item, asked| {
            let variant = seen_variant(asked, item.line.variant_id)?;
            asked.object_or_null(variant.as_ref())
        }),
        ("quantity", |item, _| value(&item.line.quantity)),
        ("currentQuantity", |item, _| value(&item.kept())),
        ("state", |item, _| value(&item.part.state)),
        ("unitPrice", |item, asked| {
            paid(item, asked, item.line.unit_price)
        }),
        ("originalTotalPrice", |item, asked| {
            paid(item, asked, item.line.subtotal)
        }),
        ("discountedTotalPrice", |item, asked| {
            let discounted = item.line.subtotal.saturating_sub(item.line.discount);
            paid(item, asked, discounted)
        }),
        ("customAttributes", |item, asked| {
            asked.list(&Attribute::list(&item.line.attributes))
        }),
    ];
}

fn paid(item: &OrderLineItem, asked: &Asked<'_, '_>, minor: i64) -> Held {
    asked.object(&money(minor, &item.part.currency)?)
}

/// The types whose tables stand here, for the test that holds them against the schema.
#[must_use]
pub fn ready_types() -> Vec<Described> {
    vec![
        Described::of::<Order>(),
        Described::of::<VendorOrder>(),
        Described::of::<VendorOrderCost>(),
        Described::of::<OrderLineItem>(),
    ]
}
