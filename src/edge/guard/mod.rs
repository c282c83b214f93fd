//! Limits on what a client may ask for, checked before anything runs and before any SQL.
//!
//! Three steps, each cheap in the length of what came in:
//!
//! 1. [`check_text`] reads the text once, before the parser sees it: bytes, tokens, brackets inside brackets.
//! 2. [`check_variables`] bounds the variables.
//! 3. [`measure`] walks the parsed document, **every fragment once**: 24 levels of fragments that each spread the
//!    next one twice are 24 steps here, and sixteen million wherever spreads are followed one by one.
//!
//! What passes is bounded for all that comes after: validation follows every spread, the parser and the executor
//! call themselves for every level.

mod document;
mod rows;
mod text;
mod variables;
mod violation;

#[cfg(test)]
mod random_tests;
#[cfg(test)]
mod tests;

pub use self::{
    document::{Measure, measure},
    text::check_text,
    variables::check_variables,
    violation::Violation,
};

/// What one request may ask for at most. The defaults leave public storefronts ample room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Length of the document, in bytes.
    pub document_bytes: usize,
    /// Tokens of the document: names, values, punctuation.
    pub tokens: usize,
    /// Brackets of any kind inside one another, so that the recursive parser's stack is safe.
    pub brackets: usize,
    /// Length of a name, in bytes. Names come back in errors, and are compared with every name of a type.
    pub name_bytes: usize,
    /// Fields inside one another.
    pub depth: usize,
    /// Selection sets inside one another, fragments included. Executing them is recursive; the library itself
    /// refuses at 33.
    pub nesting: usize,
    /// Fields of all the operations, with every fragment counted wherever it is spread.
    pub fields: usize,
    /// Aliases, as written.
    pub aliases: usize,
    /// Directives, as written.
    pub directives: usize,
    /// Rows asked for: see [`Measure::cost`].
    pub cost: usize,
    /// The longest page there is, to which a longer one is cut when rows are counted.
    pub page_size: usize,
    /// Lists and objects inside one another in a variable.
    pub variable_depth: usize,
    /// Values in all the variables together, lists and objects included.
    pub variable_values: usize,
    /// Length of a text in a variable, in bytes: every field that takes it gets a copy.
    pub variable_text: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            document_bytes: 65_536,
            tokens: 4_000,
            brackets: 60,
            name_bytes: 128,
            depth: 20,
            nesting: 32,
            fields: 2_000,
            aliases: 60,
            directives: 60,
            cost: 5_000,
            page_size: 250,
            variable_depth: 20,
            variable_values: 2_000,
            variable_text: 20_000,
        }
    }
}
