//! What a cart and its lines hold of the fields that are asked of them.

use super::cart::{Cart, CartBuyerIdentity, CartCost};
use super::group::{CartUnavailableLine, CartVendorGroup, CartVendorGroupCost};
use super::line::{BaseCartLine, CartLine, CartLineCost};
use crate::domains::carts::Attribute as Kept;
use crate::domains::carts::offer::{by_vendor, total, units};
use crate::domains::catalog::graphql::seen_variant;
use crate::domains::vendors::graphql::Vendor;
use crate::domains::vendors::loaders::VendorById;
use crate::graphql::attribute::Attribute;
use crate::graphql::gid::{gid, keyed};
use crate::graphql::links::Links;
use crate::graphql::ready::{
    Asked, Described, Held, Holds, Shown, Stop, Table, text, text_or_null, value,
};
use crate::graphql::scalars::DateTime;
use async_graphql::Value;
use std::sync::Arc;

impl Holds for Cart {
    const FIELDS: Table<Self> = &[
        ("id", |cart, _| {
            text(keyed("Cart", cart.0.row.id.0, &cart.0.secret).0)
        }),
        ("checkoutUrl", |cart, asked| {
            let id = keyed("Cart", cart.0.row.id.0, &cart.0.secret);
            text(asked.data::<Links>()?.checkout(&id))
        }),
        ("lines", |cart, asked| {
            asked.object(&cart.page_of_lines(&asked.page()?)?)
        }),
        ("vendorGroups", |cart, asked| {
            let groups = by_vendor(&cart.0.contents.lines);
            asked.charge(groups.len())?;
            let groups = groups.into_iter();
            asked.made(groups.map(|(vendor_id, lines)| CartVendorGroup {
                vendor_id,
                lines,
                cart: Arc::clone(&cart.0),
            }))
        }),
        ("unavailableLines", |cart, asked| {
            let lines = &cart.0.contents.unavailable;
            asked.charge(lines.len())?;
            asked.made(lines.iter().cloned().map(CartUnavailableLine::from))
        }),
        ("totalQuantity", |cart, _| {
            value(&units(&cart.0.contents.lines))
        }),
        ("cost", |cart, asked| asked.object(&cart.cost_of_lines())),
        ("buyerIdentity", |cart, asked| asked.object(&cart.buyer())),
        ("note", |cart, asked| {
            let note = cart.0.texts.note.as_str();
            asked.charge_bytes(note.len())?;
            text_or_null(Some(note).filter(|note| !note.is_empty()))
        }),
        ("attributes", |cart, asked| {
            attributes(asked, &cart.0.texts.attributes)
        }),
        ("attribute", |cart, asked| {
            attribute(asked, &cart.0.texts.attributes)
        }),
        ("createdAt", |cart, _| {
            value(&DateTime(cart.0.row.created_at))
        }),
        ("updatedAt", |cart, _| {
            value(&DateTime(cart.0.row.updated_at))
        }),
    ];
}

fn attributes(asked: &Asked<'_, '_>, kept: &[Kept]) -> Held {
    asked.charge(kept.len())?;
    let bytes = kept
        .iter()
        .map(|kept| kept.key.len().saturating_add(kept.value.len()));
    asked.charge_bytes(bytes.fold(0, usize::saturating_add))?;
    asked.made(kept.iter().cloned().map(Attribute::from))
}

fn attribute(asked: &Asked<'_, '_>, kept: &[Kept]) -> Held {
    let key: String = asked.argument("key")?;
    let Some(found) = kept.iter().find(|kept| kept.key == key) else {
        return Ok(Value::Null);
    };
    asked.charge_bytes(found.value.len())?;
    asked.object(&Attribute::from(found.clone()))
}

