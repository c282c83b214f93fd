//! What the words of a search mean: which of them count, what else is looked for with them, and what a mistyped one was to be.

use super::spelling::{self, Nearest};
use super::stems::{self, Stems};
use super::synonyms::{self, Span};
use super::words;
use crate::domains::search::{Ask, Ranking};
use crate::domains::shop::InContext;
use crate::platform::db::Conn;
use diesel::QueryResult;
use std::collections::HashMap;

/// What is looked for.
pub(super) enum Sought {
    /// All products.
    Everything,
    /// What has these words.
    Words(Wanted),
    /// Nothing that a text could have.
    Nothing,
}

/// Words that are looked for.
pub(super) struct Wanted {
    /// As tsqueries, each laxer than the one before it. The first that finds anything holds.
    pub levels: Vec<String>,
    /// Any of the words, to rank by.
    pub rank: String,
    /// Any of the words wherever they stand, to show them.
    pub anywhere: String,
    /// How the words begin that these could be found by.
    pub roots: Vec<String>,
    /// The words that are looked for, when one of them was mistyped.
    pub corrected: Option<String>,
}

/// Reads the text of a search.
pub(super) async fn sought(conn: &mut Conn, ask: &Ask, context: &InContext) -> QueryResult<Sought> {
    if ask.text.is_empty() {
        return Ok(Sought::Everything);
    }
    let typed = without_stop_words(words::of(&ask.text), ask, context);
    let Some(places) = places(&ask.tuning.ranking) else {
        return Ok(Sought::Nothing);
    };
    if typed.is_empty() {
        return Ok(Sought::Nothing);
    }
    let spans = synonyms::spans(&typed, &ask.tuning.synonyms, context.language);
    let mut known = stems::read(conn, spans.iter().flat_map(Span::words), context).await?;
    let nearest = if ask.tuning.ranking.typing_errors {
        spelling::nearest(conn, &typed, &known, ask.prefix).await?
    } else {
        HashMap::new()
    };
    let read = stems::read(
        conn,
        nearest.values().map(|near| near.word.clone()),
        context,
    )
    .await?;
    known.extend(read);
    let reader = Reader {
        known: &known,
        nearest: &nearest,
        open: typed.last().filter(|_| ask.prefix),
    };
    let terms = reader.terms(&spans, places);
    if terms.is_empty() {
        return Ok(Sought::Nothing);
    }
    Ok(Sought::Words(Wanted {
        levels: levels(&terms),
        rank: terms.join(" | "),
        anywhere: reader.terms(&spans, "").join(" | "),
        roots: reader.roots(&spans),
        corrected: (!nearest.is_empty()).then(|| corrected(&typed, &nearest)),
    }))
}

/// Words that the administrators have nobody look for are left out, unless nothing else is left.
fn without_stop_words(typed: Vec<String>, ask: &Ask, context: &InContext) -> Vec<String> {
    let stops = |word: &String| {
        ask.tuning
            .stop_words
            .iter()
            .any(|(language, stop)| *language == context.language && stop == word)
    };
    if typed.iter().all(stops) {
        return typed;
    }
    typed.into_iter().filter(|word| !stops(word)).collect()
}

/// Where words may stand, as a tsquery writes it: nothing for anywhere. None when they may stand nowhere.
fn places(ranking: &Ranking) -> Option<&'static str> {
    let weighs = |weight: u8| weight > 0;
    match (
        weighs(ranking.title),
        weighs(ranking.properties),
        weighs(ranking.description),
    ) {
        (true, true, true) => Some(""),
        (true, true, false) => Some("AB"),
        (true, false, true) => Some("AC"),
        (true, false, false) => Some("A"),
        (false, true, true) => Some("BC"),
        (false, true, false) => Some("B"),
        (false, false, true) => Some("C"),
        (false, false, false) => None,
    }
}

