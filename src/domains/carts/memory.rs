//! How much a storefront may remember with a cart: so much that everybody's carts fit in memory when they are read.

use super::error::{CartErrorCode, Fault};
use super::model::LineRow;
use serde_json::Value;

/// Bytes of the keys and values of all attributes, those of the cart and those of its lines together.
pub const MOST_BYTES: usize = 64 * 1024;

/// The bytes of the keys and values that stand in a column.
#[must_use]
pub fn bytes(attributes: &Value) -> usize {
    let each = attributes.as_array().into_iter().flatten();
    each.filter_map(Value::as_object)
        .flat_map(serde_json::Map::values)
        .filter_map(Value::as_str)
        .map(str::len)
        .fold(0, usize::saturating_add)
}

/// Whether a cart with `own` bytes of attributes and these lines is small enough.
#[must_use]
pub fn fits(own: usize, lines: &[LineRow]) -> bool {
    let each = lines.iter().map(|line| bytes(&line.attributes));
    each.fold(own, usize::saturating_add) <= MOST_BYTES
}

/// The fault of a cart that is not.
#[must_use]
pub fn fault(field: &str) -> Fault {
    Fault::new(
        CartErrorCode::CartTooLarge,
        &[field],
        format!(
            "The attributes of a cart and its lines have at most {MOST_BYTES} bytes together: shorten some, or leave them out."
        ),
    )
}
