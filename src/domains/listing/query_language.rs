//! The language of `products(query:)`: words, phrases, fields, `AND`, `OR`, `NOT` and parentheses.
//!
//! As in the Storefront API: words that stand side by side must all be found, `-word` and `NOT word` must not, a word at its
//! beginning is enough (`cera` finds `ceramic`), `field:value` asks for a field. A field that is not known is searched as text.

mod parser;
mod token;

use super::condition::{all, any, available, product_type, tag, vendor};
use crate::graphql::codes::CurrencyCode;
use crate::graphql::money::minor_from_units;
use crate::platform::db::Statement;
use chrono::{DateTime, Utc};
use parser::parsed;
use token::{Token, tokens};

/// A parsed search.
#[derive(Debug, Clone, PartialEq)]
pub struct Query(Node);

/// Why a text is no search.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum QueryError {
    /// Longer than is read.
    #[error("The search is longer than {LONGEST} characters.")]
    TooLong,
    /// More words than are searched.
    #[error("The search has more than {MOST_TERMS} words.")]
    TooManyTerms,
    /// Nested deeper than is read, or not closed.
    #[error("The search has parentheses that do not match or are nested deeper than {DEEPEST}.")]
    Parentheses,
    /// A text with a NUL character.
    #[error("The search contains a NUL character: leave it out.")]
    Nul,
    /// A field whose value can't be read.
    #[error("The search asks for `{0}` with a value that it cannot have.")]
    Value(String),
}

const LONGEST: usize = 1_000;
const MOST_TERMS: usize = 20;
const DEEPEST: usize = 8;

#[derive(Debug, Clone, PartialEq)]
enum Node {
    All(Vec<Node>),
    Any(Vec<Node>),
    Not(Box<Node>),
    /// Words, each of which may be a beginning; `true` for a phrase, which must stand as it is.
    Words(String, bool),
    Tag(String),
    Type(String),
    Vendor(String),
    Available(bool),
    Price(Comparison, f64),
    Created(Comparison, DateTime<Utc>),
    Updated(Comparison, DateTime<Utc>),
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Comparison {
    Less,
    LessOrEqual,
    Equal,
    GreaterOrEqual,
    Greater,
}

impl Query {
    /// Reads a search; `None` for an empty one.
    ///
    /// # Errors
    /// See [`QueryError`].
    pub fn parse(text: &str) -> Result<Option<Self>, QueryError> {
        if text.contains('\0') {
            return Err(QueryError::Nul);
        }
        if text.chars().count() > LONGEST {
            return Err(QueryError::TooLong);
        }
        let tokens = tokens(text);
        if tokens
            .iter()
            .filter(|token| match token {
                Token::Word(word) => !matches!(word.as_str(), "AND" | "OR" | "NOT"),
                Token::Phrase(_) | Token::Field(..) => true,
                _ => false,
            })
            .count()
            > MOST_TERMS
        {
            return Err(QueryError::TooManyTerms);
        }
        Ok(parsed(tokens)?.map(Self))
    }

    /// Whether the search has words, by which results can be ranked.
    #[must_use]
    pub fn has_words(&self) -> bool {
        !self.0.words().is_empty()
    }

    /// Whether the search looks into the words of products at all, be it for words that must not be there.
    pub(super) fn reads_texts(&self) -> bool {
        self.0.reads_texts()
    }

    /// What results are ranked by: a `tsquery` of all words that are wanted.
    pub(super) fn rank(&self, reader: Reader) -> Statement {
        let words: Vec<Statement> = self
            .0
            .words()
            .into_iter()
            .map(|(text, phrase)| tsquery(text, phrase, reader))
            .collect();
        super::condition::joined(words, " || ", "''::tsquery")
    }

    /// The condition on a row that the search finds.
    pub(super) fn condition(&self, reader: Reader) -> Statement {
        self.0.condition(reader)
    }
}

/// Who searches.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reader {
    /// The reader's language.
    pub language: &'static str,
    /// The shop's base language, which is searched as well.
    pub base: &'static str,
    /// What prices are in.
    pub currency: CurrencyCode,
}

