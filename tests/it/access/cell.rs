//! What stands in one place of the table: what one person got of one thing.

use std::fmt;

/// What one person got of one thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// Something.
    Value,
    /// A list without items.
    Empty,
    /// `null`, which is what a missing thing is, too.
    Null,
    /// What it hangs under is not there.
    Above,
    /// Nothing to ask with, such as an own vendor of whoever has none.
    Untried,
    /// A change was made.
    Done,
    /// The code of an error.
    Code(String),
    /// The code of a user error.
    UserCode(String),
}

impl Cell {
    /// Whether the person learned or changed something.
    pub const fn opens(&self) -> bool {
        matches!(self, Self::Value | Self::Empty | Self::Done)
    }
}

impl fmt::Display for Cell {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self {
            Self::Value => "value",
            Self::Empty => "[]",
            Self::Null => "null",
            Self::Above => ".",
            Self::Untried => "/",
            Self::Done => "DONE",
            Self::Code(code) => return to.pad(&format!("!{code}")),
            Self::UserCode(code) => code,
        };
        to.pad(text)
    }
}
