//! Documents that the server refused.

use crate::platform::clock;
use crate::platform::db::{Conn, Statement};
use chrono::{DateTime, TimeDelta, Utc};
use diesel::QueryResult;
use diesel::QueryableByName;
use diesel::sql_types::Uuid as UuidSql;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

/// Products that are tried again at one time.
const PORTION: i64 = 100;

/// Characters of a reason that are kept.
const MOST_OF_REASON: usize = 500;

#[derive(QueryableByName)]
struct Due {
    #[diesel(sql_type = UuidSql)]
    product_id: Uuid,
}

/// Products that are to be tried again by now.
pub(super) async fn due(conn: &mut Conn) -> QueryResult<Vec<Uuid>> {
    let rows: Vec<Due> =
        Statement::new("SELECT DISTINCT product_id FROM search_dead_letters WHERE next_at <= ")
            .time(clock::now())
            .sql(" LIMIT ")
            .literal(PORTION)
            .load(conn)
            .await?;
    Ok(rows.into_iter().map(|row| row.product_id).collect())
}

/// Keeps what an index refused of these products, and forgets what it took.
pub(super) async fn settle(
    conn: &mut Conn,
    index: &str,
    products: &[Uuid],
    refused: &[(Uuid, String)],
) -> QueryResult<()> {
    let taken = products
        .iter()
        .filter(|id| !refused.iter().any(|(it, _)| it == *id));
    Statement::new("DELETE FROM search_dead_letters WHERE index_name = ")
        .text(index)
        .sql(" AND product_id = ANY(")
        .uuids(taken.copied().collect())
        .sql(")")
        .execute(conn)
        .await?;
    let now = clock::now();
    for (product, reason) in refused {
        let reason: String = reason.chars().take(MOST_OF_REASON).collect();
        tracing::warn!(%product, index, reason, "the search engine refuses a document: it is tried again later");
        Statement::new(
            "INSERT INTO search_dead_letters AS d (index_name, product_id, reason, attempts, first_at, last_at, next_at) VALUES (",
        )
        .text(index)
        .sql(", ")
        .uuid(*product)
        .sql(", ")
        .text(reason)
        .sql(", 1, ")
        .time(now)
        .sql(", ")
        .time(now)
        .sql(", ")
        .time(now + TimeDelta::seconds(10))
        // Ten seconds, twice as long each time, and a day at the most; up to a quarter less, so that they do not all come at once.
        .sql(
            ") ON CONFLICT (index_name, product_id) DO UPDATE SET reason = excluded.reason, attempts = d.attempts + 1, \
             last_at = excluded.last_at, next_at = excluded.last_at + least(interval '1 day', interval '10 seconds' * 2 ^ least(d.attempts, 20)) * (0.75 + random() / 4)",
        )
        .execute(conn)
        .await?;
    }
    Ok(())
}

/// Puts off what was due of these products by `then` and still is, because it was neither taken nor refused anew: it is tried again after
/// as long a wait as if it had been refused.
pub(super) async fn put_off(
    conn: &mut Conn,
    products: &[Uuid],
    then: DateTime<Utc>,
) -> QueryResult<()> {
    let now = clock::now();
    Statement::new("UPDATE search_dead_letters SET attempts = attempts + 1, last_at = ")
        .time(now)
        .sql(", next_at = ")
        .time(now)
        .sql(
            " + least(interval '1 day', interval '10 seconds' * 2 ^ least(attempts, 20)) * (0.75 + random() / 4) \
             WHERE next_at <= ",
        )
        .time(then)
        .sql(" AND product_id = ANY(")
        .uuids(products.to_vec())
        .sql(")")
        .execute(conn)
        .await?;
    Ok(())
}
