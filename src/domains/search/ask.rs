//! What is looked for.

use super::tuning::Tuning;
use crate::domains::listing::Narrowing;
use std::sync::Arc;
use uuid::Uuid;

/// Which part of which products an engine is to find. Everything in it is checked, and bounded.
#[derive(Debug, Clone, PartialEq)]
pub struct Ask {
    /// The words as they were typed, without spaces around them; empty for all products.
    pub text: String,
    /// Whether the last word may be a beginning.
    pub prefix: bool,
    /// Synonyms, stop words and weights.
    pub tuning: Arc<Tuning>,
    /// Among which products.
    pub within: Within,
    /// What is let through.
    pub narrowing: Narrowing,
    /// What becomes of products that cannot be bought.
    pub unavailable: Unavailable,
    /// The order.
    pub sort: SearchSort,
    /// The order the other way round.
    pub reverse: bool,
    /// Products that are not to be found: those that are pinned or hidden by a rule, which whoever asks takes care of.
    pub without: Vec<Uuid>,
    /// Which part of what is found.
    pub page: Page,
    /// Whether values are to be counted.
    pub facets: bool,
    /// Whether hits are wanted at all, or values only.
    pub hits: bool,
    /// Whether all hits are to be counted. Where they need not be, [`Found::total`](super::Found::total) is only what is sure.
    pub total: bool,
    /// Whether it is wanted by which of their words hits were found.
    pub words: bool,
}

impl Ask {
    /// By words alone, the last of which may be a beginning: the best of all that the market sees, in a shop that nobody has tuned.
    #[must_use]
    pub fn of_words(text: &str, limit: usize) -> Self {
        Self {
            text: text.to_owned(),
            prefix: true,
            tuning: Arc::new(Tuning::default()),
            within: Within::Market,
            narrowing: Narrowing::default(),
            unavailable: Unavailable::Show,
            sort: SearchSort::Relevance,
            reverse: false,
            without: Vec::new(),
            page: Page {
                limit,
                from: None,
                backwards: false,
            },
            facets: false,
            hits: true,
            total: true,
            words: true,
        }
    }
}

/// Among which products something is looked for; always among those that the reader's market sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Within {
    /// All of them.
    Market,
    /// Those of a collection by hand. A category is a facet: see [`Narrowing`].
    Shelf(Uuid),
    /// Those of a category and its branches.
    Category(Uuid),
    /// Those of a vendor.
    Vendor(Uuid),
}

/// What becomes of products that cannot be bought.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Unavailable {
    /// They stand among the others.
    Show,
    /// They are left out.
    Hide,
    /// They come after all others.
    Last,
}

/// What hits are sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SearchSort {
    /// Best match first; without words, most sold first.
    Relevance,
    /// Lowest price first.
    Price,
    /// Most sold first.
    BestSelling,
    /// Oldest first.
    Created,
    /// By title in the base language.
    Title,
}

/// A part of what is found.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// How many hits at the most.
    pub limit: usize,
    /// Only what comes after this one (before it, when `backwards`).
    pub from: Option<Mark>,
    /// The hits before `from`, the nearest first; without `from`, the last ones.
    pub backwards: bool,
}

/// A place among what is found. Each engine reads of it what it goes by.
#[derive(Debug, Clone, PartialEq)]
pub struct Mark {
    /// How many hits come before this one, as far as is known.
    pub offset: u32,
    /// What PostgreSQL sorted it by, and what that is of.
    pub key: Option<serde_json::Value>,
    /// The product.
    pub id: Uuid,
}
