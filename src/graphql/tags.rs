//! The names of what answers are made of: rows, and kinds of rows.

use std::fmt::{Display, Formatter};
use uuid::Uuid;

/// A kind of rows that guests see.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// Products, with all that is told of them.
    Product,
    /// How much there is of products: touched by every sale, so that nobody outside is told of it.
    Stock,
    /// Collections and categories.
    Collection,
    /// Vendors.
    Vendor,
    /// Pages.
    Page,
    /// Menus with their lines.
    Menu,
    /// The shop, its policies and markets.
    Shop,
}

/// Every kind.
pub const KINDS: [Kind; 7] = [
    Kind::Product,
    Kind::Stock,
    Kind::Collection,
    Kind::Vendor,
    Kind::Page,
    Kind::Menu,
    Kind::Shop,
];

impl Kind {
    /// What a row of it is called.
    const fn one(self) -> &'static str {
        match self {
            Self::Product => "product",
            Self::Stock => "stock",
            Self::Collection => "collection",
            Self::Vendor => "vendor",
            Self::Page => "page",
            Self::Menu => "menu",
            Self::Shop => "shop",
        }
    }

    /// What all of it is called. There is one shop.
    const fn all(self) -> &'static str {
        match self {
            Self::Product => "products",
            Self::Stock => "stocks",
            Self::Collection => "collections",
            Self::Vendor => "vendors",
            Self::Page => "pages",
            Self::Menu => "menus",
            Self::Shop => "shop",
        }
    }
}

/// What an answer is made of. Whatever touches a row touches all of its kind, too: so a list says its kind, and so does whoever looked
/// for a row and found none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Tag {
    /// A row.
    Row(Kind, Uuid),
    /// Any rows of a kind: those that are there, and those that may come.
    All(Kind),
    /// Each row of a kind, when nobody can say which of them were touched. Whatever is made of a row or of all says this, too.
    Each(Kind),
}

impl Tag {
    /// Of what kind.
    #[must_use]
    pub const fn kind(self) -> Kind {
        match self {
            Self::Row(kind, _) | Self::All(kind) | Self::Each(kind) => kind,
        }
    }

    /// Whether strangers may be told of it.
    #[must_use]
    pub fn is_public(self) -> bool {
        self.kind() != Kind::Stock
    }

    /// Reads what `Display` wrote; nothing for any other text.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let kind = |name: fn(Kind) -> &'static str, text: &str| {
            KINDS.into_iter().find(|kind| name(*kind) == text)
        };
        match text.split_once(':') {
            None => kind(Kind::all, text).map(Self::All),
            Some((one, "*")) => kind(Kind::one, one).map(Self::Each),
            Some((one, id)) => {
                let id = Uuid::try_parse(id).ok()?;
                kind(Kind::one, one).map(|kind| Self::Row(kind, id))
            }
        }
    }
}

impl Display for Tag {
    fn fmt(&self, out: &mut Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Row(kind, id) => write!(out, "{}:{id}", kind.one()),
            Self::All(kind) => out.write_str(kind.all()),
            Self::Each(kind) => write!(out, "{}:*", kind.one()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_read_as_they_are_written() {
        let id = Uuid::from_u128(7);
        for kind in KINDS {
            for tag in [Tag::Row(kind, id), Tag::All(kind), Tag::Each(kind)] {
                assert_eq!(Tag::read(&tag.to_string()), Some(tag), "{tag}");
            }
        }
        assert_eq!(
            Tag::Row(Kind::Product, id).to_string(),
            "product:00000000-0000-0000-0000-000000000007"
        );
        for text in [
            "",
            "product",
            "products:",
            "product:1",
            "orders",
            "order:*",
            "Shop",
        ] {
            assert_eq!(Tag::read(text), None, "{text}");
        }
    }

    #[test]
    fn only_stock_is_told_to_nobody() {
        for kind in KINDS {
            assert_eq!(Tag::All(kind).is_public(), kind != Kind::Stock);
        }
    }
}
