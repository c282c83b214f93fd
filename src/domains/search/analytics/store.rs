//! The statements of what is looked for.

use super::report::{Asked, Opened, Report};
use crate::graphql::codes::LanguageCode;
use crate::platform::db::{Conn, Statement};
use chrono::{NaiveDate, TimeDelta};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Text, Uuid as UuidSql};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

/// A term is told to everybody when so many people looked for it in so many days, and so many of them on one and the same day: people
/// are told apart within a day only, so that one person who comes again and again is never more than one.
const PUBLIC_PEOPLE: i64 = 5;
const PUBLIC_DAYS: i64 = 30;
const PUBLIC_AT_ONCE: i64 = 3;

/// Different terms of a day and language that are kept; others are counted in its sum only.
pub(super) const MOST_TERMS: i64 = 20_000;

/// How often a term was looked for.
pub(super) struct Searched {
    pub language: &'static str,
    pub term: String,
    pub searches: i64,
    pub without: i64,
    pub people: i64,
}

/// How often a product was opened that was found by a term.
pub(super) struct Clicked {
    pub language: &'static str,
    pub term: String,
    pub product: Uuid,
    pub clicks: i64,
}

// A term is compared by `BETWEEN`, which the primary key knows and the index of what is written alike does not: of an empty table PostgreSQL
// takes either, and that one is slow while much is written.

/// Adds searches to a day: all to its sum, and those of terms that are there already, or of which there are not too many, to theirs.
/// Nobody else adds any until the end of the transaction.
pub(super) async fn add_searches(
    conn: &mut Conn,
    day: NaiveDate,
    rows: &[Searched],
    most_terms: i64,
) -> QueryResult<()> {
    given(rows)
        .sql(" INSERT INTO search_day_totals AS t (day, language, searches, without_result) SELECT ")
        .text(day.to_string())
        .sql(
            "::date, language, sum(searches)::bigint, sum(without)::bigint FROM given GROUP BY language ORDER BY language \
             ON CONFLICT (day, language) DO UPDATE SET searches = t.searches + excluded.searches, \
             without_result = t.without_result + excluded.without_result",
        )
        .execute(conn)
        .await?;
    given(rows)
        .sql(", known AS (SELECT g.*, EXISTS (SELECT FROM search_days s WHERE s.day = ")
        .text(day.to_string())
        .sql(
            "::date AND s.term BETWEEN g.term AND g.term AND s.language = g.language) AS there FROM given g), \
             placed AS (SELECT known.*, sum((NOT there)::integer) OVER (PARTITION BY language ORDER BY searches DESC, term) AS place \
                 FROM known), \
             put AS (INSERT INTO search_days AS s (day, language, term, searches, without_result, people) \
                 SELECT t.day, p.language, p.term, p.searches, p.without, p.people FROM placed p \
                 JOIN search_day_totals t ON t.language = p.language AND t.day = ",
        )
        .text(day.to_string())
        .sql("::date WHERE p.there OR t.terms + p.place <= ")
        .bigint(most_terms)
        .sql(
            " ORDER BY p.term, p.language ON CONFLICT (day, language, term) DO UPDATE SET searches = s.searches + excluded.searches, \
                 without_result = s.without_result + excluded.without_result, people = s.people + excluded.people \
                 RETURNING s.language, s.xmax = 0 AS is_new), \
             fresh AS (SELECT language, count(*)::integer AS terms FROM put WHERE is_new GROUP BY language) \
             UPDATE search_day_totals t SET terms = t.terms + fresh.terms FROM fresh WHERE fresh.language = t.language AND t.day = ",
        )
        .text(day.to_string())
        .sql("::date")
        .execute(conn)
        .await?;
    Ok(())
}

/// Searches as a table of the statement.
fn given(rows: &[Searched]) -> Statement {
    Statement::new("WITH given AS (SELECT * FROM unnest(")
        .texts(rows.iter().map(|row| row.language.to_owned()).collect())
        .sql(", ")
        .texts(rows.iter().map(|row| row.term.clone()).collect())
        .sql(", ")
        .bigints(rows.iter().map(|row| row.searches).collect())
        .sql(", ")
        .bigints(rows.iter().map(|row| row.without).collect())
        .sql(", ")
        .bigints(rows.iter().map(|row| row.people).collect())
        .sql(") given(language, term, searches, without, people))")
}

