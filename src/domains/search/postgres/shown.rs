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
    let texts = texts(conn, ids(hits), context).await?;
    give(conn, hits, texts, (wanted, context)).await?;
    // What neither title nor description has is found by what the product has.
    let bare: Vec<Hit> = hits
        .iter()
        .filter(|hit| hit.words.is_empty())
        .cloned()
        .collect();
    if bare.is_empty() {
        return Ok(());
    }
    let properties = properties(conn, ids(&bare), context).await?;
    give(conn, hits, properties, (wanted, context)).await
}

fn ids(hits: &[Hit]) -> Vec<Uuid> {
    hits.iter().map(|hit| hit.id).collect()
}

/// Gives those hits their words that have these texts.
async fn give(
    conn: &mut Conn,
    hits: &mut [Hit],
    texts: Vec<Texts>,
    (wanted, context): (&Wanted, &InContext),
) -> QueryResult<()> {
    let said: HashMap<Uuid, HashSet<String>> = texts
        .into_iter()
        .map(|row| (row.id, words::all(&row.text).collect()))
        .collect();
    let matched = matched(conn, &said, wanted, context).await?;
    for hit in hits {
        if let Some(said) = said.get(&hit.id) {
            hit.words = said.intersection(&matched).cloned().collect();
            hit.words.sort_unstable();
        }
    }
    Ok(())
}

/// Type, vendor, tags, choices and attributes.
async fn properties(
    conn: &mut Conn,
    products: Vec<Uuid>,
    context: &InContext,
) -> QueryResult<Vec<Texts>> {
    Statement::new("SELECT s.id, string_agg(s.words, ' ') AS text FROM (SELECT d.product_id AS id, d.words FROM product_properties_due d \
                    WHERE d.product_id = ANY(")
        .uuids(products.clone())
        .sql(") AND d.language IN (")
        .text(context.language_code())
        .sql(", ")
        .text(context.facts.base_language.code())
        .sql(") UNION ALL SELECT p.id, coalesce(t.product_type, p.product_type) FROM products p \
              LEFT JOIN product_translations t ON t.product_id = p.id AND t.language = ")
        .text(context.language_code())
        .sql(" WHERE p.id = ANY(")
        .uuids(products)
        .sql(")) s GROUP BY s.id")
        .load(conn)
        .await
}

async fn texts(
    conn: &mut Conn,
    products: Vec<Uuid>,
    context: &InContext,
) -> QueryResult<Vec<Texts>> {
    Statement::new("SELECT p.id, coalesce(t.title, p.title) || ' ' || left(regexp_replace(coalesce(t.description_html, p.description_html), \
                    '<[^>]*>', ' ', 'g'), ")
        .literal(MOST)
        .sql(") AS text FROM products p LEFT JOIN product_translations t ON t.product_id = p.id AND t.language = ")
        .text(context.language_code())
        .sql(" WHERE p.id = ANY(")
        .uuids(products)
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
