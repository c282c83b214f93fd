//! Why the tuning cannot be changed so.

use crate::platform::db::{self, DbError};
use crate::platform::tasks::Lost;
use uuid::Uuid;

/// Why the tuning cannot be changed so. Nothing was changed then.
#[derive(Debug, thiserror::Error)]
pub enum TuningError {
    /// What is to be changed is not there.
    #[error("there is no such thing")]
    NotFound,
    /// Somebody else changed the tuning meanwhile.
    #[error("the tuning is of version {present} now")]
    Stale {
        /// The version that it is now.
        present: i64,
    },
    /// The same stands there already.
    #[error("this stands there already")]
    Taken,
    /// A text that is none, in this field.
    #[error("{0} has no letter or digit")]
    Blank(Field),
    /// A text with characters that nobody writes, in this field.
    #[error("{0} has control characters")]
    Unwritable(Field),
    /// A text that is too long, in this field.
    #[error("{field} is longer than {most} characters")]
    TooLong {
        /// In which field.
        field: Field,
        /// How many characters it may have.
        most: usize,
    },
    /// A text of too many words, in this field.
    #[error("{field} has more than {most} words")]
    TooManyWords {
        /// In which field.
        field: Field,
        /// How many words it may have.
        most: usize,
    },
    /// Too many of something in a field.
    #[error("{field} has more than {most} entries")]
    TooMany {
        /// In which field.
        field: Field,
        /// How many there may be.
        most: usize,
    },
    /// Too few of something in a field.
    #[error("{field} has fewer than {least} entries")]
    TooFew {
        /// In which field.
        field: Field,
        /// How many there must be.
        least: usize,
    },
    /// The shop has as many of these as it may.
    #[error("there are {most} of these, which is the most")]
    Full {
        /// How many there may be.
        most: usize,
    },
    /// A number that is out of its range, in this field.
    #[error("{field} is not from {least} to {most}")]
    OutOfRange {
        /// In which field.
        field: Field,
        /// At least.
        least: u8,
        /// At most.
        most: u8,
    },
    /// A product that is not there, in this field.
    #[error("{field} has a product that is not there")]
    NoProduct {
        /// In which field.
        field: Field,
        /// Which.
        product: Uuid,
    },
    /// A product that is both pinned and hidden.
    #[error("a product is both pinned and hidden")]
    Contradiction,
    /// A language that the shop has not.
    #[error("the shop has no such language")]
    NoLanguage,
    /// The task that changed it did not come to its end.
    #[error(transparent)]
    Lost(#[from] Lost),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DbError),
}

/// A field of an input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// The words of a synonym.
    Terms,
    /// The word that stands for others.
    Word,
    /// Words that are not looked for.
    Words,
    /// The phrase of a rule.
    Phrase,
    /// Products in front.
    Pinned,
    /// Products that are not found.
    Hidden,
    /// A weight.
    Title,
    /// A weight.
    Properties,
    /// A weight.
    Description,
    /// A weight.
    Popularity,
}

impl Field {
    /// As inputs of the schema call it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Terms => "terms",
            Self::Word => "word",
            Self::Words => "words",
            Self::Phrase => "phrase",
            Self::Pinned => "pinned",
            Self::Hidden => "hidden",
            Self::Title => "title",
            Self::Properties => "properties",
            Self::Description => "description",
            Self::Popularity => "popularity",
        }
    }
}

impl std::fmt::Display for Field {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(self.name())
    }
}

impl From<diesel::result::Error> for TuningError {
    fn from(error: diesel::result::Error) -> Self {
        let error = DbError::from(error);
        match error.constraint() {
            Some("search_synonyms_once" | "search_rules_once") => Self::Taken,
            _ => Self::Database(error),
        }
    }
}

impl db::Refusal for TuningError {
    fn fault(&self) -> Option<&DbError> {
        match self {
            Self::Database(error) => Some(error),
            _ => None,
        }
    }
}
