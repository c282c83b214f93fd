//! What an administrator did wrong.

use crate::domains::search::tuning::{Field, TuningError};
use crate::graphql::error::internal;
use crate::graphql::gid::gid;
use crate::graphql::user_error::user_errors;
use async_graphql::{Enum, Result};

/// What is wrong with a change of the search's tuning, for programs.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum SearchTuningErrorCode {
    /// A text without a letter or digit.
    Blank,
    /// What contradicts itself: a product that is pinned and hidden.
    Contradiction,
    /// A text with control characters.
    Invalid,
    /// There is no such thing.
    NotFound,
    /// A number that is out of its range.
    OutOfRange,
    /// Somebody else changed the tuning meanwhile.
    StaleVersion,
    /// The same stands there already.
    Taken,
    /// There are too few entries.
    TooFew,
    /// A text is too long.
    TooLong,
    /// There are too many entries, or too many words in one.
    TooMany,
    /// A language that the shop has not.
    UnknownLanguage,
}

user_errors! {
    /// What is wrong with a change of the search's tuning.
    SearchTuningUserError, SearchTuningErrorCode
}

impl SearchTuningUserError {
    /// What a person is told.
    ///
    /// # Errors
    /// When the fault is ours.
    pub fn told(error: TuningError) -> Result<Self> {
        use SearchTuningErrorCode as Code;
        let about = |code: Code, field: Field, message: String| {
            Self::new(code, &["input", field.name()], message)
        };
        let at =
            |code: Code, field: &str, message: &str| Self::new(code, &["input", field], message);
        Ok(match error {
            TuningError::NotFound => at(
                Code::NotFound,
                "id",
                "There is none of this id: look at the tuning again.",
            ),
            TuningError::Stale { present } => at(
                Code::StaleVersion,
                "version",
                &format!(
                    "Somebody changed the tuning meanwhile: look at it again, it is version {present} now."
                ),
            ),
            TuningError::Taken => Self::new(
                Code::Taken,
                &["input"],
                "The same stands there already: change that one.",
            ),
            TuningError::Blank(field) => about(
                Code::Blank,
                field,
                "This needs a letter or a digit.".to_owned(),
            ),
            TuningError::Unwritable(field) => about(
                Code::Invalid,
                field,
                "This has control characters, which nobody types: leave them out.".to_owned(),
            ),
            TuningError::TooLong { field, most } => about(
                Code::TooLong,
                field,
                format!("This is longer than {most} characters: shorten it."),
            ),
            TuningError::TooManyWords { field, most } => about(
                Code::TooMany,
                field,
                format!("Each entry has {most} words at the most: shorten it."),
            ),
            TuningError::TooMany { field, most } => about(
                Code::TooMany,
                field,
                format!("There may be {most} of these at the most."),
            ),
            TuningError::TooFew { field, least } => about(
                Code::TooFew,
                field,
                format!("There must be {least} different ones at least."),
            ),
            TuningError::Full { most } => Self::new(
                Code::TooMany,
                &["input"],
                format!("There are {most} of these, which is the most: delete one first."),
            ),
            TuningError::OutOfRange { field, least, most } => about(
                Code::OutOfRange,
                field,
                format!("This is from {least} to {most}."),
            ),
            TuningError::NoProduct { field, product } => about(
                Code::NotFound,
                field,
                format!(
                    "There is no product {}: check the id.",
                    gid("Product", product).0
                ),
            ),
            TuningError::Contradiction => at(
                Code::Contradiction,
                "hidden",
                "A product cannot be both pinned and hidden: take it out of one of both.",
            ),
            TuningError::NoLanguage => at(
                Code::UnknownLanguage,
                "language",
                "No market of this shop has this language.",
            ),
            TuningError::Lost(cause) => return Err(internal(cause)),
            TuningError::Database(error) => return Err(error.into()),
        })
    }
}
