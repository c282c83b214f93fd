//! Mistyped words: a word that no product has is taken for the nearest one that some product has.

use super::stems::Stems;
use super::words;
use crate::platform::db::{Conn, Statement};
use diesel::prelude::*;
use diesel::sql_types::Text;
use diesel_async::RunQueryDsl;
use std::collections::HashMap;

/// The word that a mistyped one is taken for.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Nearest {
    /// Folded.
    pub word: String,
    /// As it stands in texts.
    pub spelled: String,
}

#[derive(QueryableByName)]
struct Candidate {
    #[diesel(sql_type = Text)]
    typed: String,
    #[diesel(sql_type = Text)]
    word: String,
    #[diesel(sql_type = Text)]
    spelled: String,
}

/// The nearest words for those of `typed` that no text has, as far as there are any near enough. `open`: the last may be a beginning.
pub(super) async fn nearest(
    conn: &mut Conn,
    typed: &[String],
    known: &HashMap<String, Stems>,
    open: bool,
) -> QueryResult<HashMap<String, Nearest>> {
    let last = typed.last().filter(|_| open);
    let checked: Vec<(&String, &Stems, bool)> = typed
        .iter()
        .filter_map(|word| Some((word, known.get(word)?, last == Some(word))))
        .filter(|(_, stems, _)| stems.tell() && is_checked(&stems.folded))
        .collect();
    if checked.is_empty() {
        return Ok(HashMap::new());
    }
    let candidates: Vec<Candidate> = candidates(&checked).load(conn).await?;
    Ok(checked
        .into_iter()
        .filter_map(|(word, stems, open)| {
            let of_word = candidates
                .iter()
                .filter(|candidate| candidate.typed == *word);
            let best = of_word
                .filter_map(|candidate| {
                    let far = Far::between(&stems.folded, &candidate.word, open);
                    (far.best <= allowed(&stems.folded, &candidate.word))
                        .then_some((far, candidate))
                })
                .min_by_key(|(far, _)| *far)?
                .1;
            let near = Nearest {
                word: best.word.clone(),
                spelled: best.spelled.clone(),
            };
            Some((word.clone(), near))
        })
        .collect())
}

/// Words that look like those that neither stand in a title or property nor are a form of anything in a text.
fn candidates(checked: &[(&String, &Stems, bool)]) -> Statement {
    let column = |of: fn(&(&String, &Stems, bool)) -> String| checked.iter().map(of).collect();
    Statement::new("SELECT a.typed, w.word, w.spelled FROM unnest(")
        .texts(column(|(word, _, _)| (*word).clone()))
        .sql(", ")
        .texts(column(|(_, stems, _)| stems.folded.clone()))
        .sql(", ")
        .texts(column(|(_, stems, open)| forms(stems, *open)))
        .sql(", ")
        .texts(column(|(_, _, open)| if *open { "\u{10ffff}" } else { "" }.to_owned()))
        .sql(", ")
        .texts(column(|(_, stems, _)| turned(&stems.folded).join(" ")))
        .sql(
            ") a(typed, folded, forms, reach, turned) CROSS JOIN LATERAL (SELECT w.word, w.spelled FROM search_words w \
             WHERE w.visible_from <= now() \
             AND (w.word % a.folded OR a.reach <> '' AND a.folded <% w.word OR w.word = ANY(string_to_array(a.turned, ' '))) \
             ORDER BY w.word = ANY(string_to_array(a.turned, ' ')) DESC, similarity(w.word, a.folded) DESC, w.word LIMIT 50) w \
             WHERE NOT EXISTS (SELECT 1 FROM search_words k WHERE k.visible_from <= now() AND k.word >= a.folded AND k.word <= a.folded || a.reach) \
             AND NOT EXISTS (SELECT 1 FROM product_texts x WHERE x.document @@ a.forms::tsquery)",
        )
}

fn forms(stems: &Stems, open: bool) -> String {
    let forms: Vec<String> = stems
        .forms()
        .iter()
        .zip(0_usize..)
        .map(|(form, place)| words::quoted(form) + if open && place == 0 { ":*" } else { "" })
        .collect();
    forms.join(" | ")
}