/// All of the terms; all but one, of three or more; any of them.
fn levels(terms: &[String]) -> Vec<String> {
    let mut levels = vec![terms.join(" & ")];
    if terms.len() > 2 {
        let but = |left_out: usize| {
            let rest: Vec<&str> = terms
                .iter()
                .enumerate()
                .filter(|(place, _)| *place != left_out)
                .map(|(_, term)| term.as_str())
                .collect();
            format!("({})", rest.join(" & "))
        };
        let most: Vec<String> = (0..terms.len()).map(but).collect();
        levels.push(most.join(" | "));
    }
    if terms.len() > 1 {
        levels.push(terms.join(" | "));
    }
    levels
}

fn corrected(typed: &[String], nearest: &HashMap<String, Nearest>) -> String {
    let words: Vec<&str> = typed
        .iter()
        .map(|word| {
            nearest
                .get(word)
                .map_or(word.as_str(), |near| near.spelled.as_str())
        })
        .collect();
    words.join(" ")
}

/// Writes words as a tsquery.
struct Reader<'a> {
    known: &'a HashMap<String, Stems>,
    nearest: &'a HashMap<String, Nearest>,
    /// The word that may be a beginning.
    open: Option<&'a String>,
}

impl Reader<'_> {
    /// One for each span that says something; if none does, for each all the same.
    fn terms(&self, spans: &[Span], places: &str) -> Vec<String> {
        let telling: Vec<&Span> = spans
            .iter()
            .filter(|span| span.words().any(|word| self.tells(&word)))
            .collect();
        let spans = if telling.is_empty() {
            spans.iter().collect()
        } else {
            telling
        };
        spans
            .into_iter()
            .map(|span| self.span(span, places))
            .collect()
    }

    fn tells(&self, word: &str) -> bool {
        self.known.get(word).is_some_and(Stems::tell)
    }

    fn span(&self, span: &Span, places: &str) -> String {
        let alternatives: Vec<String> = span
            .alternatives
            .iter()
            .map(|phrase| {
                let words: Vec<String> =
                    phrase.iter().map(|word| self.word(word, places)).collect();
                format!("({})", words.join(" & "))
            })
            .collect();
        format!("({})", alternatives.join(" | "))
    }

    fn forms(&self, word: &str) -> Vec<String> {
        let taken = self
            .nearest
            .get(word)
            .map_or(word, |near| near.word.as_str());
        self.known
            .get(taken)
            .map_or_else(|| vec![taken.to_owned()], Stems::forms)
    }

    fn word(&self, word: &str, places: &str) -> String {
        let open = self.open.is_some_and(|open| open == word);
        let forms: Vec<String> = self
            .forms(word)
            .iter()
            .zip(0_usize..)
            .map(|(form, place)| {
                let star = if open && place == 0 { "*" } else { "" };
                let colon = if star.is_empty() && places.is_empty() {
                    ""
                } else {
                    ":"
                };
                format!("{}{colon}{star}{places}", words::quoted(form))
            })
            .collect();
        format!("({})", forms.join(" | "))
    }

    fn roots(&self, spans: &[Span]) -> Vec<String> {
        let mut roots: Vec<String> = spans
            .iter()
            .flat_map(Span::words)
            .flat_map(|word| self.forms(&word))
            .map(|form| form.chars().take(2).collect())
            .collect();
        roots.sort_unstable();
        roots.dedup();
        roots
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_found_whole_is_looked_for_with_one_word_less_and_then_by_any() {
        let terms = |words: &[&str]| {
            words
                .iter()
                .map(|&word| word.to_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(levels(&terms(&["a"])), ["a"]);
        assert_eq!(levels(&terms(&["a", "b"])), ["a & b", "a | b"]);
        assert_eq!(
            levels(&terms(&["a", "b", "c"])),
            ["a & b & c", "(b & c) | (a & c) | (a & b)", "a | b | c"]
        );
    }

    #[test]
    fn a_text_that_weighs_nothing_is_not_searched() {
        let weights = |title, properties, description| Ranking {
            title,
            properties,
            description,
            ..Ranking::default()
        };
        assert_eq!(places(&weights(1, 1, 1)), Some(""));
        assert_eq!(places(&weights(1, 1, 0)), Some("AB"));
        assert_eq!(places(&weights(0, 0, 1)), Some("C"));
        assert_eq!(places(&weights(0, 0, 0)), None);
    }
}
