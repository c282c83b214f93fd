//! What a product has several of, as one statement reads it.

use super::model::{OptionRow, Variant};
use crate::domains::media::Picture;
use chrono::{DateTime, Utc};
use std::sync::Arc;

/// What a product has several of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Part {
    /// Its variants.
    Variants,
    /// Its options.
    Options,
    /// Its pictures.
    Pictures,
}

impl Part {
    /// Every one.
    pub const ALL: [Self; 3] = [Self::Variants, Self::Options, Self::Pictures];

    /// What stands for it where one number stands for several.
    pub(super) const fn number(self) -> i32 {
        match self {
            Self::Variants => 1,
            Self::Options => 2,
            Self::Pictures => 4,
        }
    }
}

/// Some of the parts, or none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Parts(i32);

impl Parts {
    /// These, and this one.
    #[must_use]
    pub const fn with(self, part: Part) -> Self {
        Self(self.0 | part.number())
    }

    /// These, and those.
    #[must_use]
    pub const fn and(self, others: Self) -> Self {
        Self(self.0 | others.0)
    }

    /// Whether this one is among them.
    #[must_use]
    pub const fn has(self, part: Part) -> bool {
        self.0 & part.number() != 0
    }

    /// One number that stands for them.
    pub(super) const fn number(self) -> i32 {
        self.0
    }
}

/// The variants of a product, in order.
pub type Variants = Arc<Vec<Arc<Variant>>>;

/// The options of a product, in order.
pub type Options = Arc<Vec<OptionRow>>;

/// A picture with its place on its product, and since when it is there.
pub type PlacedPicture = (i16, DateTime<Utc>, Picture);

/// The pictures of a product, in order.
pub type Pictures = Arc<Vec<PlacedPicture>>;

/// All that a product has of one part.
#[derive(Debug, Clone)]
pub enum Several {
    /// Its variants.
    Variants(Variants),
    /// Its options.
    Options(Options),
    /// Its pictures.
    Pictures(Pictures),
}

impl Several {
    /// Of which part.
    #[must_use]
    pub const fn part(&self) -> Part {
        match self {
            Self::Variants(_) => Part::Variants,
            Self::Options(_) => Part::Options,
            Self::Pictures(_) => Part::Pictures,
        }
    }

    /// The variants, if it is those.
    #[must_use]
    pub fn variants(self) -> Option<Variants> {
        match self {
            Self::Variants(variants) => Some(variants),
            _ => None,
        }
    }

    /// The options, if it is those.
    #[must_use]
    pub fn options(self) -> Option<Options> {
        match self {
            Self::Options(options) => Some(options),
            _ => None,
        }
    }

    /// The pictures, if it is those.
    #[must_use]
    pub fn pictures(self) -> Option<Pictures> {
        match self {
            Self::Pictures(pictures) => Some(pictures),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_part_is_told_from_the_others() {
        for part in Part::ALL {
            let only = Parts::default().with(part);
            assert_ne!(only, Parts::default());
            for other in Part::ALL {
                assert_eq!(only.has(other), other == part, "{part:?} {other:?}");
            }
        }
        assert!(!Part::ALL.iter().any(|part| Parts::default().has(*part)));
    }

    #[test]
    fn some_and_others_are_all_of_both() {
        let some = Parts::default().with(Part::Variants).with(Part::Options);
        let others = Parts::default().with(Part::Options).with(Part::Pictures);
        assert!(Part::ALL.iter().all(|part| some.and(others).has(*part)));
        assert!(!some.has(Part::Pictures) && !others.has(Part::Variants));
        assert_eq!(some.and(some), some);
    }
}
