//! What may be said when the search is tuned.

use super::error::{Field, TuningError};
use super::model::Synonym;
use super::pins::{Rule, plain};
use crate::domains::search::highlight;
use crate::graphql::words::says_something;

/// The most synonyms, rules, and words of a language that are not looked for.
pub(super) const MOST: usize = 500;

/// The longest word, in characters, and the most words of which one is made.
const LONGEST_WORD: usize = 50;
const MOST_PARTS: usize = 4;
/// The longest phrase of a rule, in characters.
const LONGEST_PHRASE: usize = 100;
/// The most words that stand for one another.
const MOST_TERMS: usize = 20;
/// The most products of a rule.
const MOST_PINNED: usize = 20;
const MOST_HIDDEN: usize = 50;

/// A text as it is kept: plain, and with a letter or digit in it.
fn text(field: Field, text: &str, most: usize) -> Result<String, TuningError> {
    if text.chars().count() > most {
        return Err(TuningError::TooLong { field, most });
    }
    let is_stray = |letter: char| letter.is_control() && !letter.is_whitespace();
    if text.contains(is_stray) {
        return Err(TuningError::Unwritable(field));
    }
    let text = plain(text);
    if says_something(&text) {
        Ok(text)
    } else {
        Err(TuningError::Blank(field))
    }
}

/// A word of a synonym: one, or a few that belong together.
fn word(field: Field, word: &str) -> Result<String, TuningError> {
    let word = text(field, word, LONGEST_WORD)?;
    if word.split(' ').count() > MOST_PARTS {
        let most = MOST_PARTS;
        return Err(TuningError::TooManyWords { field, most });
    }
    Ok(word)
}

fn many<T>(field: Field, list: &[T], most: usize) -> Result<(), TuningError> {
    if list.len() > most {
        return Err(TuningError::TooMany { field, most });
    }
    Ok(())
}

/// Words that are looked for together, as they are kept: each once, and in one order, so that the same is the same.
pub(super) fn synonym(given: &Synonym) -> Result<Synonym, TuningError> {
    let field = Field::Terms;
    many(field, &given.terms, MOST_TERMS)?;
    let own = given.word.as_deref();
    let own = own.map(|own| word(Field::Word, own)).transpose()?;
    let terms = given.terms.iter().map(|term| word(field, term));
    let mut terms: Vec<String> = terms.collect::<Result<_, _>>()?;
    terms.retain(|term| Some(term) != own.as_ref());
    terms.sort();
    terms.dedup();
    let least = if own.is_some() { 1 } else { 2 };
    if terms.len() < least {
        return Err(TuningError::TooFew { field, least });
    }
    Ok(Synonym {
        language: given.language,
        word: own,
        terms,
    })
}

/// Words that are not looked for, as they are kept.
pub(super) fn stop_words(given: &[String]) -> Result<Vec<String>, TuningError> {
    let field = Field::Words;
    many(field, given, MOST)?;
    let words = given.iter().map(|word| {
        let word = text(field, word, LONGEST_WORD)?;
        if word.contains(' ') {
            return Err(TuningError::TooManyWords { field, most: 1 });
        }
        Ok(word)
    });
    let mut words: Vec<String> = words.collect::<Result<_, _>>()?;
    words.sort();
    words.dedup();
    Ok(words)
}

/// Terms that are told to nobody, as they are kept.
pub(super) fn blocked_terms(given: &[String]) -> Result<Vec<String>, TuningError> {
    let field = Field::Terms;
    many(field, given, MOST)?;
    // Their words alone: what is looked for is counted without signs.
    let terms = given.iter().map(|term| {
        text(field, term, LONGEST_PHRASE).map(|term| highlight::words(&term).join(" "))
    });
    let mut terms: Vec<String> = terms.collect::<Result<_, _>>()?;
    terms.sort();
    terms.dedup();
    Ok(terms)
}

/// What is said of a phrase, as it is kept. Whether the products are there is looked up later.
pub(super) fn rule(given: &Rule) -> Result<Rule, TuningError> {
    many(Field::Pinned, &given.pinned, MOST_PINNED)?;
    many(Field::Hidden, &given.hidden, MOST_HIDDEN)?;
    let once = |ids: &[uuid::Uuid]| {
        let mut found = Vec::new();
        for id in ids {
            if !found.contains(id) {
                found.push(*id);
            }
        }
        found
    };
    let (pinned, hidden) = (once(&given.pinned), once(&given.hidden));
    if pinned.iter().any(|id| hidden.contains(id)) {
        return Err(TuningError::Contradiction);
    }
    if pinned.is_empty() && hidden.is_empty() {
        let (field, least) = (Field::Pinned, 1);
        return Err(TuningError::TooFew { field, least });
    }
    Ok(Rule {
        phrase: text(Field::Phrase, &given.phrase, LONGEST_PHRASE)?,
        matches: given.matches,
        pinned,
        hidden,
    })
}

