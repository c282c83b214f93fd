//! What of a text may be counted.

use crate::domains::search::tuning::pins::plain;

/// The most characters of a text that is counted.
const LONGEST: usize = 100;

/// A number of so many digits may be somebody's: of a telephone, a card, an order.
const DIGITS: usize = 6;

/// A text as it is counted: lower case, one space between words. None for what may be somebody's data, an address or a number, and
/// for what nobody would look for: a text without a letter or digit, or a very long one.
#[must_use]
pub fn term(text: &str) -> Option<String> {
    // Longer in bytes than any text of so many characters.
    if text.len() > 8 * LONGEST {
        return None;
    }
    let term = plain(text);
    let fits = term.chars().count() <= LONGEST && term.chars().any(char::is_alphanumeric);
    let private = term.contains(['@', '\u{ff20}', '\u{fe6b}']) || has_number(&term);
    let whole = !term.chars().any(char::is_control);
    (fits && whole && !private).then_some(term)
}

/// Whether so many digits stand in a row; what people write between the digits of a number does not end it.
fn has_number(term: &str) -> bool {
    let mut digits = 0;
    for letter in term.chars() {
        if letter.is_numeric() {
            digits += 1;
        } else if !matches!(letter, ' ' | '-' | '.' | '/' | '(' | ')' | '+' | '\u{2013}') {
            digits = 0;
        }
        if digits >= DIGITS {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::term;

    #[test]
    fn a_term_is_plain() {
        for (text, wanted) in [
            ("  Green   TEA ", Some("green tea")),
            ("كوب شاي", Some("كوب شاي")),
            ("12345", Some("12345")),
            ("lamp 40 w 2024", Some("lamp 40 w 2024")),
        ] {
            assert_eq!(term(text).as_deref(), wanted, "{text}");
        }
    }

    #[test]
    fn what_may_be_somebodys_is_none() {
        for text in [
            "ada@example.com",
            "ada\u{ff20}example.com",
            "123456",
            "call 0170 12 34 56 7",
            "4111-1111-1111-1111",
            "\u{0661}\u{0662}\u{0663}\u{0664}\u{0665}\u{0666}",
            "",
            "   ",
            "?!%_",
            "nul\0",
        ] {
            assert_eq!(term(text), None, "{text}");
        }
        assert_eq!(term(&"a".repeat(101)), None);
        assert_eq!(term(&"\u{a0}a".repeat(9000)), None);
        assert!(term(&"a".repeat(100)).is_some());
    }
}