/// Whether a word may be mistyped at all: numbers, and words of one or two letters, are taken as they are.
pub(super) fn is_checked(word: &str) -> bool {
    word.chars().count() > 2 && !word.chars().any(|letter| letter.is_ascii_digit())
}

/// How many letters of a word may be wrong for it to be another; of three letters two may have changed places, and no more.
fn allowed(typed: &str, word: &str) -> usize {
    match typed.chars().count() {
        0..=2 => 0,
        3 => usize::from(turned(typed).iter().any(|it| it == word)),
        4..=7 => 1,
        _ => 2,
    }
}

/// The word with two neighbours in each other's place, for each such pair: trigrams do not find it, since a short word has hardly
/// one of them left.
pub(super) fn turned(word: &str) -> Vec<String> {
    let letters: Vec<char> = word.chars().collect();
    let last = letters.len().saturating_sub(1);
    (0..last)
        .map(|place| {
            let mut letters = letters.clone();
            letters.swap(place, place.saturating_add(1));
            letters.into_iter().collect()
        })
        .filter(|turned| turned != word)
        .collect()
}

/// How far two words are from each other: from the word's beginning, when it may be one, and from all of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Far {
    best: usize,
    pub whole: usize,
}

impl Far {
    /// Letters left out, put in, taken for others, and neighbours that changed places.
    pub(super) fn between(typed: &str, word: &str, open: bool) -> Self {
        let typed: Vec<char> = typed.chars().collect();
        let word: Vec<char> = word.chars().collect();
        let mut before: Vec<usize> = Vec::new();
        let mut row: Vec<usize> = (0..=word.len()).collect();
        for (line, letter) in typed.iter().enumerate() {
            let mut next = vec![line.saturating_add(1)];
            for (place, other) in word.iter().enumerate() {
                let at =
                    |row: &[usize], place: usize| row.get(place).copied().unwrap_or(usize::MAX);
                let same = at(&row, place).saturating_add(usize::from(letter != other));
                let fewer = at(&row, place.saturating_add(1)).saturating_add(1);
                let more = at(&next, place).saturating_add(1);
                let mut least = same.min(fewer).min(more);
                let swapped = line > 0
                    && place > 0
                    && typed.get(line.saturating_sub(1)) == Some(other)
                    && word.get(place.saturating_sub(1)) == Some(letter);
                if swapped {
                    least = least.min(at(&before, place.saturating_sub(1)).saturating_add(1));
                }
                next.push(least);
            }
            before = std::mem::replace(&mut row, next);
        }
        let whole = row.last().copied().unwrap_or(usize::MAX);
        let beginning = row.iter().copied().min().unwrap_or(usize::MAX);
        Self {
            best: if open { beginning } else { whole },
            whole,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_distance_counts_letters_and_neighbours_that_changed_places() {
        for (typed, word, far) in [
            ("ceramic", "ceramic", 0),
            ("cermaic", "ceramic", 1),
            ("ceramc", "ceramic", 1),
            ("ceramick", "ceramic", 1),
            ("keramic", "ceramic", 1),
            ("قهوه", "قهره", 1),
            ("tea", "coffee", 5),
        ] {
            assert_eq!(Far::between(typed, word, false).best, far, "{typed}");
        }
    }

    #[test]
    fn a_beginning_may_be_mistyped_too() {
        assert_eq!(Far::between("cremi", "ceramic", true).best, 2);
        assert_eq!(Far::between("cermi", "ceramic", true).best, 1);
        assert_eq!(Far::between("cermi", "ceramic", false).best, 2);
    }

    #[test]
    fn of_short_words_only_neighbours_may_have_changed_places() {
        for (typed, word, may) in [
            ("mgu", "mug", 1),
            ("mgu", "mag", 0),
            ("bowl", "bowls", 1),
            ("ceramics", "ceramic", 2),
            ("ab", "ba", 0),
        ] {
            assert_eq!(allowed(typed, word), may, "{typed} {word}");
        }
        assert_eq!(turned("aab"), ["aba"]);
        assert_eq!(
            ["mug", "ab", "a4b5c6d7"].map(is_checked),
            [true, false, false]
        );
    }
}
