//! What somebody may have meant who found nothing: words that are written like those that were typed, or that stand in them.

use super::spelling::{Far, turned};
use super::stems::{self, Stems};
use super::words;
use crate::domains::shop::InContext;
use crate::platform::clock;
use crate::platform::db::{Conn, Statement};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Text};
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
use std::collections::HashMap;

/// Words that are looked at; of more, the first.
const MOST_WORDS: usize = 6;

/// What one of them may have been.
const MOST_MEANT: usize = 4;

/// Texts that are tried.
const MOST_TRIED: usize = 12;

/// A part of a word that is a word has at least so many letters.
const PART: usize = 3;

#[derive(Debug, Clone, QueryableByName)]
struct Candidate {
    #[diesel(sql_type = Text)]
    typed: String,
    #[diesel(sql_type = Text)]
    word: String,
    #[diesel(sql_type = Text)]
    spelled: String,
    /// Whether it is among the words that were named, and was not only found to look like it.
    #[diesel(sql_type = Bool)]
    named: bool,
}

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = BigInt)]
    place: i64,
}

/// Texts that find something, the nearest first.
pub(super) async fn texts(
    conn: &mut Conn,
    text: &str,
    limit: usize,
    context: &InContext,
) -> QueryResult<Vec<String>> {
    let typed: Vec<String> = words::of(text).into_iter().take(MOST_WORDS).collect();
    if typed.is_empty() || limit == 0 {
        return Ok(Vec::new());
    }
    let known = stems::read(conn, typed.iter().cloned(), context).await?;
    let folded: HashMap<&String, &String> = typed
        .iter()
        .filter_map(|word| Some((word, &known.get(word)?.folded)))
        .collect();
    let candidates = candidates(&folded).load(conn).await?;
    let meant: Vec<Vec<String>> = typed
        .iter()
        .map(|word| {
            folded
                .get(word)
                .map_or_else(Vec::new, |it| meant(word, it, &candidates))
        })
        .filter(|meant| !meant.is_empty())
        .collect();
    let whole = typed.join(" ");
    let mut tried = combined(&meant);
    tried.retain(|text| *text != whole);
    let mut found = finding(conn, tried, context).await?;
    found.truncate(limit);
    Ok(found)
}

/// Those of the texts of which all words are found together in some product.
pub(super) async fn finding(
    conn: &mut Conn,
    texts: Vec<String>,
    context: &InContext,
) -> QueryResult<Vec<String>> {
    let of_each: Vec<Vec<String>> = texts.iter().map(|text| words::of(text)).collect();
    let known = stems::read(conn, of_each.iter().flatten().cloned(), context).await?;
    let queries: Vec<String> = of_each.iter().map(|words| query(words, &known)).collect();
    if queries.iter().all(String::is_empty) {
        return Ok(Vec::new());
    }
    // A plan that does not know the words would read all texts for a rare one.
    conn.batch_execute("SET LOCAL enable_seqscan = off").await?;
    let found: Vec<Found> = with_hits(queries, context).load(conn).await?;
    conn.batch_execute("SET LOCAL enable_seqscan = on").await?;
    let places: Vec<i64> = found.into_iter().map(|row| row.place).collect();
    Ok((1_i64..)
        .zip(texts)
        .filter(|(place, _)| places.contains(place))
        .map(|(_, text)| text)
        .collect())
}

/// All of the words that say anything; empty when none does.
fn query(words: &[String], known: &HashMap<String, Stems>) -> String {
    let terms: Vec<String> = words
        .iter()
        .filter_map(|word| known.get(word))
        .filter(|stems| stems.tell())
        .map(Stems::any)
        .collect();
    terms.join(" & ")
}

fn with_hits(queries: Vec<String>, context: &InContext) -> Statement {
    let now = clock::now();
    Statement::new("SELECT a.place FROM unnest(")
        .texts(queries)
        .sql(
            ") WITH ORDINALITY a(query, place) CROSS JOIN LATERAL (SELECT 1 FROM product_texts x \
             JOIN listings l ON l.product_id = x.product_id AND l.market_id = ",
        )
        .uuid(context.market.id)
        .sql(" AND l.visible_from <= ")
        .time(now)
        .sql(" AND (l.visible_until IS NULL OR l.visible_until > ")
        .time(now)
        .sql(
            ") JOIN vendors v ON v.id = l.vendor_id AND v.state = 'ACTIVE' WHERE x.document @@ a.query::tsquery LIMIT 1) found \
             WHERE a.query <> ''",
        )
}

/// Words that are written like these, those that they would be with two letters changed, and those that they begin or end with.
fn candidates(folded: &HashMap<&String, &String>) -> Statement {
    let column = |of: &dyn Fn(&str) -> String| folded.values().map(|word| of(word)).collect();
    let length = |word: &str| i64::try_from(word.chars().count()).unwrap_or(i64::MAX);
    Statement::new("SELECT a.typed, w.word, w.spelled, w.named FROM unnest(")
        .texts(folded.keys().map(|word| (*word).clone()).collect())
        .sql(", ")
        .texts(column(&str::to_owned))
        .sql(", ")
        .texts(column(&|word| named(word).join(" ")))
        .sql(", ")
        .texts(column(&|word| word.chars().take(1).collect()))
        .sql(", ")
        .bigints(folded.values().map(|word| length(word)).collect())
        .sql(
            ") a(typed, folded, named, first, length) CROSS JOIN LATERAL (SELECT w.word, w.spelled, \
             w.word = ANY(string_to_array(a.named, ' ')) AS named FROM search_words w \
             WHERE w.visible_from <= now() AND (w.word = ANY(string_to_array(a.named, ' ')) OR w.word % a.folded \
             OR (w.word >= a.first AND w.word < a.first || '\u{10ffff}' AND char_length(w.word) BETWEEN a.length - 2 AND a.length + 2)) \
             ORDER BY named DESC, similarity(w.word, a.folded) DESC, w.word LIMIT 200) w",
        )
}

