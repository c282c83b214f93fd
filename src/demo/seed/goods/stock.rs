//! How many pieces of each variant there are.

use crate::demo::seed::chance::Chance;

/// Up to this many pieces the shelf is nearly empty, and some variants are gone.
const FEW: u32 = 5;

/// Units on hand of one variant of a product that has about `stock` of each: none where there are none, few where there are few,
/// else from half as many to half as many again.
pub(in crate::demo::seed) fn around(stock: u32, chance: &mut Chance) -> i32 {
    let units = match stock {
        0 => 0,
        1..=FEW => chance.between(0, stock),
        _ => chance.between(stock / 2, stock + stock / 2),
    };
    i32::try_from(units).unwrap_or(i32::MAX)
}
