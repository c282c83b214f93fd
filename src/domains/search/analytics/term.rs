//! What of a text may be counted.

use crate::domains::search::tuning::pins::plain;
use crate::graphql::words::says_something;

/// The most characters of a text that is counted.
const LONGEST: usize = 100;

/// A number of so many digits may be somebody's: of a telephone, a card, an order.
const DIGITS: usize = 6;

/// A text as it is counted: its words, lower case, one space between them, without the signs around them. None for what may be
/// somebody's data, an address or a number, and for what nobody would look for: a text without a letter, or a very long one.
#[must_use]
pub fn term(text: &str) -> Option<String> {
    // Longer in bytes than any text of so many characters.
    if text.len() > 8 * LONGEST {
        return None;
    }
    let text = plain(text);
    let private = text.contains(['@', '\u{ff20}', '\u{fe6b}']) || has_number(&text);
    if private || text.chars().count() > LONGEST || text.chars().any(char::is_control) {
        return None;
    }
    let term = words(&text);
    says_something(&term).then_some(term)
}

/// The words of a text; signs within a word belong to it where people write them so: `t-shirt`, `women's`, `3.5`, `h&m`.
fn words(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let is_part = |place: Option<usize>| {
        place
            .and_then(|place| letters.get(place))
            .copied()
            .filter(|letter| is_letter(*letter))
    };
    let words: String = letters
        .iter()
        .enumerate()
        .map(|(place, letter)| {
            let beside = (is_part(place.checked_sub(1)), is_part(place.checked_add(1)));
            let within = match (letter, beside) {
                ('\'' | '\u{2019}' | '-' | '&', (Some(_), Some(_))) => true,
                ('.' | ',', (Some(before), Some(after))) => {
                    before.is_numeric() && after.is_numeric()
                }
                _ => false,
            };
            if within || is_letter(*letter) {
                *letter
            } else {
                ' '
            }
        })
        .collect();
    plain(&words)
}

/// Letters, digits, and the marks above and below letters.
fn is_letter(letter: char) -> bool {
    letter.is_alphanumeric()
        || matches!(letter, '\u{300}'..='\u{36f}' | '\u{640}' | '\u{64b}'..='\u{65f}' | '\u{670}')
}

/// Whether so many digits stand in a row; what people write between the digits of a number does not end it, whatever sign it is.
fn has_number(term: &str) -> bool {
    let mut digits = 0;
    for letter in term.chars() {
        if letter.is_numeric() {
            digits += 1;
        } else if letter.is_alphabetic() {
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
            ("'; DROP TABLE x;--", Some("drop table x")),
            (
                "women's T-shirt, 3.5 \u{2013} (h&m)",
                Some("women's t-shirt 3.5 h&m"),
            ),
            ("cheap at spam.example", Some("cheap at spam example")),
            ("كُوب", Some("كُوب")),
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
            "drum 965·551·234",
            "wool 965,551|234",
            "9\u{200b}6\u{200b}5551",
            "\u{0661}\u{0662}\u{0663}\u{0664}\u{0665}\u{0666}",
            "",
            "   ",
            "?!%_",
            "nul\0",
            "\u{640}",
            "-- ;'",
        ] {
            assert_eq!(term(text), None, "{text}");
        }
        assert_eq!(term(&"a".repeat(101)), None);
        assert_eq!(term(&"\u{a0}a".repeat(9000)), None);
        assert!(term(&"a".repeat(100)).is_some());
    }
}
