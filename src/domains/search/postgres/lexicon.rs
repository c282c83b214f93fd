//! What the words of a search mean: their stems, their synonyms, and which of them count.

use super::words;
use crate::domains::search::Ask;
use crate::domains::shop::InContext;
use crate::platform::db::{Conn, Statement};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Text};
use diesel_async::RunQueryDsl;

/// What is looked for.
pub(super) enum Sought {
    /// All products.
    Everything,
    /// What has these words: tsqueries, each laxer than the one before it. The first that finds anything holds.
    Words(Vec<String>),
    /// Nothing that a text could have.
    Nothing,
}

#[derive(QueryableByName)]
struct Read {
    #[diesel(sql_type = BigInt)]
    place: i64,
    /// As it stands in texts.
    #[diesel(sql_type = Text)]
    word: String,
    /// As the reader's language and the base language stem it; none for a word that says nothing.
    #[diesel(sql_type = Array<Text>)]
    own: Vec<String>,
    #[diesel(sql_type = Array<Text>)]
    base: Vec<String>,
}

/// Reads the text of a search.
pub(super) async fn sought(conn: &mut Conn, ask: &Ask, context: &InContext) -> QueryResult<Sought> {
    if ask.text.is_empty() {
        return Ok(Sought::Everything);
    }
    let typed = words::of(&ask.text);
    if typed.is_empty() {
        return Ok(Sought::Nothing);
    }
    let last = i64::try_from(typed.len()).unwrap_or(i64::MAX);
    let read = stems(conn, typed, context).await?;
    let telling: Vec<&Read> = read
        .iter()
        .filter(|read| !read.own.is_empty() && !read.base.is_empty())
        .collect();
    let telling = if telling.is_empty() {
        read.iter().collect()
    } else {
        telling
    };
    let terms: Vec<String> = telling
        .into_iter()
        .map(|read| term(read, ask.prefix && read.place == last))
        .collect();
    Ok(Sought::Words(vec![terms.join(" & "), terms.join(" | ")]))
}

/// A word in any of its forms.
fn term(read: &Read, open: bool) -> String {
    let mut forms = vec![words::quoted(&read.word) + if open { ":*" } else { "" }];
    for stem in read.own.iter().chain(&read.base) {
        let form = words::quoted(stem);
        if !forms.contains(&form) {
            forms.push(form);
        }
    }
    format!("({})", forms.join(" | "))
}

async fn stems(conn: &mut Conn, typed: Vec<String>, context: &InContext) -> QueryResult<Vec<Read>> {
    Statement::new("SELECT a.place, a.word, tsvector_to_array(to_tsvector(text_config(")
        .text(context.language_code())
        .sql("), a.word)) AS own, tsvector_to_array(to_tsvector(text_config(")
        .text(context.facts.base_language.code())
        .sql("), a.word)) AS base FROM unnest(")
        .texts(typed)
        .sql(") WITH ORDINALITY a(word, place) ORDER BY a.place")
        .load(conn)
        .await
}