/// Adds clicks to a day: those on products that are there, by terms that were looked for on that day or the one before. Whoever tells of
/// a click need not say in which language the term was looked for.
pub(super) async fn add_clicks(
    conn: &mut Conn,
    day: NaiveDate,
    rows: &[Clicked],
) -> QueryResult<()> {
    Statement::new("WITH known AS (SELECT given.term, given.product_id, given.clicks, s.day, s.language FROM unnest(")
        .texts(rows.iter().map(|row| row.language.to_owned()).collect())
        .sql(", ")
        .texts(rows.iter().map(|row| row.term.clone()).collect())
        .sql(", ")
        .uuids(rows.iter().map(|row| row.product).collect())
        .sql(", ")
        .bigints(rows.iter().map(|row| row.clicks).collect())
        .sql(
            ") given(language, term, product_id, clicks) JOIN products p ON p.id = given.product_id \
             CROSS JOIN LATERAL (SELECT s.day, s.language FROM search_days s WHERE s.term BETWEEN given.term AND given.term AND s.day IN (",
        )
        .text(day.to_string())
        .sql("::date, ")
        .text((day - TimeDelta::days(1)).to_string())
        .sql(
            "::date) ORDER BY s.language = given.language DESC, s.day DESC LIMIT 1) s), \
             counted AS (UPDATE search_days s SET clicks = s.clicks + sum.clicks \
                 FROM (SELECT day, language, term, sum(clicks)::bigint AS clicks FROM known GROUP BY day, language, term) sum \
                 WHERE s.day = sum.day AND s.language = sum.language AND s.term BETWEEN sum.term AND sum.term), \
             summed AS (UPDATE search_day_totals t SET clicks = t.clicks + sum.clicks \
                 FROM (SELECT day, language, sum(clicks)::bigint AS clicks FROM known GROUP BY day, language) sum \
                 WHERE t.day = sum.day AND t.language = sum.language) \
             INSERT INTO search_product_days AS s (day, product_id, clicks) SELECT ",
        )
        .text(day.to_string())
        .sql(
            "::date, product_id, sum(clicks)::bigint FROM known GROUP BY product_id ORDER BY product_id \
             ON CONFLICT (day, product_id) DO UPDATE SET clicks = s.clicks + excluded.clicks",
        )
        .execute(conn)
        .await?;
    Ok(())
}

#[derive(QueryableByName)]
struct Term {
    #[diesel(sql_type = Text)]
    term: String,
}

/// The words of a term, as terms are compared: folded, with a space before and after each.
const WORDS: &str = "' ' || translate(search_fold(term), '-''’&.,', '      ') || ' ' AS words";

/// Terms of some days that everybody may be told of, with how many people looked for them; `search` narrows down which are looked at. What is
/// blocked is left out of the few that are left.
fn public(search: Statement, language: LanguageCode, today: NaiveDate) -> Statement {
    // Each is folded once.
    Statement::new("WITH blocked AS MATERIALIZED (SELECT ")
        .sql(WORDS)
        .sql(" FROM search_blocked_terms) SELECT t.term FROM (SELECT term, sum(people) AS people, ")
        .sql(WORDS)
        .sql(" FROM search_days WHERE day > ")
        .text((today - TimeDelta::days(PUBLIC_DAYS)).to_string())
        .sql("::date AND language = ")
        .text(language.code())
        .append(search)
        .sql(" GROUP BY term HAVING sum(people) >= ")
        .bigint(PUBLIC_PEOPLE)
        .sql(" AND max(people) >= ")
        .bigint(PUBLIC_AT_ONCE)
        .sql(
            " AND 2 * sum(without_result) < sum(searches) OFFSET 0) t WHERE NOT EXISTS (SELECT FROM blocked b \
             WHERE position(b.words IN t.words) > 0)",
        )
}

/// What is looked for most.
pub(super) async fn popular(
    conn: &mut Conn,
    language: LanguageCode,
    today: NaiveDate,
    limit: i64,
) -> QueryResult<Vec<String>> {
    let terms: Vec<Term> = public(Statement::default(), language, today)
        .sql(" ORDER BY t.people DESC, t.term LIMIT ")
        .literal(limit)
        .load(conn)
        .await?;
    Ok(terms.into_iter().map(|row| row.term).collect())
}

