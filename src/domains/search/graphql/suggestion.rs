//! Texts to search for.

use super::tracking::{Found, parameters};
use crate::domains::search::highlight::escaped;
use async_graphql::Object;

/// A text to search for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchQuerySuggestion {
    text: String,
    /// What was typed.
    typed: String,
    position: u64,
}

impl SearchQuerySuggestion {
    /// A text for somebody who typed `typed`, at a place from 1.
    #[must_use]
    pub fn new(text: String, typed: &str, position: u64) -> Self {
        Self {
            text,
            typed: typed.to_owned(),
            position,
        }
    }
}

/// A text to search for.
#[Object]
impl SearchQuerySuggestion {
    /// The text.
    async fn text(&self) -> &str {
        &self.text
    }

    /// The same with markup: in `<mark>` what was typed, in `<span>` what was not.
    async fn styled_text(&self) -> String {
        styled(&self.text, &self.typed)
    }

    /// Parameters for the address of the search, by which it is known that it was suggested.
    pub async fn tracking_parameters(&self) -> Option<String> {
        parameters(Found::Suggested, &self.typed, self.position)
    }
}

fn styled(text: &str, typed: &str) -> String {
    let mut rest = text.char_indices();
    let mut end = 0;
    for typed in typed.chars().flat_map(char::to_lowercase) {
        match rest.next() {
            Some((at, letter)) if letter.to_lowercase().eq([typed]) => {
                end = at.saturating_add(letter.len_utf8());
            }
            _ => return format!("<span>{}</span>", escaped(text)),
        }
    }
    let (same, more) = text.split_at_checked(end).unwrap_or(("", text));
    let part = |tag: &str, text: &str| match text {
        "" => String::new(),
        text => format!("<{tag}>{}</{tag}>", escaped(text)),
    };
    part("mark", same) + &part("span", more)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_is_marked() {
        assert_eq!(
            styled("Mug & tea", "mu"),
            "<mark>Mu</mark><span>g &amp; tea</span>"
        );
        assert_eq!(styled("mug", "mug"), "<mark>mug</mark>");
        assert_eq!(styled("bowl", "mug"), "<span>bowl</span>");
        assert_eq!(styled("mu", "mug"), "<span>mu</span>");
    }
}
