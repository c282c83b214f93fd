//! A page of what a search finds, put together from the lists that stand behind one another.

use super::ask::{Mark, Page};
use super::cursor::{Place, Segment};
use super::live::Taken;
use super::service::{Item, Part, count};
use uuid::Uuid;

/// Something that was found, with its place.
#[derive(Debug, Clone)]
pub(super) struct Placed {
    /// What.
    pub item: Item,
    /// Where it stands in its list.
    pub place: Place,
    /// How many stand before it, as far as is known.
    pub position: u64,
    /// The words in its texts by which it was found, lower case; of products only.
    pub words: Vec<String>,
}

/// A page that is being put together, in the direction in which it is read.
#[derive(Debug)]
pub(super) struct Gathered {
    place: Option<Place>,
    backwards: bool,
    limit: usize,
    items: Vec<Placed>,
    /// Whether there is more than the page holds.
    more: bool,
    /// Where the list goes on, when that is not behind the last item.
    reached: Option<Place>,
}

/// A page that was put together.
#[derive(Debug)]
pub(super) struct Whole {
    /// In the order of the list.
    pub items: Vec<Placed>,
    /// Whether there is more in the direction in which it was read.
    pub more: bool,
    /// Where the list goes on, when that is not behind the item that was read last.
    pub reached: Option<Place>,
}

impl Gathered {
    pub fn new(part: &Part) -> Self {
        Self {
            place: part.place.clone(),
            backwards: part.backwards,
            limit: if part.hits { part.limit } else { 0 },
            items: Vec::new(),
            more: false,
            reached: None,
        }
    }

    fn left(&self) -> usize {
        self.limit.saturating_sub(self.items.len())
    }

    fn at(&self, segment: Segment) -> Option<&Mark> {
        let place = self.place.as_ref()?;
        (place.segment == segment).then_some(&place.mark)
    }

    /// Takes what a list that is at hand still has, unless the page begins behind it.
    pub fn known(&mut self, segment: Segment, list: &[Item]) {
        let begun = !self.items.is_empty() || self.place.is_none() || self.at(segment).is_some();
        let front = match self.backwards {
            false => Segment::Pinned,
            true => Segment::Pages,
        };
        if self.more || segment == front && !begun {
            return;
        }
        let (from, to) = match (self.at(segment), self.backwards) {
            (None, _) => (0, list.len()),
            (Some(mark), false) => (index(list, mark, 1), list.len()),
            (Some(mark), true) => (0, index(list, mark, 0)),
        };
        let part = list.get(from..to).unwrap_or_default();
        let mut placed: Vec<Placed> = (from..).zip(part).map(|it| placed(segment, it)).collect();
        if self.backwards {
            placed.reverse();
        }
        self.more = placed.len() > self.left();
        placed.truncate(self.left());
        self.items.extend(placed);
    }

    /// Whether the page begins behind the products.
    fn is_past_products(&self, behind: Segment) -> bool {
        self.at(behind).is_some()
    }

    /// Whether an engine must be asked: for hits, for whether there are any, or for what is counted.
    pub fn needs_products(&self, part: &Part, behind: Segment) -> bool {
        part.total || part.facets || part.hits && !self.more && !self.is_past_products(behind)
    }

    /// Whether there is room for hits.
    pub fn reads_products(&self, behind: Segment) -> bool {
        !self.more && self.left() > 0 && !self.is_past_products(behind)
    }

    /// What an engine is asked for.
    pub fn of_products(&self, behind: Segment) -> Page {
        let reads = self.reads_products(behind);
        Page {
            limit: if reads { self.left() } else { 0 },
            from: self.at(Segment::Products).cloned(),
            backwards: self.backwards,
        }
    }

    /// Takes products, before which so many others stand.
    pub fn products(&mut self, taken: &Taken, before: usize, behind: Segment) {
        if self.is_past_products(behind) {
            return;
        }
        let reads = self.reads_products(behind);
        self.more |= if reads {
            taken.more
        } else {
            taken.total.count > 0
        };
        for (card, hit) in &taken.hits {
            self.items.push(Placed {
                item: Item::Product(card.clone()),
                position: count(before).saturating_add(u64::from(hit.mark.offset)),
                place: Place {
                    segment: Segment::Products,
                    mark: hit.mark.clone(),
                },
                words: hit.words.clone(),
            });
        }
        self.reached = taken.reached.clone().map(|mark| Place {
            segment: Segment::Products,
            mark,
        });
    }

    /// The page, of a list in which so many things stand before pages.
    pub fn finish(mut self, before_pages: u64) -> Whole {
        if self.backwards {
            self.items.reverse();
        }
        for placed in &mut self.items {
            if placed.place.segment == Segment::Pages {
                placed.position = placed.position.saturating_add(before_pages);
            }
        }
        Whole {
            items: self.items,
            more: self.more,
            reached: self.reached,
        }
    }
}

/// Where in a list a mark is, or where it was.
fn index(list: &[Item], mark: &Mark, past: usize) -> usize {
    let at = list.iter().position(|item| item.id() == mark.id);
    let was = usize::try_from(mark.offset).unwrap_or(usize::MAX);
    at.map_or(was, |at| at.saturating_add(past)).min(list.len())
}

fn placed(segment: Segment, (at, item): (usize, &Item)) -> Placed {
    Placed {
        item: item.clone(),
        place: Place {
            segment,
            mark: Mark {
                offset: u32::try_from(at).unwrap_or(u32::MAX),
                key: None,
                id: item.id(),
            },
        },
        position: count(at),
        words: Vec::new(),
    }
}

impl Item {
    fn id(&self) -> Uuid {
        match self {
            Self::Product(card) => card.id,
            Self::Page(row) => row.id,
        }
    }
}
