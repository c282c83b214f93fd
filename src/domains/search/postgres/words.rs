//! A text as the words that are looked for.

use crate::graphql::words::says_something;

/// More words are not looked for.
const MOST: usize = 16;

/// Longer words are cut: no text of a product has any.
const LONGEST: usize = 64;

/// The words of what is looked for.
pub(super) fn of(text: &str) -> Vec<String> {
    all(text)
        .map(|word| word.chars().take(LONGEST).collect())
        .take(MOST)
        .collect()
}

/// The words of a text, lower case: its letters and digits, with what is written above and below them.
pub(super) fn all(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split(|letter: char| !is_part(letter))
        .filter(|word| says_something(word))
        .map(str::to_lowercase)
}

/// Whether a letter belongs to a word; marks that stand above and below letters do, although they are no letters.
fn is_part(letter: char) -> bool {
    letter.is_alphanumeric()
        || matches!(letter, '\u{300}'..='\u{36f}' | '\u{640}' | '\u{64b}'..='\u{65f}' | '\u{670}')
}

/// A lexeme as a tsquery writes it.
pub(super) fn quoted(lexeme: &str) -> String {
    let mut text = String::with_capacity(lexeme.len().saturating_add(2));
    text.push('\'');
    for letter in lexeme.chars() {
        if matches!(letter, '\'' | '\\') {
            text.push(letter);
        }
        text.push(letter);
    }
    text.push('\'');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_letters_and_digits() {
        assert_eq!(
            of("Hand-made MUG, 0.5l!"),
            ["hand", "made", "mug", "0", "5l"]
        );
        assert_eq!(of("قَهْوَة عربية"), ["قَهْوَة", "عربية"]);
        assert!(of("%_'\"()&|!<->:*\\").is_empty());
    }

    #[test]
    fn a_text_of_many_words_is_cut() {
        assert_eq!(of(&"a ".repeat(5_000)).len(), MOST);
        assert_eq!(of(&"é".repeat(5_000))[0].chars().count(), LONGEST);
    }

    #[test]
    fn what_a_tsquery_reads_as_signs_is_quoted() {
        assert_eq!(quoted(r"o'b\c"), r"'o''b\\c'");
    }
}