impl Holds for CartCost {
    const FIELDS: Table<Self> = &[
        ("checkoutChargeAmount", |cost, asked| {
            asked.object(&cost.money(cost.subtotal))
        }),
        ("subtotalAmount", |cost, asked| {
            asked.object(&cost.money(cost.subtotal))
        }),
        ("subtotalAmountEstimated", |_, _| value(&false)),
        ("totalAmount", |cost, asked| {
            asked.object(&cost.money(cost.subtotal))
        }),
        ("totalAmountEstimated", |_, _| value(&true)),
        ("totalTaxAmount", |cost, asked| asked.object(&cost.money(0))),
        ("totalTaxAmountEstimated", |_, _| value(&true)),
    ];
}

impl Holds for CartBuyerIdentity {
    const FIELDS: Table<Self> = &[
        ("countryCode", |buyer, _| value(&buyer.country_code)),
        ("email", |buyer, _| text_or_null(buyer.email.as_deref())),
        ("phone", |buyer, _| text_or_null(buyer.phone.as_deref())),
    ];
}

impl Shown for BaseCartLine {
    fn shown(&self, asked: &Asked<'_, '_>) -> Held {
        match self {
            Self::CartLine(line) => asked.member("BaseCartLine", line),
        }
    }
}

impl Holds for CartLine {
    const FIELDS: Table<Self> = &[
        ("id", |line, _| text(gid("CartLine", line.line.id.0).0)),
        ("quantity", |line, _| value(&line.line.quantity)),
        ("merchandise", |line, asked| {
            let variant = seen_variant(asked, line.line.variant_id)?;
            asked.member("Merchandise", &variant.ok_or(Stop::Ordinary)?)
        }),
        ("cost", |line, asked| asked.object(&line.comes_to())),
        ("attributes", |line, asked| {
            attributes(asked, &line.line.attributes)
        }),
        ("attribute", |line, asked| {
            attribute(asked, &line.line.attributes)
        }),
    ];
}

impl Holds for CartLineCost {
    const FIELDS: Table<Self> = &[
        ("amountPerQuantity", |cost, asked| {
            asked.object(&cost.amount_per_quantity)
        }),
        ("compareAtAmountPerQuantity", |cost, asked| {
            asked.object_or_null(cost.compare_at_amount_per_quantity.as_ref())
        }),
        ("subtotalAmount", |cost, asked| {
            asked.object(&cost.subtotal_amount)
        }),
        ("totalAmount", |cost, asked| {
            asked.object(&cost.total_amount)
        }),
    ];
}

impl Holds for CartVendorGroup {
    const FIELDS: Table<Self> = &[
        ("vendor", |group, asked| {
            let vendor = asked.loaded::<VendorById>(group.vendor_id)?;
            asked.object(&Vendor(vendor.ok_or(Stop::Ordinary)?))
        }),
        ("lines", |group, asked| {
            asked.charge(group.lines.len())?;
            let lines = group.lines.iter();
            asked.made(lines.map(|line| CartLine::of(line, &group.cart)))
        }),
        ("totalQuantity", |group, _| value(&units(&group.lines))),
        ("cost", |group, asked| {
            asked.object(&group.comes_to(total(&group.lines)))
        }),
    ];
}

impl Holds for CartVendorGroupCost {
    const FIELDS: Table<Self> = &[
        ("subtotalAmount", |cost, asked| {
            asked.object(&cost.subtotal_amount)
        }),
        ("totalAmount", |cost, asked| {
            asked.object(&cost.total_amount)
        }),
    ];
}

impl Holds for CartUnavailableLine {
    const FIELDS: Table<Self> = &[
        ("id", |line, _| text(line.id.as_str())),
        ("title", |line, _| text(line.title.as_str())),
        ("quantity", |line, _| value(&line.quantity)),
        ("reason", |line, _| value(&line.reason)),
    ];
}

/// The types whose tables stand here, for the test that holds them against the schema.
#[must_use]
pub fn ready_types() -> Vec<Described> {
    vec![
        Described::of::<Cart>(),
        Described::of::<CartCost>(),
        Described::of::<CartBuyerIdentity>(),
        Described::of::<CartLine>(),
        Described::of::<CartLineCost>(),
        Described::of::<CartVendorGroup>(),
        Described::of::<CartVendorGroupCost>(),
        Described::of::<CartUnavailableLine>(),
    ]
}
