//! Which units of which level serve which line: pure.

use super::error::Shortage;
use crate::domains::ids::OrderLineId;
use diesel::QueryableByName;
use diesel::sql_types::{Integer, Uuid as UuidSql};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Units that a line of an order wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted {
    /// The line.
    pub line: OrderLineId,
    /// What.
    pub variant_id: Uuid,
    /// How many.
    pub quantity: i32,
}

/// What is free at a location.
#[derive(Debug, Clone, Copy, PartialEq, Eq, QueryableByName)]
pub(super) struct Level {
    #[diesel(sql_type = UuidSql)]
    pub variant_id: Uuid,
    #[diesel(sql_type = UuidSql)]
    pub location_id: Uuid,
    /// On hand without what is reserved.
    #[diesel(sql_type = Integer)]
    pub free: i32,
}

/// Units of one level for one line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Share {
    pub line: OrderLineId,
    pub variant_id: Uuid,
    pub location_id: Uuid,
    pub quantity: i32,
}

/// How the lines are served.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Shares {
    pub shares: Vec<Share>,
    /// Variants of which nothing is left then.
    pub sold_out: Vec<Uuid>,
}

/// Serves each line from the levels in their order, the first line first.
pub(super) fn share(levels: &[Level], wanted: &[Wanted]) -> Result<Shares, Vec<Shortage>> {
    let mut free: BTreeMap<Uuid, Vec<Level>> = BTreeMap::new();
    for level in levels {
        free.entry(level.variant_id).or_default().push(*level);
    }
    let mut shares = Vec::new();
    let mut short = Vec::new();
    for want in wanted {
        let levels = free.entry(want.variant_id).or_default();
        let left: i64 = levels.iter().map(|level| i64::from(level.free)).sum();
        if left < i64::from(want.quantity) {
            short.push(Shortage {
                line: want.line,
                left,
            });
            continue;
        }
        shares.extend(take(levels, want));
    }
    if !short.is_empty() {
        return Err(short);
    }
    let sold_out = free
        .into_iter()
        .filter(|(_, levels)| levels.iter().all(|level| level.free == 0))
        .map(|(variant, _)| variant)
        .collect();
    Ok(Shares { shares, sold_out })
}

/// Takes what `want` wants off the levels, which have enough.
fn take(levels: &mut [Level], want: &Wanted) -> Vec<Share> {
    let mut missing = want.quantity;
    let mut shares = Vec::new();
    for level in levels.iter_mut().filter(|level| level.free > 0) {
        let quantity = missing.min(level.free);
        if quantity > 0 {
            level.free -= quantity;
            missing -= quantity;
            shares.push(Share {
                line: want.line,
                variant_id: want.variant_id,
                location_id: level.location_id,
                quantity,
            });
        }
    }
    shares
}
