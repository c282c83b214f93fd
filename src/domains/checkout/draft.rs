//! From the lines of a cart to the parts of an order: pure.

use super::error::CheckoutError;
use super::offers::Offer;
use crate::domains::carts::LineRow;
use crate::domains::inventory::Wanted;
use crate::domains::orders::{Amounts, NewLine, NewPart, OrderLineId, VendorOrderId};
use std::collections::HashMap;
use uuid::Uuid;

/// Splits the lines by vendor, in the order in which vendors come first, and copies what is sold.
///
/// # Errors
/// [`CheckoutError::Empty`], [`CheckoutError::Unavailable`] with the titles of what is sold no more, [`CheckoutError::TooLarge`].
pub(super) fn parts(lines: &[LineRow], offers: &[Offer]) -> Result<Vec<NewPart>, CheckoutError> {
    if lines.is_empty() {
        return Err(CheckoutError::Empty);
    }
    let offers: HashMap<Uuid, &Offer> = offers
        .iter()
        .map(|offer| (offer.variant_id, offer))
        .collect();
    let gone: Vec<String> = lines
        .iter()
        .filter_map(|line| gone(offers.get(&line.variant_id).copied()))
        .collect();
    if !gone.is_empty() {
        return Err(CheckoutError::Unavailable(gone));
    }
    let mut parts: Vec<NewPart> = Vec::new();
    for line in lines {
        let Some((offer, unit_price)) = offers
            .get(&line.variant_id)
            .and_then(|offer| Some((offer, offer.amount?)))
        else {
            continue;
        };
        let line = sold(line, offer, unit_price).ok_or(CheckoutError::TooLarge)?;
        match parts
            .iter_mut()
            .find(|part| part.vendor_id == offer.vendor_id)
        {
            Some(part) => part.lines.push(line),
            None => parts.push(NewPart {
                id: VendorOrderId::new(),
                vendor_id: offer.vendor_id,
                amounts: Amounts::default(),
                lines: vec![line],
            }),
        }
    }
    for part in &mut parts {
        part.amounts = Amounts::sum(part.lines.iter().map(|line| line.amounts))
            .ok_or(CheckoutError::TooLarge)?;
    }
    Ok(parts)
}

/// The title of what is sold no more.
fn gone(offer: Option<&Offer>) -> Option<String> {
    match offer {
        Some(offer) if offer.amount.is_some() => None,
        Some(offer) => Some(offer.title.clone()),
        None => Some("?".to_owned()),
    }
}

fn sold(line: &LineRow, offer: &Offer, unit_price: i64) -> Option<NewLine> {
    Some(NewLine {
        id: OrderLineId::new(),
        product_id: offer.product_id,
        variant_id: offer.variant_id,
        title: offer.title.clone(),
        variant_title: offer.variant_title.clone(),
        sku: offer.sku.clone(),
        image_file_id: offer.image_file_id,
        quantity: line.quantity,
        unit_price,
        amounts: Amounts::of_goods(unit_price, line.quantity)?,
        attributes: line.attributes.clone(),
    })
}

/// The units that the parts want.
pub(super) fn wanted(parts: &[NewPart]) -> Vec<Wanted> {
    parts
        .iter()
        .flat_map(|part| &part.lines)
        .map(|line| Wanted {
            line: line.id,
            variant_id: line.variant_id,
            quantity: line.quantity,
        })
        .collect()
}
