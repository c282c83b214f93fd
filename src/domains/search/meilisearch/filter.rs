//! Filters as Meilisearch reads them, built from numbers and ids alone: nothing that a client wrote stands in them.

use super::document::{price_field, stock_field};
use crate::domains::listing::{FacetKind, Group, Narrowing};
use crate::domains::search::ask::{Ask, Unavailable, Within};
use crate::domains::shop::InContext;
use crate::platform::clock;

/// What may be left out of a filter, to count what there would be without it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum But {
    /// Nothing.
    Nothing,
    /// The group at this place.
    Group(usize),
    /// The prices.
    Prices,
    /// The availability.
    Available,
}

/// The field of a kind of values.
pub(super) fn field(kind: FacetKind) -> String {
    format!("f_{}", kind.code().to_lowercase())
}

/// What a document must be to be found.
pub(super) fn filter(ask: &Ask, context: &InContext, but: But) -> String {
    let (stock, now) = (stock_field(context.market.id), clock::now().timestamp());
    let mut all = vec![
        format!("{stock} EXISTS"),
        format!("visible_from <= {now}"),
        format!("visible_until > {now}"),
    ];
    match ask.within {
        Within::Market => {}
        Within::Shelf(id) | Within::Category(id) => all.push(format!("shelves = \"{id}\"")),
        Within::Vendor(id) => all.push(format!("vendor_id = \"{id}\"")),
    }
    if ask.unavailable == Unavailable::Hide {
        all.push(format!("{stock} = 1"));
    }
    if !ask.without.is_empty() {
        let ids = join(ask.without.iter().map(|id| format!("\"{id}\"")), ", ");
        all.push(format!("id NOT IN [{ids}]"));
    }
    narrow(&ask.narrowing, context, but, &mut all);
    join(all.iter().map(|one| format!("({one})")), " AND ")
}

fn narrow(narrowing: &Narrowing, context: &InContext, but: But, all: &mut Vec<String>) {
    for (place, group) in narrowing.groups.iter().enumerate() {
        if but != But::Group(place) {
            all.push(alternatives(group));
        }
    }
    if but != But::Prices && !narrowing.prices.is_empty() {
        let price = price_field(context.market.price_list_id);
        let ranges = narrowing.prices.iter();
        let ranges = ranges.map(|(min, max)| format!("{price} {min} TO {max}"));
        all.push(join(ranges, " OR "));
    }
    if but != But::Available
        && let Some(available) = narrowing.available
    {
        let stock = stock_field(context.market.id);
        all.push(format!("{stock} = {}", u8::from(available)));
    }
}

fn alternatives(group: &Group) -> String {
    let values = join(group.values.iter(), ", ");
    format!("{} IN [{values}]", field(group.kind))
}

/// Texts with something between them.
pub(super) fn join(all: impl Iterator<Item = impl ToString>, between: &str) -> String {
    let texts: Vec<String> = all.map(|one| one.to_string()).collect();
    texts.join(between)
}