impl Node {
    fn words(&self) -> Vec<(&str, bool)> {
        match self {
            Self::All(nodes) | Self::Any(nodes) => nodes.iter().flat_map(Self::words).collect(),
            Self::Words(text, phrase) => vec![(text, *phrase)],
            _ => Vec::new(),
        }
    }

    fn reads_texts(&self) -> bool {
        match self {
            Self::All(nodes) | Self::Any(nodes) => nodes.iter().any(Self::reads_texts),
            Self::Not(node) => node.reads_texts(),
            Self::Words(..) => true,
            _ => false,
        }
    }

    fn condition(&self, reader: Reader) -> Statement {
        let each = |nodes: &[Node]| nodes.iter().map(|node| node.condition(reader)).collect();
        match self {
            Self::All(nodes) => all(each(nodes)),
            Self::Any(nodes) => any(each(nodes)),
            Self::Not(node) => Statement::new("NOT coalesce(")
                .append(node.condition(reader))
                .sql(", false)"),
            Self::Words(text, phrase) => {
                Statement::new("x.document @@ ").append(tsquery(text, *phrase, reader))
            }
            Self::Tag(name) => tag(name),
            Self::Type(name) => product_type(name),
            Self::Vendor(name) => vendor(name),
            Self::Available(wanted) => available(*wanted),
            Self::Price(comparison, units) => price(*comparison, *units, reader.currency),
            Self::Created(comparison, time) => Statement::new("l.created_at")
                .sql(comparison.sql())
                .time(*time),
            Self::Updated(comparison, time) => Statement::new("l.updated_at")
                .sql(comparison.sql())
                .time(*time),
        }
    }
}

/// The words as stemmed by the reader's language, or as they stand, each open at its end.
fn tsquery(text: &str, phrase: bool, reader: Reader) -> Statement {
    if phrase {
        return Statement::new("phraseto_tsquery('simple', search_fold(search_spaced(")
            .text(text)
            .sql(")))");
    }
    let prefix = words_of(text)
        .into_iter()
        .map(|word| format!("'{word}':*"))
        .collect::<Vec<_>>()
        .join(" & ");
    Statement::new("(plainto_tsquery(text_config(")
        .text(reader.language)
        .sql("), search_fold(search_spaced(")
        .text(text)
        .sql("))) || plainto_tsquery(text_config(")
        .text(reader.base)
        .sql("), search_fold(search_spaced(")
        .text(text)
        .sql("))) || to_tsquery('simple', search_fold(")
        .text(prefix)
        .sql(")))")
}

/// Only letters and digits, so that no text becomes an operator.
fn words_of(text: &str) -> Vec<String> {
    let parts = text.split(|letter: char| !letter.is_alphanumeric());
    parts
        .filter(|part| !part.is_empty())
        .map(str::to_lowercase)
        .collect()
}

fn price(comparison: Comparison, units: f64, currency: CurrencyCode) -> Statement {
    // What is too large to be an amount is above or below all of them.
    let beyond = if units < 0.0 { i64::MIN } else { i64::MAX };
    let minor = minor_from_units(units, currency).unwrap_or(beyond);
    Statement::new(
        "EXISTS (SELECT 1 FROM variants qv JOIN variant_prices qp ON qp.variant_id = qv.id \
         WHERE qv.product_id = l.product_id AND qp.price_list_id = lp.price_list_id AND qp.amount",
    )
    .sql(comparison.sql())
    .bigint(minor)
    .sql(")")
}

impl Comparison {
    fn sql(self) -> &'static str {
        match self {
            Self::Less => " < ",
            Self::LessOrEqual => " <= ",
            Self::Equal => " = ",
            Self::GreaterOrEqual => " >= ",
            Self::Greater => " > ",
        }
    }

    fn split(value: &str) -> (Self, &str) {
        for (sign, comparison) in [
            ("<=", Self::LessOrEqual),
            (">=", Self::GreaterOrEqual),
            ("<", Self::Less),
            (">", Self::Greater),
            ("=", Self::Equal),
        ] {
            if let Some(rest) = value.strip_prefix(sign) {
                return (comparison, rest);
            }
        }
        (Self::Equal, value)
    }
}
