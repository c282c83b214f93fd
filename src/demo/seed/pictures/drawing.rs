//! What is to be drawn, and under which name it is kept.

use crate::demo::content::{Category, Collection, Content, Vendor};
use crate::demo::drawing::{self, DrawError, Motif, Palette, View};

/// A picture that the shop shows.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(in crate::demo::seed) enum Drawing {
    /// A product's; products that look alike share it.
    Product(Motif, Palette, View),
    /// A category's or a collection's.
    Cover {
        /// Whose.
        handle: String,
        /// What is on it.
        motifs: Vec<Motif>,
        /// Its colours.
        palette: Palette,
    },
    /// A vendor's, or the shop's own.
    Mark {
        /// Whose.
        handle: String,
        /// Which sign.
        sign: u32,
        /// Its colours.
        palette: Palette,
    },
}

impl Drawing {
    /// Every picture of the demo shop, each once.
    pub fn all(content: &Content) -> Vec<Self> {
        let mut drawings: Vec<Self> = Vec::new();
        for product in &content.products {
            drawings.extend(views(product.motif, product.palette));
            let values = product.options.iter().flat_map(|option| &option.values);
            let palettes = values.filter_map(|value| value.palette);
            drawings.extend(palettes.map(|palette| Self::front(product.motif, palette)));
        }
        let mut seen = std::collections::HashSet::new();
        drawings.retain(|drawing| seen.insert(drawing.clone()));
        drawings.extend(content.categories.iter().map(Self::of_category));
        drawings.extend(content.collections.iter().map(Self::of_collection));
        drawings.extend(content.vendors.iter().map(Self::of_vendor));
        drawings.push(Self::of_shop());
        drawings
    }

    /// A thing seen from the front.
    pub fn front(motif: Motif, palette: Palette) -> Self {
        Self::Product(motif, palette, View::Front)
    }

    /// The cover of a category.
    pub fn of_category(category: &Category) -> Self {
        let Category {
            handle,
            motifs,
            palette,
            ..
        } = category.clone();
        Self::Cover {
            handle,
            motifs,
            palette,
        }
    }

    /// The cover of a collection.
    pub fn of_collection(collection: &Collection) -> Self {
        let Collection {
            handle,
            motifs,
            palette,
            ..
        } = collection.clone();
        Self::Cover {
            handle,
            motifs,
            palette,
        }
    }

    /// The mark of a vendor.
    pub fn of_vendor(vendor: &Vendor) -> Self {
        Self::Mark {
            handle: vendor.handle.clone(),
            sign: vendor.sign,
            palette: vendor.palette,
        }
    }

    /// The mark of the shop.
    pub fn of_shop() -> Self {
        Self::Mark {
            handle: "shop".to_owned(),
            sign: 0,
            palette: Palette::Plum,
        }
    }

    /// Where it lies below the media folder.
    pub fn storage_key(&self) -> String {
        match self {
            Self::Product(motif, palette, view) => {
                format!(
                    "drawn/{}-{}-{}.jpg",
                    motif.name(),
                    palette.name(),
                    view_name(*view)
                )
            }
            Self::Cover { handle, .. } => format!("drawn/cover-{handle}.jpg"),
            Self::Mark { handle, .. } => format!("drawn/mark-{handle}.jpg"),
        }
    }

    /// Draws it: the bytes of a JPEG. `side` is the edge of a product's picture in pixels; covers are wider, marks smaller.
    ///
    /// # Errors
    /// [`DrawError`].
    pub fn draw(&self, side: u32) -> Result<Vec<u8>, DrawError> {
        match self {
            Self::Product(motif, palette, view) => drawing::product(*motif, *palette, *view, side),
            Self::Cover {
                motifs, palette, ..
            } => drawing::cover(motifs, *palette, side * 4 / 3),
            Self::Mark { sign, palette, .. } => drawing::mark(*sign, *palette, side / 2),
        }
    }
}

/// A product's own pictures, the one to show first in front.
pub(in crate::demo::seed) fn views(motif: Motif, palette: Palette) -> [Drawing; 3] {
    [View::Front, View::Room, View::Detail].map(|view| Drawing::Product(motif, palette, view))
}

fn view_name(view: View) -> &'static str {
    match view {
        View::Front => "front",
        View::Detail => "detail",
        View::Room => "room",
    }
}
