//! The words by which something was found, and what somebody seems to have meant.

use super::settings::{LEAST_FOR_ONE, LEAST_FOR_TWO};
use serde_json::{Map, Value};
use std::collections::HashMap;

/// What the server puts before and after what it found: characters that no text has.
pub(super) const MARKS: (&str, &str) = ("\u{E000}", "\u{E001}");

/// What is searched: the text without what would be an operator.
pub(super) fn searched(text: &str) -> String {
    let words = text.split(|c: char| c.is_whitespace() || c == '"');
    let words = words.map(|word| word.trim_start_matches('-'));
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    words.join(" ")
}

/// Whether there is anything in a text to look for.
pub(super) fn says_something(text: &str) -> bool {
    text.chars().any(char::is_alphanumeric)
}

/// The words that are marked in the texts of a hit, whole and in lower case, each once.
pub(super) fn marked(formatted: &Map<String, Value>) -> Vec<String> {
    let mut words = Vec::new();
    formatted
        .values()
        .for_each(|value| collect(value, &mut words));
    words.sort();
    words.dedup();
    words
}

fn is_mark(c: char) -> bool {
    MARKS.0.contains(c) || MARKS.1.contains(c)
}

fn collect(value: &Value, words: &mut Vec<String>) {
    match value {
        Value::String(text) => {
            // Of a word only a part is marked when it was found by its beginning, or has an article.
            let between = |c: char| !c.is_alphanumeric() && !is_mark(c);
            let found = text.split(between).filter(|word| word.contains(MARKS.0));
            let plain = found.map(|word| word.replace(is_mark, "").to_lowercase());
            words.extend(plain.filter(|word| !word.is_empty()));
        }
        Value::Array(all) => all.iter().for_each(|one| collect(one, words)),
        _ => {}
    }
}

/// The words of a text with each of those that tell and that none of the hits has replaced by the one that they have in its place; none when
/// they have all, and none when they have neither a word nor one like it: that would be no better text.
pub(super) fn corrected(
    typed: &[String],
    telling: &[String],
    hits: &[Vec<String>],
) -> Option<String> {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    hits.iter()
        .flatten()
        .for_each(|word| *counts.entry(word).or_default() += 1);
    let mut changed = false;
    let words: Option<Vec<String>> = typed
        .iter()
        .map(|word| {
            let is_had = counts.keys().any(|have| alike(have, word));
            // What is too short to be mistyped may be no word that is looked for.
            if is_had || allowed(word) == 0 || !telling.contains(word) {
                return Some(word.clone());
            }
            let close = counts.iter().filter_map(|(have, count)| {
                let distance = distance(word, have);
                (distance <= allowed(word)).then_some((distance, usize::MAX - count, *have))
            });
            let (_, _, have) = close.min()?;
            changed = true;
            Some(have.to_owned())
        })
        .collect();
    words.filter(|_| changed).map(|words| words.join(" "))
}

/// Whether a text has a word that none of the hits has: one that may be mistyped, be it that hits were found by another like it.
pub(super) fn is_any_strange(words: &[String], hits: &[Vec<String>]) -> bool {
    let is_had = |word: &String| hits.iter().flatten().any(|have| alike(have, word));
    !words.iter().all(is_had)
}

/// Whether a word of a text was found without any mistake; the Arabic article is none of the word for the server.
fn alike(have: &str, asked: &str) -> bool {
    let (have, asked) = (fold(have), fold(asked));
    let bare = |word: &str| word.strip_prefix("ال").map(str::to_owned);
    have.starts_with(&asked)
        || bare(&have).is_some_and(|have| have.starts_with(&asked))
        || bare(&asked).is_some_and(|asked| !asked.is_empty() && have.starts_with(&asked))
}

