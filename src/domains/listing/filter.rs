//! What a list leaves out.

use uuid::Uuid;

/// One filter; several of one kind let through what any of them does, different kinds what all do.
#[derive(Debug, Clone, PartialEq)]
pub enum Filter {
    /// Whether it can be bought.
    Available(bool),
    /// A variant costs from and up to these amounts, minor units.
    Price {
        /// At least.
        min: i64,
        /// At most.
        max: Option<i64>,
    },
    /// Of this type.
    Type(String),
    /// Of the vendor of this name.
    Vendor(String),
    /// With this tag.
    Tag(String),
    /// With a variant of this choice.
    Option {
        /// Name of the option.
        name: String,
        /// Name of the choice.
        value: String,
    },
    /// In this category, or in one below it.
    Category(Uuid),
    /// With this attribute.
    Attribute {
        /// The attribute's handle.
        handle: String,
        /// Handle of a choice, a number, `true`, `false`, or a text.
        value: String,
    },
    /// Rated with at least so many stars, 1 to 5.
    Rating(u8),
}

/// All filters of a list.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Filters(pub Vec<Filter>);

impl Filters {
    /// How many different things they narrow down by: each option and attribute is one, each other kind, the price and the
    /// availability.
    #[must_use]
    pub fn groups(&self) -> usize {
        let mut groups: Vec<(u8, String)> = self.0.iter().map(Filter::group).collect();
        groups.sort_unstable();
        groups.dedup();
        groups.len()
    }
}

impl Filter {
    fn group(&self) -> (u8, String) {
        match self {
            Self::Available(_) => (0, String::new()),
            Self::Price { .. } => (1, String::new()),
            Self::Type(_) => (2, String::new()),
            Self::Vendor(_) => (3, String::new()),
            Self::Tag(_) => (4, String::new()),
            Self::Category(_) => (5, String::new()),
            Self::Rating(_) => (6, String::new()),
            Self::Option { name, .. } => (7, name.to_lowercase()),
            Self::Attribute { handle, .. } => (8, handle.to_lowercase()),
        }
    }
}
