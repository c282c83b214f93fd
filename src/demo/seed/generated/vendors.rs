//! Vendors beyond those of the demo shop.

use super::names::slug;
use crate::demo::seed::places::{PLACES, Place};

/// From this many products on there are more vendors than the shop's own.
const MANY: usize = 1_001;
/// The most vendors there are.
const MOST: usize = 200;
/// One vendor for so many products.
const PRODUCTS_EACH: usize = 50;

const FIRST: [&str; 20] = [
    "Alder", "Bramble", "Cinder", "Dove", "Ember", "Fable", "Grove", "Heron", "Indigo", "Jetty",
    "Kestrel", "Linden", "Marlow", "Nettle", "Osprey", "Pilgrim", "Quarry", "Rowan", "Sparrow",
    "Thistle",
];
const SECOND: [&str; 10] = [
    "Workshop",
    "Atelier",
    "Supply",
    "Brothers",
    "Makers",
    "Studio",
    "Goods",
    "Trading House",
    "Collective",
    "Mill",
];

/// A vendor that was put together from words.
#[derive(Debug)]
pub(in crate::demo::seed) struct Trader {
    /// Its handle.
    pub handle: String,
    /// Its name.
    pub name: String,
    /// Who it is.
    pub description: String,
    /// Where it is.
    pub place: &'static Place,
}

/// The vendors that a shop of so many products has beyond its `own`.
pub(in crate::demo::seed) fn traders(products: usize, own: usize) -> Vec<Trader> {
    if products < MANY {
        return Vec::new();
    }
    let wanted = (products / PRODUCTS_EACH).min(MOST).saturating_sub(own);
    let names = SECOND
        .iter()
        .flat_map(|second| FIRST.iter().map(move |first| (first, second)));
    let places = PLACES.iter().cycle();
    names
        .zip(places)
        .take(wanted)
        .map(|((first, second), place)| trader(first, second, place))
        .collect()
}

fn trader(first: &str, second: &str, place: &'static Place) -> Trader {
    let name = format!("{first} {second}");
    let description = format!(
        "{name} of {} makes useful things and sends them on the same day.",
        place.city
    );
    Trader {
        handle: slug(&name),
        name,
        description,
        place,
    }
}
