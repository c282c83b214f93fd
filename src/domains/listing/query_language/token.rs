//! A search cut into words, phrases, fields and signs.

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    Word(String),
    Phrase(String),
    Field(String, String),
    Minus,
    Open,
    Close,
}

pub(super) fn tokens(text: &str) -> Vec<Token> {
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

pub(super) fn quoted(text: &str) -> Option<(&str, &str)> {
    let mark = text
        .chars()
        .next()
        .filter(|mark| *mark == '"' || *mark == '\'')?;
    text.get(1..)?.split_once(mark)
}
