//! The words of a text, those that hits must have, and those that complete it.

use crate::domains::search::ask::Ask;
use crate::domains::search::engine::EngineError;
use crate::domains::search::found::Hit;
use crate::domains::search::highlight;
use crate::domains::search::meilisearch::query::{Answer, Questions, shown};
use crate::domains::search::meilisearch::{meaning, words};
use crate::domains::shop::InContext;
use std::collections::{HashMap, HashSet};

/// The text with its last word completed by the words that hits have, the commonest first.
pub(super) fn completed(text: &str, hits: &[Hit], limit: usize) -> Vec<String> {
    let text = words::searched(text).to_lowercase();
    let (before, last) = text.rsplit_once(' ').unwrap_or(("", &text));
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for word in hits.iter().flat_map(|hit| &hit.words) {
        if word != last && word.starts_with(last) {
            *counts.entry(word).or_default() += 1;
        }
    }
    let mut words: Vec<(usize, &str)> = counts.into_iter().map(|(word, n)| (n, word)).collect();
    words.sort_by(|one, other| other.0.cmp(&one.0).then(one.1.cmp(other.1)));
    let whole = |(_, word): (usize, &str)| format!("{before} {word}").trim_start().to_owned();
    words.into_iter().map(whole).take(limit).collect()
}

/// The words of a text without its stop words, which the server does not look for.
pub(super) fn sought(text: &str, ask: &Ask, context: &InContext) -> Vec<String> {
    let is_stop = |word: &String| {
        let mut stop_words = ask.tuning.stop_words.iter();
        stop_words.any(|(language, stop)| *language == context.language && stop == word)
    };
    let words = highlight::words(text).into_iter();
    words.filter(|word| !is_stop(word)).collect()
}

/// Those of the words that hits must have: what has a synonym may be found by that.
pub(super) fn telling(sought: Vec<String>, ask: &Ask, context: &InContext) -> Vec<String> {
    let synonyms = ask.tuning.synonyms.iter();
    let ours = synonyms.filter(|one| one.language.is_none_or(|of| of == context.language));
    let told: HashSet<String> = ours
        .flat_map(|one| one.word.iter().chain(&one.terms))
        .flat_map(|term| highlight::words(term))
        .collect();
    sought
        .into_iter()
        .filter(|word| !told.contains(word))
        .collect()
}

/// The words of the hits by which a text is judged. Those that were asked for do where they have all that tell; else the best of all
/// are asked for, which have them if any have.
pub(super) async fn judged(
    questions: &Questions<'_>,
    answers: &[Answer],
    telling: &[String],
) -> Result<Vec<Vec<String>>, EngineError> {
    if !questions.has_words() {
        return Ok(Vec::new());
    }
    let found = answers.first().map(shown).unwrap_or_default();
    if !found.is_empty() && !words::is_any_strange(telling, &found) {
        return Ok(found);
    }
    questions.judge().await.map_err(meaning)
}
