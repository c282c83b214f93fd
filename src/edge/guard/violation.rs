//! What is said to a client whose document is over a limit.

use crate::graphql::error::ErrorCode;

/// A limit that a document or its variables are over, with the limit's value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Violation {
    /// The text is too long.
    #[error("The document is longer than {0} bytes.")]
    Bytes(usize),
    /// The text has too many tokens.
    #[error("The document has more than {0} tokens.")]
    Tokens(usize),
    /// The text has too many brackets inside one another.
    #[error("The document has more than {0} brackets inside one another.")]
    Brackets(usize),
    /// The text has too long a name.
    #[error("The document has a name longer than {0} bytes.")]
    Name(usize),
    /// Fields are nested too deep.
    #[error("The document selects fields more than {0} levels deep.")]
    Depth(usize),
    /// Selection sets are nested too deep.
    #[error("The document nests more than {0} selection sets, fragments included.")]
    Nesting(usize),
    /// Too many fields.
    #[error(
        "The document selects more than {0} fields, its fragments counted wherever they are used."
    )]
    Fields(usize),
    /// Too many aliases.
    #[error("The document has more than {0} aliases.")]
    Aliases(usize),
    /// Too many directives.
    #[error("The document has more than {0} directives.")]
    Directives(usize),
    /// Too many rows asked for.
    #[error(
        "The operation asks for {requested} rows; one request may ask for {limit}. Ask for shorter pages."
    )]
    Cost {
        /// What the operation asks for.
        requested: usize,
        /// What it may ask for.
        limit: usize,
    },
    /// A fragment that spreads itself.
    #[error("The fragment \"{0}\" spreads itself.")]
    FragmentCycle(String),
    /// Introspection that multiplies the schema with itself.
    #[error("The introspection goes through the lists of more than {0} types inside one another.")]
    Introspection(usize),
    /// Variables are nested too deep.
    #[error("The variables are nested more than {0} levels deep.")]
    VariableDepth(usize),
    /// Too many values in the variables.
    #[error("The variables hold more than {0} values.")]
    VariableValues(usize),
    /// A text in the variables is too long.
    #[error("A text in the variables is longer than {0} bytes.")]
    VariableText(usize),
}

impl Violation {
    /// The code that the client gets.
    #[must_use]
    pub const fn code(&self) -> ErrorCode {
        match self {
            Self::Bytes(_)
            | Self::Tokens(_)
            | Self::Name(_)
            | Self::Fields(_)
            | Self::Aliases(_)
            | Self::Directives(_)
            | Self::VariableText(_)
            | Self::VariableValues(_) => ErrorCode::DocumentTooLarge,
            Self::Brackets(_)
            | Self::Depth(_)
            | Self::Nesting(_)
            | Self::Introspection(_)
            | Self::VariableDepth(_) => ErrorCode::DocumentTooDeep,
            Self::Cost { .. } => ErrorCode::MaxCostExceeded,
            Self::FragmentCycle(_) => ErrorCode::ValidationFailed,
        }
    }
}
