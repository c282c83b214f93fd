//! What the program throws away by itself: rows that nobody will ask for again.

use crate::domains::listing::words;
use crate::platform::background::Ending;
use crate::platform::clock;
use crate::platform::db::{Change, Conn, Database, DbError, Statement, UNATTENDED};
use chrono::{DateTime, TimeDelta, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{Bool, Integer};
use diesel_async::RunQueryDsl;
use std::time::Duration;

/// How often it looks.
const PERIOD: Duration = Duration::from_secs(5 * 60);

/// Every so many times it looks for words that no product has any more.
const WORDS: u32 = 12;

/// Between two portions, so that others have the database for themselves most of the time.
const PAUSE: Duration = Duration::from_millis(100);

/// Rows of a portion.
const PORTION: usize = 500;

/// Rows that are thrown away when they are older than so many days. Each statement takes a time and a number of rows, and leaves
/// alone what somebody else has under his hands.
struct Rule {
    about: &'static str,
    days: i64,
    before: &'static str,
    after: &'static str,
}

const RULES: [Rule; 9] = [
    Rule {
        about: "idempotency keys",
        days: 7,
        before: "DELETE FROM idempotency_keys WHERE ctid = ANY(ARRAY(SELECT ctid FROM idempotency_keys WHERE created_at < ",
        after: " ORDER BY created_at LIMIT 500 FOR UPDATE SKIP LOCKED))",
    },
    Rule {
        about: "throttles",
        days: 1,
        before: "DELETE FROM throttles WHERE subject = ANY(ARRAY(SELECT subject FROM throttles WHERE updated_at < ",
        after: " ORDER BY updated_at LIMIT 500 FOR UPDATE SKIP LOCKED))",
    },
    // Before their sessions, which would take any number of them along.
    Rule {
        about: "refresh tokens",
        days: 30,
        before: "DELETE FROM refresh_tokens WHERE hash = ANY(ARRAY(SELECT t.hash FROM sessions s JOIN refresh_tokens t ON t.session_id = s.id \
                 WHERE least(s.ended_at, s.expires_at) < ",
        after: " LIMIT 500 FOR UPDATE OF t SKIP LOCKED))",
    },
    Rule {
        about: "sessions",
        days: 30,
        before: "DELETE FROM sessions WHERE id = ANY(ARRAY(SELECT s.id FROM sessions s WHERE least(s.ended_at, s.expires_at) < ",
        after: " AND NOT EXISTS (SELECT FROM refresh_tokens t WHERE t.session_id = s.id) LIMIT 500 FOR UPDATE SKIP LOCKED))",
    },
    Rule {
        about: "carts",
        days: 90,
        before: "DELETE FROM carts WHERE id = ANY(ARRAY(SELECT id FROM carts WHERE state = 'OPEN' AND updated_at < ",
        after: " ORDER BY updated_at LIMIT 500 FOR UPDATE SKIP LOCKED))",
    },
    // What hardly anybody looked for says nothing about the shop, and might about somebody.
    Rule {
        about: "rare searches",
        days: 2,
        before: "DELETE FROM search_days WHERE ctid = ANY(ARRAY(SELECT ctid FROM search_days WHERE searches < 3 AND day < ",
        after: " ORDER BY day LIMIT 500 FOR UPDATE SKIP LOCKED))",
    },
    Rule {
        about: "searches",
        days: 396,
        before: "DELETE FROM search_days WHERE ctid = ANY(ARRAY(SELECT ctid FROM search_days WHERE day < ",
        after: " ORDER BY day LIMIT 500 FOR UPDATE SKIP LOCKED))",
    },
    Rule {
        about: "sums of searches",
        days: 396,
        before: "DELETE FROM search_day_totals WHERE ctid = ANY(ARRAY(SELECT ctid FROM search_day_totals WHERE day < ",
        after: " ORDER BY day LIMIT 500 FOR UPDATE SKIP LOCKED))",
    },
    Rule {
        about: "clicks of searches",
        days: 396,
        before: "DELETE FROM search_product_days WHERE ctid = ANY(ARRAY(SELECT ctid FROM search_product_days WHERE day < ",
        after: " ORDER BY day LIMIT 500 FOR UPDATE SKIP LOCKED))",
    },
];

/// How long events are kept.
const EVENT_DAYS: i64 = 14;

/// Keeps house until it is asked to end.
pub async fn run(database: Database, mut ending: Ending) {
    // Not at once: programs that start together would all do it, and the first minutes belong to the clients.
    let mut times = 0_u32;
    while ending.pause(PERIOD).await {
        let mut done = once(&database, &mut ending).await;
        times = times.wrapping_add(1);
        if done.is_ok() && times.is_multiple_of(WORDS) {
            done = words::prune(&database).await.map(drop);
        }
        if let Err(error) = done {
            tracing::warn!(%error, "housekeeping was put off");
        }
    }
}

/// Throws away all that is due, in portions; ends early when it is asked to, or when another instance is at it.
///
/// # Errors
/// Whatever the database says; what was thrown away until then is gone.
pub async fn once(database: &Database, ending: &mut Ending) -> Result<(), DbError> {
    let now = clock::now();
    for rule in &RULES {
        let portion = Portion {
            rule,
            before: now - TimeDelta::days(rule.days),
        };
        let mut sum = 0;
        loop {
            let Some(gone) = database.make(&portion).await? else {
                return Ok(());
            };
            sum += gone;
            if gone < PORTION {
                break;
            }
            if !ending.pause(PAUSE).await {
                return Ok(());
            }
        }
        if sum > 0 {
            tracing::info!(rows = sum, about = rule.about, "thrown away");
        }
    }
    forget(database, now - TimeDelta::days(EVENT_DAYS)).await
}

/// Drops old events. When somebody reads them for long, the next time will do.
async fn forget(database: &Database, before: DateTime<Utc>) -> Result<(), DbError> {
    match database.make(&Forget { before }).await {
        Ok(0) => Ok(()),
        Ok(partitions) => {
            tracing::info!(partitions, "old events are dropped");
            Ok(())
        }
        Err(error) if error.is_lock_timeout() => Ok(()),
        Err(error) => Err(error),
    }
}

#[derive(QueryableByName)]
struct Got {
    #[diesel(sql_type = Bool)]
    got: bool,
}

/// Takes the lock that lets one instance keep house, if it is free.
async fn turn(conn: &mut Conn) -> Result<bool, DbError> {
    let lock: Got = Statement::new("SELECT pg_try_advisory_xact_lock(74101, 4) AS got")
        .get_result(conn)
        .await?;
    Ok(lock.got)
}

/// Some of the rows of a rule: how many are gone, or nothing when another instance keeps house.
struct Portion<'a> {
    rule: &'a Rule,
    before: DateTime<Utc>,
}

impl Change for Portion<'_> {
    type Done = Option<usize>;
    type Refusal = DbError;
    const LONGEST: Duration = UNATTENDED;

    async fn run(&self, conn: &mut Conn) -> Result<Option<usize>, DbError> {
        if !turn(conn).await? {
            return Ok(None);
        }
        let gone = Statement::new(self.rule.before)
            .time(self.before)
            .sql(self.rule.after)
            .execute(conn)
            .await?;
        Ok(Some(gone))
    }
}

/// Events that are old: how many partitions of them were dropped.
struct Forget {
    before: DateTime<Utc>,
}

#[derive(QueryableByName)]
struct Dropped {
    #[diesel(sql_type = Integer)]
    dropped: i32,
}

impl Change for Forget {
    type Done = i32;
    type Refusal = DbError;
    const LONGEST: Duration = UNATTENDED;

    async fn run(&self, conn: &mut Conn) -> Result<i32, DbError> {
        if !turn(conn).await? {
            return Ok(0);
        }
        let forgotten: Dropped = Statement::new("SELECT events_forget(")
            .time(self.before)
            .sql(") AS dropped")
            .get_result(conn)
            .await?;
        Ok(forgotten.dropped)
    }
}