/// A weight within its bounds. Titles are always searched.
///
/// # Errors
/// [`TuningError::OutOfRange`].
pub fn weight_within(field: Field, weight: Option<u8>) -> Result<Option<u8>, TuningError> {
    let (least, most) = (u8::from(field == Field::Title), 10);
    match weight {
        Some(weight) if !(least..=most).contains(&weight) => {
            Err(TuningError::OutOfRange { field, least, most })
        }
        weight => Ok(weight),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domains::search::tuning::RuleMatch;
    use uuid::Uuid;

    fn synonyms(word: Option<&str>, terms: &[&str]) -> Result<Synonym, TuningError> {
        synonym(&Synonym {
            language: None,
            word: word.map(str::to_owned),
            terms: terms.iter().map(|term| (*term).to_owned()).collect(),
        })
    }

    #[test]
    fn the_same_words_are_kept_as_the_same() {
        let kept = synonyms(None, &["  Trainers", "sneakers", "TRAINERS"]).unwrap();
        assert_eq!(kept.terms, ["sneakers", "trainers"]);
        let kept = synonyms(Some("Mug"), &["mug", "tea  cup"]).unwrap();
        assert_eq!(
            (kept.word.as_deref(), &*kept.terms),
            (Some("mug"), &["tea cup".to_owned()][..])
        );
    }

    #[test]
    fn what_is_no_word_is_refused() {
        use TuningError::{Blank, TooFew, TooLong, TooMany, TooManyWords, Unwritable};
        assert!(matches!(
            synonyms(None, &["cup", " CUP "]),
            Err(TooFew { least: 2, .. })
        ));
        assert!(matches!(
            synonyms(Some("cup"), &[]),
            Err(TooFew { least: 1, .. })
        ));
        assert!(matches!(
            synonyms(Some("?!"), &["cup"]),
            Err(Blank(Field::Word))
        ));
        for stray in ["\0", "a\0", "\u{7}bell", "\u{85}\u{9c}"] {
            let refused = synonyms(None, &[stray, "cup"]);
            assert!(
                matches!(refused, Err(Unwritable(Field::Terms))),
                "{stray:?}"
            );
        }
        assert!(matches!(
            synonyms(None, &["\u{640}", "cup"]),
            Err(Blank(Field::Terms))
        ));
        assert_eq!(
            blocked_terms(&[" Jane  DOE".to_owned(), "jane doe".to_owned()]).unwrap(),
            ["jane doe"]
        );
        assert_eq!(
            blocked_terms(&["Night-Ferry?".to_owned()]).unwrap(),
            ["night ferry"]
        );
        assert!(matches!(
            synonyms(None, &["a b c d e", "f"]),
            Err(TooManyWords { .. })
        ));
        assert!(matches!(
            synonyms(None, &[&"a".repeat(51), "f"]),
            Err(TooLong { most: 50, .. })
        ));
        assert!(matches!(
            synonyms(None, &["a"; 21]),
            Err(TooMany { most: 20, .. })
        ));
        assert!(matches!(
            stop_words(&["of the".to_owned()]),
            Err(TooManyWords { most: 1, .. })
        ));
        assert_eq!(
            stop_words(&["The".to_owned(), "the".to_owned()]).unwrap(),
            ["the"]
        );
    }

    #[test]
    fn a_rule_names_products_and_no_product_twice() {
        let ids = |ids: &[u128]| ids.iter().copied().map(Uuid::from_u128).collect::<Vec<_>>();
        let given = |pinned: &[u128], hidden: &[u128]| Rule {
            phrase: "Tea".to_owned(),
            matches: RuleMatch::Exact,
            pinned: ids(pinned),
            hidden: ids(hidden),
        };
        assert_eq!(rule(&given(&[2, 1, 2], &[])).unwrap().pinned, ids(&[2, 1]));
        assert!(matches!(
            rule(&given(&[1], &[1])),
            Err(TuningError::Contradiction)
        ));
        assert!(matches!(
            rule(&given(&[], &[])),
            Err(TuningError::TooFew { .. })
        ));
        let many: Vec<u128> = (0..21).collect();
        assert!(matches!(
            rule(&given(&many, &[])),
            Err(TuningError::TooMany { .. })
        ));
    }

    #[test]
    fn titles_are_always_searched() {
        let is_fine = |field, weight| weight_within(field, Some(weight)).is_ok();
        assert!(!is_fine(Field::Title, 0) && is_fine(Field::Title, 1));
        assert!(is_fine(Field::Popularity, 0) && is_fine(Field::Popularity, 10));
        assert!(!is_fine(Field::Popularity, 11) && !is_fine(Field::Title, 255));
        assert!(matches!(weight_within(Field::Title, None), Ok(None)));
    }
}
