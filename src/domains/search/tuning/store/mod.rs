//! The statements of the tuning.

mod writing;

pub(super) use writing::*;

use crate::domains::search::tuning::model::{Ranking, Synonym, Tuning};
use crate::domains::search::tuning::pins::{Rule, RuleMatch};
use crate::graphql::codes::LanguageCode;
use crate::platform::db::{Conn, id_types, tables};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use diesel_derive_enum::DbEnum;
use uuid::Uuid;

id_types! {
    /// Words that are looked for together.
    SynonymId;
    /// What is said of a phrase.
    RuleId;
}

/// When a rule holds, as the database names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, DbEnum)]
#[ExistingTypePath = "tables::sql_types::SearchMatch"]
#[DbValueStyle = "SCREAMING_SNAKE_CASE"]
pub(super) enum MatchRow {
    Exact,
    Contains,
}

impl From<MatchRow> for RuleMatch {
    fn from(row: MatchRow) -> Self {
        match row {
            MatchRow::Exact => Self::Exact,
            MatchRow::Contains => Self::Contains,
        }
    }
}

impl From<RuleMatch> for MatchRow {
    fn from(matches: RuleMatch) -> Self {
        match matches {
            RuleMatch::Exact => Self::Exact,
            RuleMatch::Contains => Self::Contains,
        }
    }
}

/// All that administrators have said, with the ids by which it is changed.
#[derive(Debug, Clone)]
pub struct Rows {
    /// Grows with each change.
    pub version: i64,
    /// When it was changed last.
    pub changed_at: DateTime<Utc>,
    /// What counts how much.
    pub ranking: Ranking,
    /// Words that are looked for together, the earliest first.
    pub synonyms: Vec<(SynonymId, Synonym)>,
    /// Words that are not looked for, by language.
    pub stop_words: Vec<(LanguageCode, String)>,
    /// What is said of phrases, the earliest first.
    pub rules: Vec<(RuleId, Rule)>,
    /// Terms that are told to nobody.
    pub blocked_terms: Vec<String>,
}

impl Rows {
    /// What engines need of it.
    #[must_use]
    pub fn tuning(&self) -> Tuning {
        Tuning {
            version: self.version,
            synonyms: self.synonyms.iter().map(|(_, it)| it.clone()).collect(),
            stop_words: self.stop_words.clone(),
            ranking: self.ranking,
        }
    }
}

/// Everything. The version is read first: rows may be younger than it, never older, so that whoever keeps them by the version takes
/// them again.
pub(super) async fn rows(conn: &mut Conn) -> QueryResult<Rows> {
    let (version, changed_at, ranking) = settings(conn).await?;
    Ok(Rows {
        version,
        changed_at,
        ranking,
        synonyms: synonyms(conn).await?,
        stop_words: stop_words(conn).await?,
        rules: rules(conn).await?,
        blocked_terms: blocked_terms(conn).await?,
    })
}

async fn settings(conn: &mut Conn) -> QueryResult<(i64, DateTime<Utc>, Ranking)> {
    use tables::search_settings::dsl as t;
    type Row = (i64, DateTime<Utc>, (i32, i32, i32, i32), bool, bool);
    let (version, changed_at, (title, properties, description, popularity), first, errors): Row =
        t::search_settings
            .select((
                t::version,
                t::changed_at,
                (t::title, t::properties, t::description, t::popularity),
                t::in_stock_first,
                t::typing_errors,
            ))
            .first(conn)
            .await?;
    // The columns' own checks keep weights from 0 to 10.
    let weight = |weight: i32| u8::try_from(weight).unwrap_or_default();
    let ranking = Ranking {
        title: weight(title),
        properties: weight(properties),
        description: weight(description),
        popularity: weight(popularity),
        in_stock_first: first,
        typing_errors: errors,
    };
    Ok((version, changed_at, ranking))
}

/// The weights.
pub(super) async fn ranking(conn: &mut Conn) -> QueryResult<Ranking> {
    Ok(settings(conn).await?.2)
}

