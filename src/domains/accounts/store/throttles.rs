//! Buckets of failed attempts.

use crate::domains::accounts::model::UserId;
use crate::domains::accounts::throttle::Bucket;
use crate::platform::db::{Conn, Statement};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool};
use diesel_async::RunQueryDsl;

/// What is left in a bucket at `now`.
fn left(bucket: &Bucket, now: DateTime<Utc>) -> Statement {
    Statement::new("greatest(0, t.level - greatest(0, extract(epoch FROM ")
        .time(now)
        .sql(" - t.updated_at))::float8 / ")
        .bigint(bucket.leak)
        .sql(")")
}

/// Puts a drop into a bucket, in one statement; when it is full, nothing is put in, and the seconds until there is room are answered.
pub(in crate::domains::accounts) async fn take(
    conn: &mut Conn,
    bucket: &Bucket,
    now: DateTime<Utc>,
) -> QueryResult<Result<(), i64>> {
    let taken = Statement::new("INSERT INTO throttles AS t (subject, level, updated_at) VALUES (")
        .bytes(bucket.subject)
        .sql(", 1, ")
        .time(now)
        .sql(") ON CONFLICT (subject) DO UPDATE SET level = 1 + ")
        .append(left(bucket, now))
        .sql(", updated_at = greatest(t.updated_at, excluded.updated_at) WHERE 1 + ")
        .append(left(bucket, now))
        .sql(" <= ")
        .bigint(bucket.holds)
        .execute(conn)
        .await?;
    if taken == 1 {
        return Ok(Ok(()));
    }
    wait(conn, bucket, now).await.map(Err)
}

#[derive(QueryableByName)]
struct Wait {
    #[diesel(sql_type = BigInt)]
    seconds: i64,
}

async fn wait(conn: &mut Conn, bucket: &Bucket, now: DateTime<Utc>) -> QueryResult<i64> {
    let wait: Option<Wait> = Statement::new("SELECT ceil((1 + ")
        .append(left(bucket, now))
        .sql(" - ")
        .bigint(bucket.holds)
        .sql(") * ")
        .bigint(bucket.leak)
        .sql(")::bigint AS seconds FROM throttles t WHERE t.subject = ")
        .bytes(bucket.subject)
        .get_result(conn)
        .await
        .optional()?;
    Ok(wait.map_or(1, |wait| wait.seconds).max(1))
}

/// Takes a drop out again: the attempt was none that counts.
pub(in crate::domains::accounts) async fn give_back(
    conn: &mut Conn,
    bucket: &Bucket,
) -> QueryResult<()> {
    Statement::new("UPDATE throttles SET level = greatest(0, level - 1) WHERE subject = ")
        .bytes(bucket.subject)
        .execute(conn)
        .await?;
    Ok(())
}

/// Empties a bucket.
pub(in crate::domains::accounts) async fn empty(
    conn: &mut Conn,
    bucket: &Bucket,
) -> QueryResult<()> {
    Statement::new("DELETE FROM throttles WHERE subject = ")
        .bytes(bucket.subject)
        .execute(conn)
        .await?;
    Ok(())
}

/// Remembers where a user signed in from: the last twenty places.
pub(in crate::domains::accounts) async fn remember_place(
    conn: &mut Conn,
    user: UserId,
    place: &[u8; 32],
    now: DateTime<Utc>,
) -> QueryResult<()> {
    Statement::new("INSERT INTO familiar_places (user_id, place, seen_at) VALUES (")
        .uuid(user.0)
        .sql(", ")
        .bytes(*place)
        .sql(", ")
        .time(now)
        .sql(") ON CONFLICT (user_id, place) DO UPDATE SET seen_at = excluded.seen_at")
        .execute(conn)
        .await?;
    Statement::new("DELETE FROM familiar_places WHERE user_id = ")
        .uuid(user.0)
        .sql(" AND place IN (SELECT place FROM familiar_places WHERE user_id = ")
        .uuid(user.0)
        .sql(" ORDER BY seen_at DESC OFFSET 20)")
        .execute(conn)
        .await?;
    Ok(())
}

#[derive(QueryableByName)]
struct Known {
    #[diesel(sql_type = Bool)]
    known: bool,
}

/// Whether the user signed in from there before.
pub(in crate::domains::accounts) async fn is_familiar(
    conn: &mut Conn,
    user: UserId,
    place: &[u8; 32],
) -> QueryResult<bool> {
    let known: Known =
        Statement::new("SELECT EXISTS (SELECT 1 FROM familiar_places WHERE user_id = ")
            .uuid(user.0)
            .sql(" AND place = ")
            .bytes(*place)
            .sql(") AS known")
            .get_result(conn)
            .await?;
    Ok(known.known)
}
