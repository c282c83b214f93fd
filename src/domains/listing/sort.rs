//! What a list of products can be sorted by.

use super::ask::Source;
use crate::graphql::page_args::Order;
use crate::platform::db::{KeyKind, Keyset};

/// What a list of products is sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sort {
    /// By id: the order of creation.
    Id,
    /// By title in the base language.
    Title,
    /// By product type.
    Type,
    /// By the vendor's name.
    Vendor,
    /// By the lowest price.
    Price,
    /// Most sold first.
    BestSelling,
    /// Oldest first.
    Created,
    /// Longest unchanged first.
    Updated,
    /// Best match of a text search first; without one, most sold first.
    Relevance,
    /// As the shelf was arranged.
    Position,
}

impl Sort {
    /// The sort that this one comes to: not every list can be sorted by everything.
    #[must_use]
    pub fn within(self, source: &Source, searching: bool) -> Self {
        let shelf = matches!(source, Source::Shelf);
        match self {
            Self::Relevance if searching => Self::Relevance,
            Self::Relevance if shelf => Self::Position,
            Self::Relevance => Self::BestSelling,
            Self::Position if !shelf => Self::BestSelling,
            Self::Type | Self::Vendor | Self::Updated if shelf => Self::Position,
            Self::Vendor if matches!(source, Source::Vendor) => Self::Id,
            other => other,
        }
    }

    /// How cursors of a list in this order look.
    #[must_use]
    pub fn order(self) -> Order {
        let (name, kind, descending) = match self {
            Self::Id => ("ID", KeyKind::None, false),
            Self::Title => ("TITLE", KeyKind::Text, false),
            Self::Type => ("PRODUCT_TYPE", KeyKind::Text, false),
            Self::Vendor => ("VENDOR", KeyKind::Text, false),
            Self::Price => ("PRICE", KeyKind::Int, false),
            Self::BestSelling => ("BEST_SELLING", KeyKind::Int, true),
            Self::Created => ("CREATED_AT", KeyKind::Time, false),
            Self::Updated => ("UPDATED_AT", KeyKind::Time, false),
            Self::Relevance => ("RELEVANCE", KeyKind::Rank, true),
            Self::Position => ("MANUAL", KeyKind::Int, false),
        };
        Order {
            name,
            kind,
            descending,
        }
    }

    /// The columns of this order; each pair is one that an index of the list's table has.
    #[must_use]
    pub fn keyset(self, source: &Source) -> Keyset {
        let shelf = matches!(source, Source::Shelf);
        let (key, id) = match self {
            Self::Id if shelf => ("", "pl.product_id"),
            Self::Id => ("", "l.product_id"),
            Self::Title if shelf => ("pl.title_key", "pl.product_id"),
            Self::Title => ("l.title_key", "l.product_id"),
            Self::Type => ("l.type_key", "l.product_id"),
            Self::Vendor => ("l.vendor_key", "l.product_id"),
            Self::Price if shelf => ("pl.min_amount", "pl.product_id"),
            Self::Price => ("lp.min_amount", "lp.product_id"),
            Self::BestSelling if shelf => ("pl.sold", "pl.product_id"),
            Self::BestSelling => ("l.sold", "l.product_id"),
            Self::Created if shelf => ("pl.created_at", "pl.product_id"),
            Self::Created => ("l.created_at", "l.product_id"),
            Self::Updated => ("l.updated_at", "l.product_id"),
            Self::Relevance => ("ts_rank(x.document, search.words)", "l.product_id"),
            Self::Position => ("pl.position", "pl.product_id"),
        };
        Keyset {
            key,
            id,
            kind: self.order().kind,
        }
    }
}
