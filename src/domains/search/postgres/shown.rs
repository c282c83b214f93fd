//! By which of its words each hit was found, as they stand in its texts.

use super::lexicon::Wanted;
use super::words;
use crate::domains::search::Hit;
use crate::domains::shop::InContext;
use crate::platform::db::{Conn, Statement};
use diesel::prelude::*;
use diesel::sql_types::{Text, Uuid as UuidSql};
use diesel_async::RunQueryDsl;
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// Words are looked for in so many letters of a text: nobody shows more of it.
const MOST: i64 = 4_000;

#[derive(QueryableByName)]
struct Texts {
    #[diesel(sql_type = UuidSql)]
    id: Uuid,
    #[diesel(sql_type = Text)]
    text: String,
}

#[derive(QueryableByName)]
struct Matched {
    #[diesel(sql_type = Text)]
    word: String,
}

/// Gives the hits their words.
pub(super) async fn mark(
    conn: &mut Conn,
    hits: &mut [Hit],
    wanted: &Wanted,
    context: &InContext,
) -> QueryResult<()> {
    if hits.is_empty() {
        return Ok(());
    }
    let texts = texts(conn, hits, context).await?;
    let said: HashMap<Uuid, HashSet<String>> = texts
        .into_iter()
        .map(|row| (row.id, words::all(&row.text).collect()))
        .collect();
    let matched = matched(conn, &said, wanted, context).await?;
    for hit in hits {
        let words = said.get(&hit.id).map(|words| words.intersection(&matched));
        hit.words = words.into_iter().flatten().cloned().collect();
        hit.words.sort_unstable();
    }
    Ok(())
}

async fn texts(conn: &mut Conn, hits: &[Hit], context: &InContext) -> QueryResult<Vec<Texts>> {
    Statement::new("SELECT p.id, coalesce(t.title, p.title) || ' ' || left(regexp_replace(coalesce(t.description_html, p.description_html), \
                    '<[^>]*>', ' ', 'g'), ")
        .literal(MOST)
        .sql(") AS text FROM products p LEFT JOIN product_translations t ON t.product_id = p.id AND t.language = ")
        .text(context.language_code())
        .sql(" WHERE p.id = ANY(")
        .uuids(hits.iter().map(|hit| hit.id).collect())
        .sql(")")
        .load(conn)
        .await
}

/// Which of the words the search means. Those that begin quite differently are not asked about, where beginnings tell: in Latin
/// letters, whose languages bend words at their end.
async fn matched(
    conn: &mut Conn,
    said: &HashMap<Uuid, HashSet<String>>,
    wanted: &Wanted,
    context: &InContext,
) -> QueryResult<HashSet<String>> {
    let likely = |word: &&String| {
        !word.is_ascii()
            || wanted
                .roots
                .iter()
                .any(|root| word.starts_with(root.as_str()))
    };
    let words: HashSet<&String> = said.values().flatten().filter(likely).collect();
    if words.is_empty() {
        return Ok(HashSet::new());
    }
    let mut words: Vec<String> = words.into_iter().cloned().collect();
    words.sort_unstable();
    let matched: Vec<Matched> = Statement::new("SELECT word FROM unnest(")
        .texts(words)
        .sql(") word WHERE search_words_of(")
        .text(context.language_code())
        .sql(", word) @@ ")
        .text(&wanted.anywhere)
        .sql("::tsquery")
        .load(conn)
        .await?;
    Ok(matched.into_iter().map(|row| row.word).collect())
}
