//! Showing in a text the words by which it was found.

use crate::graphql::words::says_something;

/// Characters of a long text that are shown around the first word that was found.
const BEFORE: usize = 60;
const SHOWN: usize = 200;

/// The text, safe to be put into a page, with the words that were found in `<em>`; `None` when none of them stands in it.
/// Words are lower case.
#[must_use]
pub fn marked(text: &str, words: &[String]) -> Option<String> {
    let pieces = pieces(text);
    let mut any = false;
    let mut shown = String::with_capacity(text.len());
    let mut open = false;
    for piece in &pieces {
        let found = piece.word && words.contains(&piece.text.to_lowercase());
        any |= found;
        if found != open {
            shown.push_str(if found { "<em>" } else { "</em>" });
            open = found;
        }
        escape(piece.text, &mut shown);
    }
    if open {
        shown.push_str("</em>");
    }
    any.then_some(shown)
}

/// The same for a long text: only the part around the first word that was found.
#[must_use]
pub fn excerpt(text: &str, words: &[String]) -> Option<String> {
    let first = pieces(text)
        .into_iter()
        .find(|piece| piece.word && words.contains(&piece.text.to_lowercase()))?
        .at;
    let before = text.get(..first)?;
    let start = before
        .char_indices()
        .rev()
        .nth(BEFORE)
        .map_or(0, |(at, _)| next_word(text, at));
    let rest = text.get(start..)?;
    let end = rest
        .char_indices()
        .nth(SHOWN)
        .map_or(rest.len(), |(at, _)| last_word(rest, at));
    let shown = marked(rest.get(..end)?.trim_end(), words)?;
    let (front, back) = (
        if start > 0 { "…" } else { "" },
        if end < rest.len() { "…" } else { "" },
    );
    Some(format!("{front}{shown}{back}"))
}

/// A text without meaning for a browser.
#[must_use]
pub fn escaped(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    escape(text, &mut shown);
    shown
}

/// A word, or what stands between words.
struct Piece<'a> {
    at: usize,
    text: &'a str,
    word: bool,
}

fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces: Vec<Piece<'_>> = Vec::new();
    let mut begin = 0;
    let mut last = None;
    for (at, letter) in text.char_indices() {
        let word = is_of_word(letter);
        if last.is_some_and(|last| last != word) {
            pieces.extend(piece(text, begin, at, !word));
            begin = at;
        }
        last = Some(word);
    }
    pieces.extend(piece(text, begin, text.len(), last.unwrap_or(false)));
    pieces
}

fn piece(text: &str, begin: usize, end: usize, word: bool) -> Option<Piece<'_>> {
    Some(Piece {
        at: begin,
        text: text.get(begin..end).filter(|text| !text.is_empty())?,
        word,
    })
}

/// Letters and digits, and the marks that stand above or below letters: accents, and the vowels of Arabic.
fn is_of_word(letter: char) -> bool {
    letter.is_alphanumeric()
        || matches!(letter, '\u{300}'..='\u{36f}' | '\u{610}'..='\u{61a}' | '\u{640}' | '\u{64b}'..='\u{65f}' | '\u{670}')
}

/// The words of a text, lower case.
#[must_use]
pub fn words(text: &str) -> Vec<String> {
    pieces(text)
        .into_iter()
        .filter(|piece| piece.word && says_something(piece.text))
        .map(|piece| piece.text.to_lowercase())
        .collect()
}

/// Where the first word begins that begins after `at`.
fn next_word(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    rest.find(char::is_whitespace)
        .and_then(|space| Some((space, rest.get(space..)?)))
        .and_then(|(space, rest)| {
            Some(space.saturating_add(rest.find(|it: char| !it.is_whitespace())?))
        })
        .map_or(at, |skipped| at.saturating_add(skipped))
}

/// Where the last word ends that ends before `at`.
fn last_word(text: &str, at: usize) -> usize {
    text.get(..at)
        .and_then(|text| text.rfind(char::is_whitespace))
        .unwrap_or(at)
}

fn escape(text: &str, into: &mut String) {
    for letter in text.chars() {
        match letter {
            '&' => into.push_str("&amp;"),
            '<' => into.push_str("&lt;"),
            '>' => into.push_str("&gt;"),
            '"' => into.push_str("&quot;"),
            '\'' => into.push_str("&#39;"),
            other => into.push(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn found(words: &[&str]) -> Vec<String> {
        words.iter().map(|word| (*word).to_owned()).collect()
    }

    #[test]
    fn whole_words_are_marked_however_they_are_written() {
        assert_eq!(
            marked("Blue mug, BLUE saucer & bluebell", &found(&["blue"])).unwrap(),
            "<em>Blue</em> mug, <em>BLUE</em> saucer &amp; bluebell"
        );
        assert_eq!(marked("A bowl", &found(&["mug"])), None);
        assert_eq!(marked("", &found(&["mug"])), None);
        let cup = "\u{643}\u{64f}\u{648}\u{628}";
        assert_eq!(
            marked(&format!("{cup} x"), &found(&[cup])).unwrap(),
            format!("<em>{cup}</em> x")
        );
    }

    #[test]
    fn markup_in_a_text_stays_text() {
        assert_eq!(
            marked("<script>mug</script> \"it's\"", &found(&["mug"])).unwrap(),
            "&lt;script&gt;<em>mug</em>&lt;/script&gt; &quot;it&#39;s&quot;"
        );
    }

    #[test]
    fn a_long_text_is_cut_around_the_first_word() {
        let text = format!("{} the mug {}", "early ".repeat(50), "late ".repeat(90));
        let shown = excerpt(&text, &found(&["mug"])).unwrap();
        assert!(shown.starts_with("…early "), "{shown}");
        assert!(shown.contains("the <em>mug</em> late"), "{shown}");
        assert!(shown.ends_with("late…"), "{shown}");
        assert_eq!(
            excerpt("A mug", &found(&["mug"])).unwrap(),
            "A <em>mug</em>"
        );
    }

    proptest! {
        #[test]
        fn nothing_is_lost_and_nothing_is_markup(text in ".{0,300}") {
            let words = words(&text);
            if let Some(shown) = marked(&text, &words) {
                let plain = shown.replace("<em>", "").replace("</em>", "");
                prop_assert!(!plain.contains('<') && !plain.contains('>'));
                prop_assert_eq!(plain, escaped(&text));
            }
            let _ = excerpt(&text, &words);
        }
    }
}