async fn synonyms(conn: &mut Conn) -> QueryResult<Vec<(SynonymId, Synonym)>> {
    use tables::search_synonyms::dsl as t;
    type Row = (
        SynonymId,
        Option<String>,
        Option<String>,
        Vec<Option<String>>,
    );
    let rows: Vec<Row> = t::search_synonyms
        .select((t::id, t::language, t::word, t::terms))
        .order(t::id)
        .load(conn)
        .await?;
    Ok(rows
        .into_iter()
        .filter_map(|(id, language, word, terms)| {
            let language = match language {
                // One that this version of the program does not know.
                Some(code) => Some(LanguageCode::from_code(&code)?),
                None => None,
            };
            let terms = terms.into_iter().flatten().collect();
            let synonym = Synonym {
                language,
                word,
                terms,
            };
            Some((id, synonym))
        })
        .collect())
}

async fn stop_words(conn: &mut Conn) -> QueryResult<Vec<(LanguageCode, String)>> {
    use tables::search_stop_words::dsl as t;
    let rows: Vec<(String, String)> = t::search_stop_words
        .select((t::language, t::word))
        .order((t::language, t::word))
        .load(conn)
        .await?;
    Ok(rows
        .into_iter()
        .filter_map(|(language, word)| Some((LanguageCode::from_code(&language)?, word)))
        .collect())
}

async fn blocked_terms(conn: &mut Conn) -> QueryResult<Vec<String>> {
    use tables::search_blocked_terms::dsl as t;
    t::search_blocked_terms
        .select(t::term)
        .order(t::term)
        .load(conn)
        .await
}

pub(super) async fn rules(conn: &mut Conn) -> QueryResult<Vec<(RuleId, Rule)>> {
    use tables::search_rule_products::dsl as p;
    use tables::search_rules::dsl as t;
    let rows: Vec<(RuleId, String, MatchRow)> = t::search_rules
        .select((t::id, t::phrase, t::matches))
        .order(t::id)
        .load(conn)
        .await?;
    let products: Vec<(RuleId, Uuid, Option<i32>)> = p::search_rule_products
        .select((p::rule_id, p::product_id, p::position))
        .order((p::rule_id, p::position, p::product_id))
        .load(conn)
        .await?;
    let of = |rule: RuleId, pinned: bool| {
        let own = products.iter().filter(move |row| row.0 == rule);
        own.filter(move |row| row.2.is_some() == pinned)
            .map(|row| row.1)
            .collect()
    };
    Ok(rows
        .into_iter()
        .map(|(id, phrase, matches)| {
            let rule = Rule {
                phrase,
                matches: matches.into(),
                pinned: of(id, true),
                hidden: of(id, false),
            };
            (id, rule)
        })
        .collect())
}

/// A change that was made.
#[derive(Debug, Clone)]
pub struct Logged {
    /// The version that it led to.
    pub version: i64,
    /// What was done.
    pub action: String,
    /// Who did it.
    pub user_id: Uuid,
    /// Their name, as long as there is the account and it has one.
    pub name: Option<String>,
    /// When.
    pub changed_at: DateTime<Utc>,
    /// About what.
    pub about: serde_json::Value,
}

/// The last changes, the latest first.
pub(super) async fn log(conn: &mut Conn, limit: i64) -> QueryResult<Vec<Logged>> {
    use tables::search_tuning_log::dsl as t;
    use tables::users::dsl as u;
    type Row = (i64, String, Uuid, DateTime<Utc>, serde_json::Value);
    let rows: Vec<Row> = t::search_tuning_log
        .select((t::version, t::action, t::user_id, t::changed_at, t::about))
        .order(t::version.desc())
        .limit(limit)
        .load(conn)
        .await?;
    let ids: Vec<Uuid> = rows.iter().map(|row| row.2).collect();
    let names: Vec<(Uuid, String, String)> = u::users
        .filter(u::id.eq_any(ids))
        .select((u::id, u::first_name, u::last_name))
        .load(conn)
        .await?;
    Ok(rows
        .into_iter()
        .map(|(version, action, user_id, changed_at, about)| Logged {
            name: names
                .iter()
                .find(|(id, ..)| *id == user_id)
                .map(|(_, first, last)| format!("{first} {last}").trim().to_owned())
                .filter(|name| !name.is_empty()),
            version,
            action,
            user_id,
            changed_at,
            about,
        })
        .collect())
}