/// Without what the server does not tell apart.
fn fold(word: &str) -> String {
    let plain = |c: char| match c {
        'à'..='å' => 'a',
        'è'..='ë' => 'e',
        'ì'..='ï' => 'i',
        'ò'..='ö' => 'o',
        'ù'..='ü' => 'u',
        'ç' => 'c',
        'ñ' => 'n',
        'أ' | 'إ' | 'آ' => 'ا',
        'ى' => 'ي',
        'ة' => 'ه',
        c => c,
    };
    word.chars()
        .filter(|c| !('\u{064B}'..='\u{0652}').contains(c) && *c != '\u{0640}')
        .map(plain)
        .collect()
}

/// How many mistakes the server allows in a word.
fn allowed(word: &str) -> usize {
    let letters = word.chars().count();
    usize::from(letters >= LEAST_FOR_ONE.into()) + usize::from(letters >= LEAST_FOR_TWO.into())
}

/// In how many letters two words differ; a turned pair counts as one.
fn distance(one: &str, other: &str) -> usize {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    if one.len().abs_diff(other.len()) > 2 {
        return usize::MAX;
    }
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=other.len()).collect();
    let at = |row: &[usize], place: usize| row.get(place).copied().unwrap_or(usize::MAX / 2);
    for (i, a) in one.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, b) in other.iter().enumerate() {
            let changed = at(&last, j) + usize::from(a != b);
            let mut least = changed.min(at(&last, j + 1) + 1).min(at(&row, j) + 1);
            let turned = i > 0 && j > 0 && other.get(j - 1) == Some(a) && one.get(i - 1) == Some(b);
            if turned {
                least = least.min(at(&before, j - 1) + 1);
            }
            row.push(least);
        }
        before = std::mem::replace(&mut last, row);
    }
    at(&last, other.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn operators_are_no_words() {
        assert_eq!(searched("-tea \"green\"  leaf-tea"), "tea green leaf-tea");
        assert_eq!(searched("--\"\"-"), "");
        assert!(!says_something("?!_%") && says_something("شاي"));
    }

    #[test]
    fn marked_words_are_whole() {
        let value = json!({ "title": "\u{E000}Cera\u{E001}mic \u{E000}bowl\u{E001}, blue", "properties": ["a \u{E000}Bowl\u{E001}"], "id": "x" });
        assert_eq!(marked(value.as_object().unwrap()), ["bowl", "ceramic"]);
        let value =
            json!({ "title": "ال\u{E000}قهوة\u{E001} \u{E000}ال\u{E001}\u{E000}ثانية\u{E001}" });
        assert_eq!(marked(value.as_object().unwrap()), ["الثانية", "القهوة"]);
    }

    #[test]
    fn what_no_hit_has_is_taken_for_what_they_have() {
        let hits = vec![
            vec!["ceramic".to_owned(), "bowl".to_owned()],
            vec!["ceramic".to_owned()],
        ];
        let corrected = |text: &str| {
            let typed: Vec<String> = text.split(' ').map(str::to_owned).collect();
            corrected(&typed, &typed, &hits)
        };
        assert_eq!(corrected("ceramci bowl").as_deref(), Some("ceramic bowl"));
        assert_eq!(corrected("ceram bowl"), None);
        let is_strange = |words: [&str; 2]| is_any_strange(&words.map(str::to_owned), &hits);
        assert!(is_strange(["ceramci", "bowl"]) && !is_strange(["ceram", "bowl"]));
        assert!(!is_any_strange(&[], &hits));
        // Half of it mended is no better text.
        assert_eq!(corrected("ceramci vanilla"), None);
        // A synonym is no mistake, be it written like what was found.
        assert_eq!(corrected("earthenware"), None);
        let typed = ["cerramic".to_owned(), "bowl".to_owned()];
        assert_eq!(super::corrected(&typed, &typed[1..], &hits), None);
        // The article is no mistake either, on whichever side it stands.
        let hits = [vec!["القهوه".to_owned(), "كوب".to_owned()]];
        assert!(!is_any_strange(
            &["قهوة".to_owned(), "الكوب".to_owned()],
            &hits
        ));
        assert!(is_any_strange(
            &["ال".to_owned()],
            &[vec!["كوب".to_owned()]]
        ));
        assert_eq!(distance("ceramci", "ceramic"), 1);
        assert_eq!(distance("tea", "teas"), 1);
    }
}