/// What is looked for and written like `term`.
pub(super) async fn alike(
    conn: &mut Conn,
    language: LanguageCode,
    term: &str,
    today: NaiveDate,
    limit: i64,
) -> QueryResult<Vec<String>> {
    let like = Statement::new(" AND term % ")
        .text(term)
        .sql(" AND term <> ")
        .text(term);
    let terms: Vec<Term> = public(like, language, today)
        .sql(" ORDER BY similarity(t.term, ")
        .text(term)
        .sql(") DESC, t.people DESC, t.term LIMIT ")
        .bigint(limit)
        .load(conn)
        .await?;
    Ok(terms.into_iter().map(|row| row.term).collect())
}

#[derive(QueryableByName)]
struct Sums {
    #[diesel(sql_type = BigInt)]
    searches: i64,
    #[diesel(sql_type = BigInt)]
    without_result: i64,
    #[diesel(sql_type = BigInt)]
    clicks: i64,
}

#[derive(QueryableByName)]
struct AskedRow {
    #[diesel(sql_type = Bool)]
    in_vain: bool,
    #[diesel(sql_type = Text)]
    language: String,
    #[diesel(sql_type = Text)]
    term: String,
    #[diesel(sql_type = BigInt)]
    searches: i64,
    #[diesel(sql_type = BigInt)]
    without_result: i64,
    #[diesel(sql_type = BigInt)]
    clicks: i64,
}

#[derive(QueryableByName)]
struct OpenedRow {
    #[diesel(sql_type = UuidSql)]
    product_id: Uuid,
    #[diesel(sql_type = BigInt)]
    clicks: i64,
}

/// What was looked for from a day to another, both included: at most `limit` lines of each kind.
pub(super) async fn report(
    conn: &mut Conn,
    from: NaiveDate,
    to: NaiveDate,
    limit: i64,
) -> QueryResult<Report> {
    let between = || {
        Statement::new(" WHERE day BETWEEN ")
            .text(from.to_string())
            .sql("::date AND ")
            .text(to.to_string())
            .sql("::date")
    };
    let sums: Sums = Statement::new(
        "SELECT coalesce(sum(searches), 0)::bigint AS searches, coalesce(sum(without_result), 0)::bigint AS without_result, \
         coalesce(sum(clicks), 0)::bigint AS clicks FROM search_day_totals",
    )
    .append(between())
    .get_result(conn)
    .await?;
    let asked: Vec<AskedRow> = Statement::new(
        "WITH terms AS MATERIALIZED (SELECT language, term, sum(searches)::bigint AS searches, \
         sum(without_result)::bigint AS without_result, sum(clicks)::bigint AS clicks FROM search_days",
    )
    .append(between())
    .sql(
        " GROUP BY language, term) SELECT * FROM (\
         (SELECT false AS in_vain, terms.* FROM terms ORDER BY searches DESC, term, language LIMIT ",
    )
    .bigint(limit)
    .sql(
        ") UNION ALL (SELECT true, terms.* FROM terms WHERE without_result > 0 ORDER BY without_result DESC, term, language LIMIT ",
    )
    .bigint(limit)
    .sql(")) lists ORDER BY in_vain, CASE WHEN in_vain THEN without_result ELSE searches END DESC, term, language")
    .load(conn)
    .await?;
    let opened: Vec<OpenedRow> =
        Statement::new("SELECT product_id, sum(clicks)::bigint AS clicks FROM search_product_days")
            .append(between())
            .sql(" GROUP BY product_id ORDER BY 2 DESC, 1 LIMIT ")
            .bigint(limit)
            .load(conn)
            .await?;
    let (in_vain, popular): (Vec<_>, Vec<_>) = asked.into_iter().partition(|row| row.in_vain);
    Ok(Report {
        from,
        to,
        searches: sums.searches,
        without_result: sums.without_result,
        clicks: sums.clicks,
        popular: popular.into_iter().map(Asked::from).collect(),
        in_vain: in_vain.into_iter().map(Asked::from).collect(),
        opened: opened
            .into_iter()
            .map(|row| Opened {
                product: row.product_id,
                clicks: row.clicks,
            })
            .collect(),
    })
}

impl From<AskedRow> for Asked {
    fn from(row: AskedRow) -> Self {
        Self {
            language: row.language,
            term: row.term,
            searches: row.searches,
            without_result: row.without_result,
            clicks: row.clicks,
        }
    }
}
