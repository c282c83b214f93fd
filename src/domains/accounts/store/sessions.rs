//! Sessions and the refresh tokens that hold them.

use crate::domains::accounts::model::{CustomerId, Grant, SessionId, UserId, Viewer};
use crate::domains::accounts::role::Role;
use crate::platform::db::tables::sql_types;
use crate::platform::db::{Conn, Statement};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Nullable, Text, Timestamptz, Uuid as UuidSql};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

/// Why a session ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::domains::accounts) enum EndReason {
    SignedOut,
    SignedOutEverywhere,
    PasswordChanged,
    TokenReused,
    Disabled,
}

impl EndReason {
    const fn text(self) -> &'static str {
        match self {
            Self::SignedOut => "SIGNED_OUT",
            Self::SignedOutEverywhere => "SIGNED_OUT_EVERYWHERE",
            Self::PasswordChanged => "PASSWORD_CHANGED",
            Self::TokenReused => "TOKEN_REUSED",
            Self::Disabled => "DISABLED",
        }
    }
}

/// Begins a session.
pub(in crate::domains::accounts) async fn begin(
    conn: &mut Conn,
    session: SessionId,
    user: UserId,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
) -> QueryResult<()> {
    Statement::new(
        "INSERT INTO sessions (id, user_id, created_at, refreshed_at, expires_at) VALUES (",
    )
    .uuid(session.0)
    .sql(", ")
    .uuid(user.0)
    .sql(", ")
    .time(now)
    .sql(", ")
    .time(now)
    .sql(", ")
    .time(until)
    .sql(")")
    .execute(conn)
    .await?;
    Ok(())
}

/// Keeps the hash of a refresh token that is given out.
pub(in crate::domains::accounts) async fn keep_token(
    conn: &mut Conn,
    hash: &[u8; 32],
    session: SessionId,
    now: DateTime<Utc>,
) -> QueryResult<()> {
    Statement::new("INSERT INTO refresh_tokens (hash, session_id, issued_at) VALUES (")
        .bytes(*hash)
        .sql(", ")
        .uuid(session.0)
        .sql(", ")
        .time(now)
        .sql(")")
        .execute(conn)
        .await?;
    Ok(())
}

#[derive(QueryableByName)]
struct SessionOf {
    #[diesel(sql_type = UuidSql)]
    session_id: SessionId,
}

/// Uses a token up: its session, unless there is no such token or it was used before. Of two at once one gets it: the other waits
/// for the row, and finds it used.
pub(in crate::domains::accounts) async fn use_up(
    conn: &mut Conn,
    hash: &[u8; 32],
    now: DateTime<Utc>,
) -> QueryResult<Option<SessionId>> {
    let used: Option<SessionOf> = Statement::new("UPDATE refresh_tokens SET used_at = ")
        .time(now)
        .sql(" WHERE hash = ")
        .bytes(*hash)
        .sql(" AND used_at IS NULL RETURNING session_id")
        .get_result(conn)
        .await
        .optional()?;
    Ok(used.map(|of| of.session_id))
}

/// The session of a token, used or not.
pub(in crate::domains::accounts) async fn of_token(
    conn: &mut Conn,
    hash: &[u8; 32],
) -> QueryResult<Option<SessionId>> {
    let of: Option<SessionOf> =
        Statement::new("SELECT session_id FROM refresh_tokens WHERE hash = ")
            .bytes(*hash)
            .get_result(conn)
            .await
            .optional()?;
    Ok(of.map(|of| of.session_id))
}

/// The session of a token that was kept before, with its user and until when it lives.
pub(in crate::domains::accounts) async fn kept(
    conn: &mut Conn,
    hash: &[u8; 32],
) -> QueryResult<Option<Kept>> {
    Statement::new(
        "SELECT s.id, s.user_id, s.expires_at FROM refresh_tokens t JOIN sessions s ON s.id = t.session_id WHERE t.hash = ",
    )
    .bytes(*hash)
    .get_result(conn)
    .await
    .optional()
}

/// A session that a token holds.
#[derive(Debug, Clone, Copy, QueryableByName)]
pub(in crate::domains::accounts) struct Kept {
    #[diesel(sql_type = UuidSql)]
    pub id: SessionId,
    #[diesel(sql_type = UuidSql)]
    pub user_id: UserId,
    #[diesel(sql_type = Timestamptz)]
    pub expires_at: DateTime<Utc>,
}

/// A session that goes on.
#[derive(Debug, Clone, Copy, QueryableByName)]
pub(in crate::domains::accounts) struct Extended {
    #[diesel(sql_type = UuidSql)]
    pub user_id: UserId,
    #[diesel(sql_type = Timestamptz)]
    pub expires_at: DateTime<Utc>,
}

