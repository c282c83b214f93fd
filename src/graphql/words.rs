//! The words of a text, for lists that are short enough to be looked through.

use crate::platform::db::Statement;

/// More words are not looked for.
const MOST: usize = 12;

/// Whether something is left of a word when it is folded: marks above, below and between letters are not.
#[must_use]
pub fn says_something(word: &str) -> bool {
    let is_mark = |letter| matches!(letter, '\u{300}'..='\u{36f}' | '\u{610}'..='\u{61a}' | '\u{640}' | '\u{64b}'..='\u{65f}' | '\u{670}' | '\u{6d6}'..='\u{6ed}' | '\u{fe70}'..='\u{fe7f}');
    word.chars()
        .any(|letter| letter.is_alphanumeric() && !is_mark(letter))
}

/// The words that are looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    words: Vec<String>,
    prefix: bool,
}

impl Words {
    /// Of words of letters and digits alone; with `prefix` the last may be a beginning. `None` without any.
    #[must_use]
    pub fn of(words: &[String], prefix: bool) -> Option<Self> {
        let words = words.iter().filter(|word| says_something(word));
        let words: Vec<String> = words.take(MOST).cloned().collect();
        (!words.is_empty()).then_some(Self { words, prefix })
    }

    /// A `tsquery`: all of them as a language stems them, or as they stand.
    #[must_use]
    pub fn query(&self, language: &str) -> Statement {
        let last = self.words.len().saturating_sub(1);
        let each = self.words.iter().enumerate().map(|(at, word)| {
            // No quote is a letter or a digit.
            let word: String = word.chars().filter(|it| !"'\\\0".contains(*it)).collect();
            let open = if self.prefix && at == last { ":*" } else { "" };
            format!("'{word}'{open}")
        });
        let plain = each.collect::<Vec<_>>().join(" & ");
        Statement::new("(plainto_tsquery(text_config(")
            .text(language)
            .sql("), search_fold(")
            .text(self.words.join(" "))
            .sql(")) || to_tsquery('simple', search_fold(")
            .text(plain)
            .sql(")))")
    }

    /// Which of a text's words are these.
    #[must_use]
    pub fn among(&self, text: &[String]) -> Vec<String> {
        let last = self.words.len().saturating_sub(1);
        let found = |word: &&String| {
            self.words.iter().enumerate().any(|(at, wanted)| {
                *word == wanted || self.prefix && at == last && word.starts_with(wanted.as_str())
            })
        };
        text.iter().filter(found).cloned().collect()
    }
}
