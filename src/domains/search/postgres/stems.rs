//! Words as texts of products have them: folded, and stemmed by the reader's language and the base language.

use super::words;
use crate::domains::shop::InContext;
use crate::platform::db::{Conn, Statement};
use diesel::prelude::*;
use diesel::sql_types::{Array, Text};
use diesel_async::RunQueryDsl;
use std::collections::HashMap;

/// A word as texts have it.
#[derive(Debug, Clone, QueryableByName)]
pub(super) struct Stems {
    #[diesel(sql_type = Text)]
    typed: String,
    /// As it stands.
    #[diesel(sql_type = Text)]
    pub folded: String,
    /// As the reader's language and the base language stem it; nothing for a word that says nothing.
    #[diesel(sql_type = Array<Text>)]
    own: Vec<String>,
    #[diesel(sql_type = Array<Text>)]
    base: Vec<String>,
}

impl Stems {
    /// Whether the word says anything: `the` does not.
    pub(super) fn tell(&self) -> bool {
        !self.own.is_empty() && !self.base.is_empty()
    }

    /// Its forms, the word as it stands first.
    pub(super) fn forms(&self) -> Vec<String> {
        let mut forms = vec![self.folded.clone()];
        for stem in self.own.iter().chain(&self.base) {
            if !forms.contains(stem) {
                forms.push(stem.clone());
            }
        }
        forms
    }

    /// Any of its forms, as a part of a tsquery.
    pub(super) fn any(&self) -> String {
        let forms: Vec<String> = self.forms().iter().map(|it| words::quoted(it)).collect();
        format!("({})", forms.join(" | "))
    }
}

/// Reads words, by one statement; none for none.
pub(super) async fn read(
    conn: &mut Conn,
    words: impl Iterator<Item = String>,
    context: &InContext,
) -> QueryResult<HashMap<String, Stems>> {
    let mut words: Vec<String> = words.collect();
    words.sort_unstable();
    words.dedup();
    if words.is_empty() {
        return Ok(HashMap::new());
    }
    let read: Vec<Stems> =
        Statement::new("SELECT a.typed, f.folded, tsvector_to_array(to_tsvector(text_config(")
            .text(context.language_code())
            .sql("), f.folded)) AS own, tsvector_to_array(to_tsvector(text_config(")
            .text(context.facts.base_language.code())
            .sql("), f.folded)) AS base FROM unnest(")
            .texts(words)
            .sql(") a(typed) CROSS JOIN LATERAL (SELECT search_fold(a.typed) AS folded OFFSET 0) f")
            .load(conn)
            .await?;
    Ok(read
        .into_iter()
        .map(|word| (word.typed.clone(), word))
        .collect())
}
