//! Categories beyond those of the demo shop.

use super::kinds::KINDS;
use super::names::slug;

/// From this many products on the tree of categories has more branches.
const MANY: usize = 10_000;
/// How many categories there are then.
const CATEGORIES: usize = 50;

/// A category below one of the shop's own.
#[derive(Debug)]
pub(in crate::demo::seed) struct Leaf {
    /// Which kind of thing stands there, as a place in the list of kinds.
    pub kind: usize,
    /// Its handle.
    pub handle: String,
    /// The handle of the category above.
    pub parent: &'static str,
    /// Its title.
    pub title: &'static str,
}

/// The categories that a shop of so many products has beyond its `own`: every kind of thing gets its first before any gets its second.
pub(in crate::demo::seed) fn leaves(products: usize, own: usize) -> Vec<Leaf> {
    if products < MANY {
        return Vec::new();
    }
    let turns = KINDS
        .iter()
        .map(|kind| kind.shelves.len())
        .max()
        .unwrap_or_default();
    (0..turns)
        .flat_map(|turn| {
            KINDS
                .iter()
                .enumerate()
                .map(move |(place, kind)| (turn, place, kind))
        })
        .filter_map(|(turn, place, kind)| Some((place, kind.category, *kind.shelves.get(turn)?)))
        .take(CATEGORIES.saturating_sub(own))
        .map(|(kind, parent, title)| Leaf {
            kind,
            handle: slug(title),
            parent,
            title,
        })
        .collect()
}
