//! Users, how they prove who they are, and what they may do.

use crate::domains::accounts::model::{
    CustomerId, GrantId, Person, PersonListed, UserId, UserState,
};
use crate::domains::accounts::role::Role;
use crate::platform::db::tables::{credentials, customers, grants, sql_types, users};
use crate::platform::db::{Conn, Statement};
use crate::platform::secret::unprinted;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Bool, Nullable, Text, Uuid as UuidSql};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

/// A user to be.
#[derive(Clone)]
pub(in crate::domains::accounts) struct NewUser {
    pub id: UserId,
    pub email: String,
    pub first_name: String,
    pub last_name: String,
    pub password_hash: String,
    pub now: DateTime<Utc>,
}

/// What a sign-in needs to know of an account.
#[derive(Clone, QueryableByName)]
pub(in crate::domains::accounts) struct Account {
    #[diesel(sql_type = UuidSql)]
    pub id: UserId,
    #[diesel(sql_type = sql_types::UserState)]
    pub state: UserState,
    #[diesel(sql_type = Nullable<Text>)]
    pub password_hash: Option<String>,
}

unprinted!(NewUser, Account);

/// Writes a user, their password and the customer that they are; nothing, and `false`, when there is an account of the address.
pub(in crate::domains::accounts) async fn insert(
    conn: &mut Conn,
    user: &NewUser,
) -> QueryResult<bool> {
    let inserted = diesel::insert_into(users::table)
        .values((
            users::id.eq(user.id),
            users::email.eq(&user.email),
            users::first_name.eq(&user.first_name),
            users::last_name.eq(&user.last_name),
            users::created_at.eq(user.now),
            users::updated_at.eq(user.now),
        ))
        .on_conflict_do_nothing()
        .execute(conn)
        .await?;
    if inserted == 0 {
        return Ok(false);
    }
    diesel::insert_into(credentials::table)
        .values((
            credentials::user_id.eq(user.id),
            credentials::password_hash.eq(&user.password_hash),
            credentials::changed_at.eq(user.now),
        ))
        .execute(conn)
        .await?;
    diesel::insert_into(customers::table)
        .values((
            customers::id.eq(CustomerId::new()),
            customers::user_id.eq(user.id),
            customers::created_at.eq(user.now),
        ))
        .execute(conn)
        .await?;
    Ok(true)
}

const ACCOUNT: &str = "SELECT u.id, u.state, c.password_hash FROM users u LEFT JOIN credentials c ON c.user_id = u.id ";

/// The account of an address, however it is capitalised.
pub(in crate::domains::accounts) async fn by_email(
    conn: &mut Conn,
    email: &str,
) -> QueryResult<Option<Account>> {
    Statement::new(ACCOUNT)
        .sql("WHERE lower(u.email) = lower(")
        .text(email)
        .sql(")")
        .get_result(conn)
        .await
        .optional()
}

/// The account of a user.
pub(in crate::domains::accounts) async fn account(
    conn: &mut Conn,
    user: UserId,
) -> QueryResult<Option<Account>> {
    Statement::new(ACCOUNT)
        .sql("WHERE u.id = ")
        .uuid(user.0)
        .get_result(conn)
        .await
        .optional()
}

#[derive(QueryableByName)]
struct Held {
    #[diesel(sql_type = UuidSql)]
    #[expect(dead_code, reason = "that there is a row says it")]
    id: UserId,
}

/// Locks an account until the transaction ends, when it is open and its hash is still the one that was seen: whoever closes it or
/// changes the password meanwhile finds the session that is begun.
pub(in crate::domains::accounts) async fn lock_as_seen(
    conn: &mut Conn,
    user: UserId,
    seen: &str,
) -> QueryResult<bool> {
    let held: Option<Held> = Statement::new(
        "SELECT u.id FROM users u JOIN credentials c ON c.user_id = u.id WHERE u.state = 'ACTIVE' AND u.id = ",
    )
    .uuid(user.0)
    .sql(" AND c.password_hash = ")
    .text(seen)
    .sql(" FOR SHARE OF u FOR NO KEY UPDATE OF c")
    .get_result(conn)
    .await
    .optional()?;
    Ok(held.is_some())
}

/// Writes another hash.
pub(in crate::domains::accounts) async fn set_password(
    conn: &mut Conn,
    user: UserId,
    hash: &str,
    now: DateTime<Utc>,
) -> QueryResult<()> {
    Statement::new("UPDATE credentials SET password_hash = ")
        .text(hash)
        .sql(", changed_at = ")
        .time(now)
        .sql(" WHERE user_id = ")
        .uuid(user.0)
        .execute(conn)
        .await?;
    Ok(())
}

/// A user as they see themselves.
pub(in crate::domains::accounts) async fn person(
    conn: &mut Conn,
    user: UserId,
) -> QueryResult<Option<Person>> {
    Statement::new(
        "SELECT id, email, email_verified_at IS NOT NULL AS email_verified, first_name, last_name, phone, created_at \
         FROM users WHERE id = ",
    )
    .uuid(user.0)
    .get_result(conn)
    .await
    .optional()
}

