//! The tree of a search, made of its tokens.

use super::token::{Token, quoted};
use super::{Comparison, DEEPEST, Node, QueryError, words_of};
use crate::platform::clock;
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};

/// The tree of these tokens; `None` when there is nothing to search for.
pub(super) fn parsed(tokens: Vec<Token>) -> Result<Option<Node>, QueryError> {
    let mut parser = Parser { tokens, at: 0 };
    let node = parser.any(0)?;
    if parser.at < parser.tokens.len() {
        return Err(QueryError::Parentheses);
    }
    Ok(node)
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
