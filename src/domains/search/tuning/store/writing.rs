//! The statements that change the tuning.

use super::{MatchRow, RuleId, SynonymId};
use crate::domains::accounts::UserId;
use crate::domains::search::tuning::model::{Ranking, Synonym};
use crate::domains::search::tuning::pins::Rule;
use crate::graphql::codes::LanguageCode;
use crate::platform::db::{Conn, tables};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde_json::Value;
use uuid::Uuid;

/// Lets nobody else change any of the tuning until the end of the transaction; its version.
pub async fn lock(conn: &mut Conn) -> QueryResult<i64> {
    use tables::search_settings::dsl as t;
    let row = t::search_settings.select(t::version);
    row.for_no_key_update().first(conn).await
}

/// Says which version it is now.
pub async fn set_version(conn: &mut Conn, version: i64, now: DateTime<Utc>) -> QueryResult<()> {
    use tables::search_settings::dsl as t;
    diesel::update(t::search_settings)
        .set((t::version.eq(version), t::changed_at.eq(now)))
        .execute(conn)
        .await?;
    Ok(())
}

/// Keeps weights.
pub async fn keep_ranking(conn: &mut Conn, ranking: &Ranking) -> QueryResult<()> {
    use tables::search_settings::dsl as t;
    diesel::update(t::search_settings)
        .set((
            t::title.eq(i32::from(ranking.title)),
            t::properties.eq(i32::from(ranking.properties)),
            t::description.eq(i32::from(ranking.description)),
            t::popularity.eq(i32::from(ranking.popularity)),
            t::in_stock_first.eq(ranking.in_stock_first),
            t::typing_errors.eq(ranking.typing_errors),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// How many synonyms there are.
pub async fn synonym_count(conn: &mut Conn) -> QueryResult<i64> {
    use tables::search_synonyms::dsl as t;
    t::search_synonyms.count().get_result(conn).await
}

/// Keeps words that are looked for together; whether the one of `id` was there.
pub async fn keep_synonym(
    conn: &mut Conn,
    id: Option<SynonymId>,
    new: SynonymId,
    synonym: &Synonym,
) -> QueryResult<bool> {
    use tables::search_synonyms::dsl as t;
    let row = (
        t::language.eq(synonym.language.map(LanguageCode::code)),
        t::word.eq(&synonym.word),
        t::terms.eq(&synonym.terms),
    );
    let kept = match id {
        Some(id) => {
            let there = t::search_synonyms.find(id);
            diesel::update(there).set(row).execute(conn).await?
        }
        None => {
            diesel::insert_into(t::search_synonyms)
                .values((t::id.eq(new), row))
                .execute(conn)
                .await?
        }
    };
    Ok(kept > 0)
}

/// Drops words that are looked for together; whether they were there.
pub async fn drop_synonym(conn: &mut Conn, id: SynonymId) -> QueryResult<bool> {
    use tables::search_synonyms::dsl as t;
    let there = t::search_synonyms.find(id);
    Ok(diesel::delete(there).execute(conn).await? > 0)
}

/// Keeps the words of a language that are not looked for, and no others.
pub async fn keep_stop_words(
    conn: &mut Conn,
    language: LanguageCode,
    words: &[String],
) -> QueryResult<()> {
    use tables::search_stop_words::dsl as t;
    diesel::delete(t::search_stop_words.filter(t::language.eq(language.code())))
        .execute(conn)
        .await?;
    let rows: Vec<_> = words
        .iter()
        .map(|word| (t::language.eq(language.code()), t::word.eq(word)))
        .collect();
    diesel::insert_into(t::search_stop_words)
        .values(rows)
        .execute(conn)
        .await?;
    Ok(())
}

/// Keeps the terms that are told to nobody, and no others.
pub async fn keep_blocked_terms(conn: &mut Conn, terms: &[String]) -> QueryResult<()> {
    use tables::search_blocked_terms::dsl as t;
    diesel::delete(t::search_blocked_terms)
        .execute(conn)
        .await?;
    let rows: Vec<_> = terms.iter().map(|term| t::term.eq(term)).collect();
    diesel::insert_into(t::search_blocked_terms)
        .values(rows)
        .execute(conn)
        .await?;
    Ok(())
}

/// How many rules there are.
pub async fn rule_count(conn: &mut Conn) -> QueryResult<i64> {
    use tables::search_rules::dsl as t;
    t::search_rules.count().get_result(conn).await
}

/// Which of these products are there, seen or not.
pub async fn products(conn: &mut Conn, ids: &[Uuid]) -> QueryResult<Vec<Uuid>> {
    use tables::products::dsl as t;
    t::products
        .filter(t::id.eq_any(ids))
        .select(t::id)
        .for_key_share()
        .load(conn)
        .await
}

/// Keeps what is said of a phrase; whether the rule of `id` was there.
pub async fn keep_rule(
    conn: &mut Conn,
    id: Option<RuleId>,
    new: RuleId,
    rule: &Rule,
) -> QueryResult<bool> {
    use tables::search_rule_products::dsl as p;
    use tables::search_rules::dsl as t;
    let row = (
        t::phrase.eq(&rule.phrase),
        t::matches.eq(MatchRow::from(rule.matches)),
    );
    let kept = match id {
        Some(id) => {
            let there = t::search_rules.find(id);
            diesel::update(there).set(row).execute(conn).await?
        }
        None => {
            diesel::insert_into(t::search_rules)
                .values((t::id.eq(new), row))
                .execute(conn)
                .await?
        }
    };
    if kept == 0 {
        return Ok(false);
    }
    let rule_id = id.unwrap_or(new);
    diesel::delete(p::search_rule_products.filter(p::rule_id.eq(rule_id)))
        .execute(conn)
        .await?;
    let pinned = (0_i32..)
        .zip(&rule.pinned)
        .map(|(place, id)| (*id, Some(place)));
    let hidden = rule.hidden.iter().map(|id| (*id, None));
    let rows: Vec<_> = pinned
        .chain(hidden)
        .map(|(product, place)| {
            (
                p::rule_id.eq(rule_id),
                p::product_id.eq(product),
                p::position.eq(place),
            )
        })
        .collect();
    diesel::insert_into(p::search_rule_products)
        .values(rows)
        .execute(conn)
        .await?;
    Ok(true)
}

/// Drops what is said of a phrase; whether it was there.
pub async fn drop_rule(conn: &mut Conn, id: RuleId) -> QueryResult<bool> {
    use tables::search_rules::dsl as t;
    let there = t::search_rules.find(id);
    Ok(diesel::delete(there).execute(conn).await? > 0)
}

/// Whether a change was made already.
pub async fn is_logged(conn: &mut Conn, id: Uuid) -> QueryResult<bool> {
    use tables::search_tuning_log::dsl as t;
    let there = t::search_tuning_log.filter(t::id.eq(id));
    diesel::select(diesel::dsl::exists(there))
        .get_result(conn)
        .await
}

/// Adds a change to the log: what was done, and about what.
pub async fn add_to_log(
    conn: &mut Conn,
    version: i64,
    id: Uuid,
    (action, about): (&str, Value),
    by: UserId,
    now: DateTime<Utc>,
) -> QueryResult<()> {
    use tables::search_tuning_log::dsl as t;
    diesel::insert_into(t::search_tuning_log)
        .values((
            t::version.eq(version),
            t::id.eq(id),
            t::action.eq(action),
            t::user_id.eq(by.0),
            t::changed_at.eq(now),
            t::about.eq(about),
        ))
        .execute(conn)
        .await?;
    Ok(())
}
