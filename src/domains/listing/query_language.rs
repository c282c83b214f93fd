//! The language of `products(query:)`: words, phrases, fields, `AND`, `OR`, `NOT` and parentheses.
//!
//! As in the Storefront API: words that stand side by side must all be found, `-word` and `NOT word` must not, a word at its
//! beginning is enough (`cera` finds `ceramic`), `field:value` asks for a field. A field that is not known is searched as text.

use super::condition::{all, any, available, product_type, tag, vendor};
use crate::graphql::codes::CurrencyCode;
use crate::graphql::money::minor_from_units;
use crate::platform::clock;
use crate::platform::db::Statement;
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};

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
        let mut parser = Parser { tokens, at: 0 };
        let node = parser.any(0)?;
        if parser.at < parser.tokens.len() {
            return Err(QueryError::Parentheses);
        }
        Ok(node.map(Self))
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

#[derive(Debug, Clone, PartialEq)]
enum Token {
    Word(String),
    Phrase(String),
    Field(String, String),
    Minus,
    Open,
    Close,
}

fn tokens(text: &str) -> Vec<Token> {
    let mut found = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        rest = match first {
            '(' => one(&mut found, Token::Open, rest),
            ')' => one(&mut found, Token::Close, rest),
            '-' => one(&mut found, Token::Minus, rest),
            _ => word(&mut found, rest),
        };
        rest = rest.trim_start();
    }
    found
}

fn one<'a>(found: &mut Vec<Token>, token: Token, rest: &'a str) -> &'a str {
    found.push(token);
    rest.get(1..).unwrap_or_default()
}

/// A phrase, a `field:value` (whose value may be a phrase) or a word.
fn word<'a>(found: &mut Vec<Token>, rest: &'a str) -> &'a str {
    if let Some((phrase, after)) = quoted(rest) {
        found.push(Token::Phrase(phrase.to_owned()));
        return after;
    }
    let end = rest
        .find(|letter: char| letter.is_whitespace() || "():\"".contains(letter))
        .unwrap_or(rest.len());
    let (name, after) = rest.split_at(end);
    let Some(value) = after.strip_prefix(':') else {
        if name.is_empty() {
            return after.get(1..).unwrap_or_default();
        }
        found.push(Token::Word(name.to_owned()));
        return after;
    };
    let (value, after) = quoted(value).unwrap_or_else(|| {
        value.split_at(
            value
                .find(|letter: char| letter.is_whitespace() || letter == ')')
                .unwrap_or(value.len()),
        )
    });
    found.push(Token::Field(name.to_owned(), value.to_owned()));
    after
}

fn quoted(text: &str) -> Option<(&str, &str)> {
    let mark = text
        .chars()
        .next()
        .filter(|mark| *mark == '"' || *mark == '\'')?;
    text.get(1..)?.split_once(mark)
}

struct Parser {
    tokens: Vec<Token>,
    at: usize,
}

impl Parser {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn keyword(&self, name: &str) -> bool {
        matches!(self.peek(), Some(Token::Word(word)) if word == name)
    }

    fn any(&mut self, depth: usize) -> Result<Option<Node>, QueryError> {
        let mut alternatives: Vec<Node> = self.all(depth)?.into_iter().collect();
        while self.keyword("OR") {
            self.at += 1;
            alternatives.extend(self.all(depth)?);
        }
        Ok(gathered(alternatives, Node::Any))
    }

    fn all(&mut self, depth: usize) -> Result<Option<Node>, QueryError> {
        let mut wanted = Vec::new();
        while self.peek().is_some_and(|token| *token != Token::Close) && !self.keyword("OR") {
            if self.keyword("AND") {
                self.at += 1;
            } else {
                wanted.extend(self.term(depth)?);
            }
        }
        Ok(gathered(wanted, Node::All))
    }

    fn term(&mut self, depth: usize) -> Result<Option<Node>, QueryError> {
        if depth > DEEPEST {
            return Err(QueryError::Parentheses);
        }
        if self.keyword("NOT") || self.peek() == Some(&Token::Minus) {
            self.at += 1;
            let refused = match self.peek() {
                Some(Token::Close) | None => None,
                Some(_) => self.term(depth + 1)?,
            };
            return Ok(refused.map(|node| Node::Not(Box::new(node))));
        }
        let Some(token) = self.tokens.get(self.at).cloned() else {
            return Ok(None);
        };
        self.at += 1;
        match token {
            Token::Open => self.group(depth + 1),
            Token::Word(word) => Ok(Some(Node::Words(word, false)).filter(searchable)),
            Token::Phrase(phrase) => Ok(Some(Node::Words(phrase, true)).filter(searchable)),
            Token::Field(name, value) => field(&name, &value).map(|node| node.filter(searchable)),
            Token::Minus | Token::Close => Ok(None),
        }
    }

    fn group(&mut self, depth: usize) -> Result<Option<Node>, QueryError> {
        let node = self.any(depth)?;
        if self.peek() != Some(&Token::Close) {
            return Err(QueryError::Parentheses);
        }
        self.at += 1;
        Ok(node)
    }
}

fn gathered(mut nodes: Vec<Node>, make: fn(Vec<Node>) -> Node) -> Option<Node> {
    match nodes.len() {
        0 | 1 => nodes.pop(),
        _ => Some(make(nodes)),
    }
}

/// Signs alone are nothing to search for.
fn searchable(node: &Node) -> bool {
    !matches!(node, Node::Words(text, _) if words_of(text).is_empty())
}

fn field(name: &str, value: &str) -> Result<Option<Node>, QueryError> {
    let wrong = || QueryError::Value(name.chars().take(40).collect());
    let (comparison, bare) = Comparison::split(value);
    let bare = quoted(bare).map_or(bare, |(inner, _)| inner);
    Ok(Some(match name.to_lowercase().as_str() {
        "tag" => Node::Tag(value.to_owned()),
        "tag_not" => Node::Not(Box::new(Node::Tag(value.to_owned()))),
        "product_type" => Node::Type(value.to_owned()),
        "vendor" => Node::Vendor(value.to_owned()),
        "title" => Node::Words(value.to_owned(), false),
        "available_for_sale" => Node::Available(value.parse().map_err(|_| wrong())?),
        "variants.price" => Node::Price(
            comparison,
            bare.parse()
                .ok()
                .filter(|units: &f64| units.is_finite())
                .ok_or_else(wrong)?,
        ),
        "created_at" => Node::Created(comparison, moment(bare).ok_or_else(wrong)?),
        "updated_at" => Node::Updated(comparison, moment(bare).ok_or_else(wrong)?),
        _ => Node::Words(format!("{name} {value}"), false),
    }))
}

fn moment(text: &str) -> Option<DateTime<Utc>> {
    let day = || {
        text.parse::<NaiveDate>()
            .ok()
            .map(|day| day.and_time(NaiveTime::MIN).and_utc())
    };
    text.parse().ok().or_else(day).filter(clock::is_storable)
}
