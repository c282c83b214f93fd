//! Words that are looked for together.

use super::words;
use crate::domains::search::Synonym;
use crate::graphql::codes::LanguageCode;

/// So many alternatives are looked for at the most.
const MOST: usize = 20;

/// Words that were typed side by side, and everything that stands for them.
#[derive(Debug, PartialEq)]
pub(super) struct Span {
    /// Phrases, what was typed first.
    pub alternatives: Vec<Vec<String>>,
}

impl Span {
    /// All words of all its phrases.
    pub(super) fn words(&self) -> impl Iterator<Item = String> + '_ {
        self.alternatives.iter().flatten().cloned()
    }
}

/// What was typed, cut into words and phrases that have synonyms, the longest phrase first, and words that have none.
pub(super) fn spans(typed: &[String], synonyms: &[Synonym], language: LanguageCode) -> Vec<Span> {
    let entries = entries(synonyms, language);
    let mut spans = Vec::new();
    let mut rest = typed;
    while let Some(first) = rest.first() {
        let longest = entries
            .iter()
            .filter(|entry| rest.starts_with(&entry.phrase))
            .map(|entry| entry.phrase.len())
            .max();
        let length = longest.unwrap_or(1);
        let phrase = rest
            .get(..length)
            .map_or_else(|| vec![first.clone()], <[_]>::to_vec);
        let mut alternatives = vec![phrase.clone()];
        for other in entries
            .iter()
            .filter(|entry| entry.phrase == phrase)
            .flat_map(|entry| &entry.others)
        {
            if alternatives.len() < MOST && !alternatives.contains(other) {
                alternatives.push(other.clone());
            }
        }
        spans.push(Span { alternatives });
        rest = rest.get(length..).unwrap_or_default();
    }
    spans
}

/// A phrase, and what is looked for with it.
struct Entry {
    phrase: Vec<String>,
    others: Vec<Vec<String>>,
}

fn entries(synonyms: &[Synonym], language: LanguageCode) -> Vec<Entry> {
    let mut entries = Vec::new();
    for synonym in synonyms
        .iter()
        .filter(|synonym| synonym.language.is_none_or(|only| only == language))
    {
        let terms: Vec<Vec<String>> = synonym
            .terms
            .iter()
            .map(|term| words::of(term))
            .filter(|phrase| !phrase.is_empty())
            .collect();
        let from = synonym
            .word
            .as_ref()
            .map_or_else(|| terms.clone(), |word| vec![words::of(word)]);
        entries.extend(
            from.into_iter()
                .filter(|phrase| !phrase.is_empty())
                .map(|phrase| Entry {
                    phrase,
                    others: terms.clone(),
                }),
        );
    }
    entries
}

#[cfg(test)]
mod tests {
    use super::*;

    fn synonym(language: Option<LanguageCode>, word: Option<&str>, terms: &[&str]) -> Synonym {
        Synonym {
            language,
            word: word.map(str::to_owned),
            terms: terms.iter().map(|&term| term.to_owned()).collect(),
        }
    }

    fn read(text: &str, synonyms: &[Synonym]) -> Vec<Vec<String>> {
        spans(&words::of(text), synonyms, LanguageCode::En)
            .into_iter()
            .map(|span| {
                let joined = |phrase: &Vec<String>| phrase.join(" ");
                span.alternatives.iter().map(joined).collect()
            })
            .collect()
    }

    #[test]
    fn equal_words_stand_for_each_other_and_others_one_way() {
        let equal = [synonym(None, None, &["mug", "cup", "tea bowl"])];
        assert_eq!(
            read("blue cup", &equal),
            [vec!["blue"], vec!["cup", "mug", "tea bowl"]]
        );
        assert_eq!(read("tea bowl", &equal), [["tea bowl", "mug", "cup"]]);
        let one_way = [synonym(None, Some("shoe"), &["sandal"])];
        assert_eq!(read("shoe", &one_way), [["shoe", "sandal"]]);
        assert_eq!(read("sandal", &one_way), [["sandal"]]);
    }

    #[test]
    fn synonyms_of_another_language_are_none() {
        let arabic = [synonym(Some(LanguageCode::Ar), None, &["mug", "cup"])];
        assert_eq!(read("mug", &arabic), [["mug"]]);
    }
}