/// Opens or closes an account; whether it was the other way before.
pub(in crate::domains::accounts) async fn set_state(
    conn: &mut Conn,
    user: UserId,
    state: UserState,
    now: DateTime<Utc>,
) -> QueryResult<bool> {
    let name = match state {
        UserState::Active => "ACTIVE",
        UserState::Disabled => "DISABLED",
    };
    let changed = Statement::new("UPDATE users SET version = version + 1, updated_at = ")
        .time(now)
        .sql(", state = ")
        .text(name)
        .sql("::user_state WHERE id = ")
        .uuid(user.0)
        .sql(" AND state <> ")
        .text(name)
        .sql("::user_state")
        .execute(conn)
        .await?;
    Ok(changed == 1)
}

/// Whoever takes a role or an account away takes turns until the transaction ends: of two who leave each other nobody, the second finds
/// out.
pub(in crate::domains::accounts) async fn lock_takings(conn: &mut Conn) -> QueryResult<()> {
    Statement::new("SELECT pg_advisory_xact_lock(74101, 5)")
        .execute(conn)
        .await?;
    Ok(())
}

/// Somebody who runs the marketplace, and by which role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, QueryableByName)]
pub(in crate::domains::accounts) struct Head {
    #[diesel(sql_type = UuidSql)]
    pub user_id: UserId,
    #[diesel(sql_type = sql_types::UserRole)]
    pub role: Role,
}

/// Two who run the marketplace, whoever may do most first; those whose accounts are closed do not.
pub(in crate::domains::accounts) async fn heads(conn: &mut Conn) -> QueryResult<Vec<Head>> {
    Statement::new(
        "SELECT g.user_id, g.role FROM grants g JOIN users u ON u.id = g.user_id \
         WHERE u.state = 'ACTIVE' AND g.role IN ('ADMIN', 'SUPER_ADMIN') ORDER BY g.role DESC, g.user_id LIMIT 2",
    )
    .load(conn)
    .await
}

/// Whether there is this user.
pub(in crate::domains::accounts) async fn is_there(
    conn: &mut Conn,
    user: UserId,
) -> QueryResult<bool> {
    let there: Any = Statement::new("SELECT EXISTS (SELECT 1 FROM users WHERE id = ")
        .uuid(user.0)
        .sql(") AS any")
        .get_result(conn)
        .await?;
    Ok(there.any)
}

/// Gives a role; whether the user did not have it.
pub(in crate::domains::accounts) async fn grant(
    conn: &mut Conn,
    user: UserId,
    role: Role,
    vendor: Option<Uuid>,
    now: DateTime<Utc>,
) -> QueryResult<bool> {
    let granted = diesel::insert_into(grants::table)
        .values((
            grants::id.eq(GrantId::new()),
            grants::user_id.eq(user),
            grants::role.eq(role),
            grants::vendor_id.eq(vendor),
            grants::granted_at.eq(now),
        ))
        .on_conflict_do_nothing()
        .execute(conn)
        .await?;
    Ok(granted == 1)
}

/// Takes a role away; whether the user had it.
pub(in crate::domains::accounts) async fn revoke(
    conn: &mut Conn,
    user: UserId,
    role: Role,
    vendor: Option<Uuid>,
) -> QueryResult<bool> {
    let gone = Statement::new("DELETE FROM grants WHERE user_id = ")
        .uuid(user.0)
        .sql(" AND role = ")
        .text(role.name())
        .sql("::user_role AND vendor_id IS NOT DISTINCT FROM ")
        .optional_uuid(vendor)
        .execute(conn)
        .await?;
    Ok(gone == 1)
}

#[derive(QueryableByName)]
struct Any {
    #[diesel(sql_type = Bool)]
    any: bool,
}

/// Whether anybody has an account.
pub(in crate::domains::accounts) async fn any(conn: &mut Conn) -> QueryResult<bool> {
    let any: Any = Statement::new("SELECT EXISTS (SELECT 1 FROM users) AS any")
        .get_result(conn)
        .await?;
    Ok(any.any)
}

/// The most users that are listed.
pub(in crate::domains::accounts) const MOST_LISTED: i64 = 1_000;

/// Users with their roles, by address.
pub(in crate::domains::accounts) async fn list(conn: &mut Conn) -> QueryResult<Vec<PersonListed>> {
    Statement::new(
        "SELECT u.email, u.state, u.created_at, array(SELECT g.role::text || coalesce('@' || v.handle, '') FROM grants g \
         LEFT JOIN vendors v ON v.id = g.vendor_id WHERE g.user_id = u.id ORDER BY g.role, v.handle) AS roles \
         FROM users u ORDER BY lower(u.email) LIMIT ",
    )
    .literal(MOST_LISTED)
    .load(conn)
    .await
}

#[derive(QueryableByName)]
struct VendorOf {
    #[diesel(sql_type = UuidSql)]
    id: Uuid,
}

/// The vendor of a handle, whatever its state.
pub(in crate::domains::accounts) async fn vendor(
    conn: &mut Conn,
    handle: &str,
) -> QueryResult<Option<Uuid>> {
    let found: Option<VendorOf> = Statement::new("SELECT id FROM vendors WHERE handle = ")
        .text(handle)
        .get_result(conn)
        .await
        .optional()?;
    Ok(found.map(|vendor| vendor.id))
}