/// Lets a session that is alive go on until `until`, but never longer than `longest` days after it began.
pub(in crate::domains::accounts) async fn extend(
    conn: &mut Conn,
    session: SessionId,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
    longest: i32,
) -> QueryResult<Option<Extended>> {
    Statement::new("UPDATE sessions s SET refreshed_at = ")
        .time(now)
        .sql(", expires_at = least(")
        .time(until)
        .sql(", s.created_at + make_interval(days => ")
        .integer(longest)
        .sql(")) FROM users u WHERE s.id = ")
        .uuid(session.0)
        .sql(" AND s.ended_at IS NULL AND s.expires_at > ")
        .time(now)
        .sql(" AND u.id = s.user_id AND u.state = 'ACTIVE' RETURNING s.user_id, s.expires_at")
        .get_result(conn)
        .await
        .optional()
}

fn ending(reason: EndReason, now: DateTime<Utc>) -> Statement {
    Statement::new("UPDATE sessions SET ended_at = ")
        .time(now)
        .sql(", end_reason = ")
        .text(reason.text())
        .sql(" WHERE ended_at IS NULL")
}

/// Ends a session, unless it ended before; whose it was.
pub(in crate::domains::accounts) async fn end(
    conn: &mut Conn,
    session: SessionId,
    reason: EndReason,
    now: DateTime<Utc>,
) -> QueryResult<Option<UserId>> {
    let ended: Option<UserOf> = ending(reason, now)
        .sql(" AND id = ")
        .uuid(session.0)
        .sql(" RETURNING user_id")
        .get_result(conn)
        .await
        .optional()?;
    Ok(ended.map(|of| of.user_id))
}

#[derive(QueryableByName)]
struct UserOf {
    #[diesel(sql_type = UuidSql)]
    user_id: UserId,
}

/// Ends all sessions of a user.
pub(in crate::domains::accounts) async fn end_all(
    conn: &mut Conn,
    user: UserId,
    reason: EndReason,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    ending(reason, now)
        .sql(" AND user_id = ")
        .uuid(user.0)
        .execute(conn)
        .await
}

#[derive(QueryableByName)]
struct ViewerRow {
    #[diesel(sql_type = UuidSql)]
    session_id: SessionId,
    #[diesel(sql_type = UuidSql)]
    user_id: UserId,
    #[diesel(sql_type = Text)]
    email: String,
    #[diesel(sql_type = UuidSql)]
    customer_id: CustomerId,
    #[diesel(sql_type = Nullable<sql_types::UserRole>)]
    role: Option<Role>,
    #[diesel(sql_type = Nullable<UuidSql>)]
    vendor_id: Option<Uuid>,
}

impl ViewerRow {
    fn grant(&self) -> Option<Grant> {
        let grant = |role| Grant {
            role,
            vendor_id: self.vendor_id,
        };
        self.role.map(grant)
    }
}

/// Whoever a session that is alive belongs to, with what they may do.
pub(in crate::domains::accounts) async fn viewer(
    conn: &mut Conn,
    user: UserId,
    session: SessionId,
    now: DateTime<Utc>,
) -> QueryResult<Option<Viewer>> {
    let found = viewers(conn, vec![session], now).await?;
    Ok(found.into_iter().find(|viewer| viewer.user_id == user))
}

/// Whoever those of these sessions that are alive belong to, with what they may do.
pub(in crate::domains::accounts) async fn viewers(
    conn: &mut Conn,
    sessions: Vec<SessionId>,
    now: DateTime<Utc>,
) -> QueryResult<Vec<Viewer>> {
    let rows: Vec<ViewerRow> = Statement::new(
        "SELECT s.id AS session_id, u.id AS user_id, u.email, c.id AS customer_id, g.role, g.vendor_id \
         FROM sessions s JOIN users u ON u.id = s.user_id \
         JOIN customers c ON c.user_id = u.id LEFT JOIN grants g ON g.user_id = u.id \
         WHERE s.ended_at IS NULL AND u.state = 'ACTIVE' AND s.id = ANY(",
    )
    .uuids(sessions.into_iter().map(|id| id.0).collect())
    .sql(") AND s.expires_at > ")
    .time(now)
    .sql(" ORDER BY s.id, g.role, g.vendor_id")
    .load(conn)
    .await?;
    Ok(rows
        .chunk_by(|one, next| one.session_id == next.session_id)
        .filter_map(|rows| {
            let first = rows.first()?;
            Some(Viewer {
                user_id: first.user_id,
                session_id: first.session_id,
                customer_id: first.customer_id,
                email: first.email.clone(),
                grants: rows.iter().filter_map(ViewerRow::grant).collect(),
            })
        })
        .collect())
}