/// The word itself, with two neighbours changed, and what it begins and ends with.
fn named(word: &str) -> Vec<String> {
    let mut named = vec![word.to_owned()];
    named.extend(turned(word));
    for (before, after) in parts(word) {
        named.extend([before, after]);
    }
    named
}

/// The word cut in two at each place where both parts are long enough.
fn parts(word: &str) -> Vec<(String, String)> {
    let letters: Vec<char> = word.chars().collect();
    (PART..=letters.len().saturating_sub(PART))
        .filter_map(|at| letters.split_at_checked(at))
        .map(|(before, after)| (before.iter().collect(), after.iter().collect()))
        .collect()
}

/// How many letters may be other ones for somebody to have meant the word: more than where a search takes one for another unasked.
const fn near_enough(length: usize) -> usize {
    match length {
        0..=2 => 0,
        3 => 1,
        4..=7 => 2,
        _ => 3,
    }
}

/// What a word may have been: itself, where products have it; else what is written like it, then its parts.
fn meant(typed: &str, folded: &str, candidates: &[Candidate]) -> Vec<String> {
    let of_word: Vec<&Candidate> = candidates.iter().filter(|it| it.typed == typed).collect();
    let spelled = |word: &str| {
        let found = of_word.iter().find(|it| it.named && it.word == word);
        found.map(|it| it.spelled.clone())
    };
    if let Some(itself) = spelled(folded) {
        return vec![itself];
    }
    let most = near_enough(folded.chars().count());
    let mut near: Vec<(usize, usize, &str)> = of_word
        .iter()
        .zip(0..)
        .map(|(it, order)| (Far::between(folded, &it.word, false).whole, order, it))
        .filter(|(far, _, _)| *far <= most)
        .map(|(far, order, it)| (far, order, it.spelled.as_str()))
        .collect();
    near.sort_unstable();
    let mut meant: Vec<String> = near
        .into_iter()
        .map(|(_, _, spelled)| spelled.to_owned())
        .take(MOST_MEANT)
        .collect();
    let (mut both, mut front, mut back) = (Vec::new(), None, None);
    for (before, after) in parts(folded) {
        match (spelled(&before), spelled(&after)) {
            (Some(before), Some(after)) => both.push(format!("{before} {after}")),
            // The longest beginning, and the longest end.
            (Some(before), None) => front = Some(before),
            (None, Some(after)) => back = back.or(Some(after)),
            (None, None) => {}
        }
    }
    for part in both.into_iter().chain(front).chain(back) {
        if !meant.contains(&part) {
            meant.push(part);
        }
    }
    meant
}

/// Each word as it was most likely meant, then one of them otherwise; then those of the words alone that have something.
fn combined(meant: &[Vec<String>]) -> Vec<String> {
    let best: Vec<&str> = meant
        .iter()
        .filter_map(|it| it.as_slice().first())
        .map(String::as_str)
        .collect();
    let mut texts = vec![best.join(" ")];
    for (place, others) in meant.iter().enumerate() {
        for other in others.iter().skip(1) {
            let mut words = best.clone();
            if let Some(word) = words.get_mut(place) {
                *word = other;
            }
            texts.push(words.join(" "));
        }
    }
    texts.extend(best.iter().map(|word| (*word).to_owned()));
    let mut tried: Vec<String> = Vec::new();
    for text in texts {
        if !text.is_empty() && !tried.contains(&text) && tried.len() < MOST_TRIED {
            tried.push(text);
        }
    }
    tried
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidates(typed: &str, words: &[&str]) -> Vec<Candidate> {
        let named = named(typed);
        let candidate = |word: &&str| Candidate {
            typed: typed.to_owned(),
            word: (*word).to_owned(),
            spelled: (*word).to_owned(),
            named: named.iter().any(|it| it == word),
        };
        words.iter().map(candidate).collect()
    }

    fn meant_by(typed: &str, words: &[&str]) -> Vec<String> {
        meant(typed, typed, &candidates(typed, words))
    }

    #[test]
    fn what_is_written_like_it_comes_before_its_parts() {
        assert_eq!(
            meant_by("sope", &["rope", "soap", "soft"]),
            ["rope", "soap", "soft"]
        );
        assert_eq!(meant_by("mgu", &["mug", "bag"]), ["mug"]);
        assert_eq!(meant_by("teapot", &["tea", "pot", "teacup"]), ["tea pot"]);
        assert_eq!(meant_by("teapott", &["tea", "lamp"]), ["tea"]);
        assert_eq!(meant_by("mug", &["mug", "mugs"]), ["mug"]);
        assert_eq!(meant_by("mugg", &["mug", "lamp"]), ["mug"]);
        assert_eq!(meant_by("zzzzz", &["mug", "lamp"]), Vec::<String>::new());
    }

    #[test]
    fn words_are_put_together_as_they_were_most_likely_meant() {
        let meant = [
            vec!["blue".to_owned()],
            vec!["mug".to_owned(), "bag".to_owned()],
        ];
        assert_eq!(combined(&meant), ["blue mug", "blue bag", "blue", "mug"]);
        assert_eq!(combined(&[]), Vec::<String>::new());
    }
}
