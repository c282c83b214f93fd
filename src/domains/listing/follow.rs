//! Reads products anew when their vendor or their category has changed.
//!
//! The database itself tells `vendor.changed` and `category.changed`, in whichever way these are changed. Their products are gone
//! through here, a portion in a transaction, each of which tells `product.changed`, so that everything that is searched follows. One
//! instance at a time does so; when it is ended half way, the next one begins with the same event, and writes only what differs.

use super::refresh::{MOST_AT_ONCE, refresh};
use crate::platform::background::Ending;
use crate::platform::chance;
use crate::platform::db::{Change, Conn, Database, DbError, Statement};
use crate::platform::outbox::Wake;
use crate::platform::outbox::log::{self, Consumer, Head, LoggedEvent, Standing, Start};
use diesel::sql_types::{Bool, Uuid as UuidSql};
use diesel::{QueryResult, QueryableByName};
use diesel_async::RunQueryDsl;
use std::time::Duration;
use uuid::Uuid;

/// Who keeps how far it has come in the log of events.
pub const CONSUMER: Consumer = Consumer {
    name: "listing",
    start: Start::Head,
};

/// How long it waits to be woken before it looks by itself.
const PATIENCE: Duration = Duration::from_secs(1);

/// The longest wait after an error.
const LONGEST: Duration = Duration::from_secs(15);

/// Whose products are to be read anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Whose {
    Vendor(Uuid),
    /// The category with its branches.
    Category(Uuid),
}

impl Whose {
    fn of(event: &LoggedEvent) -> Option<Self> {
        match event.kind.as_str() {
            "vendor.changed" => Some(Self::Vendor(event.subject_id)),
            "category.changed" => Some(Self::Category(event.subject_id)),
            _ => None,
        }
    }

    /// Their products after this one, by their ids.
    fn products_after(self, after: Uuid) -> Statement {
        let portion = i64::try_from(MOST_AT_ONCE / 2).unwrap_or(1);
        let of = match self {
            Self::Vendor(id) => {
                Statement::new("SELECT id FROM products WHERE vendor_id = ").uuid(id)
            }
            Self::Category(id) => {
                Statement::new("WITH RECURSIVE down(id) AS (SELECT id FROM collections WHERE id = ")
                    .uuid(id)
                    .sql(
                        " UNION SELECT c.id FROM down JOIN collections c ON c.parent_id = down.id) \
                 SELECT id FROM products WHERE category_id IN (SELECT id FROM down)",
                    )
            }
        };
        of.sql(" AND id > ")
            .uuid(after)
            .sql(" ORDER BY id LIMIT ")
            .literal(portion)
    }
}

/// Follows what happens until it is asked to end. Errors are logged and waited out.
pub async fn run(database: Database, wake: Wake, mut ending: Ending) {
    let mut failures = 0;
    loop {
        let step = tokio::select! {
            biased;
            () = ending.asked() => return,
            step = step(&database) => step,
        };
        let rest = match step {
            Ok(true) => {
                failures = 0;
                continue;
            }
            Ok(false) => {
                failures = 0;
                PATIENCE
            }
            Err(error) => {
                failures += 1;
                tracing::warn!(%error, failures, "products of what changed are read anew later");
                chance::back_off(failures, LONGEST)
            }
        };
        let rest = async {
            if failures > 0 {
                tokio::time::sleep(rest).await;
            } else {
                let _ = tokio::time::timeout(rest, wake.woken()).await;
            }
        };
        tokio::select! {
            biased;
            () = ending.asked() => return,
            () = rest => {}
        }
    }
}

/// Acts on the next events: whether there may be more.
///
/// # Errors
/// Whatever the database says; what was not done will be.
pub async fn step(database: &Database) -> Result<bool, DbError> {
    let mut conn = database.get().await?;
    let at = match CONSUMER.position(&mut conn).await? {
        Standing::At(at) => at,
        // A copy of the database brings its projection along.
        Standing::OtherEpoch { head } => {
            CONSUMER.restart(&mut conn, head).await?;
            return Ok(true);
        }
    };
    if at == log::head(&mut conn).await? {
        return Ok(false);
    }
    let events = log::after(&mut conn, at.position, log::MOST).await?;
    drop(conn);
    let mut done = None;
    for event in &events {
        if let Some(whose) = Whose::of(event) {
            if !read_anew(database, whose).await? {
                return Ok(false);
            }
            keep(database, at, event.position).await?;
            done = None;
        } else {
            done = Some(event.position);
        }
    }
    if let Some(position) = done {
        keep(database, at, position).await?;
    }
    Ok(!events.is_empty())
}

async fn keep(database: &Database, at: Head, position: i64) -> Result<(), DbError> {
    let mut conn = database.get().await?;
    CONSUMER.advance(&mut conn, at.epoch, position).await?;
    Ok(())
}

/// Reads all of these products anew; not when another instance is at it.
async fn read_anew(database: &Database, whose: Whose) -> Result<bool, DbError> {
    let mut after = Uuid::nil();
    loop {
        match database.make(&Portion { whose, after }).await? {
            Read::Busy => return Ok(false),
            Read::All => return Ok(true),
            Read::UpTo(last) => after = last,
        }
    }
}

/// Some of the products.
struct Portion {
    whose: Whose,
    after: Uuid,
}

/// What came of a portion.
enum Read {
    /// Another instance is at it.
    Busy,
    /// There was none left.
    All,
    /// There may be more after this one.
    UpTo(Uuid),
}

#[derive(QueryableByName)]
struct Got {
    #[diesel(sql_type = Bool)]
    got: bool,
}

#[derive(QueryableByName)]
struct Product {
    #[diesel(sql_type = UuidSql)]
    id: Uuid,
}

impl Change for Portion {
    type Done = Read;
    type Refusal = DbError;

    async fn run(&self, conn: &mut Conn) -> Result<Read, DbError> {
        let lock: Got = Statement::new("SELECT pg_try_advisory_xact_lock(74101, 8) AS got")
            .get_result(conn)
            .await?;
        if !lock.got {
            return Ok(Read::Busy);
        }
        let rows: QueryResult<Vec<Product>> =
            self.whose.products_after(self.after).load(conn).await;
        let products: Vec<Uuid> = rows?.into_iter().map(|row| row.id).collect();
        let Some(last) = products.last().copied() else {
            return Ok(Read::All);
        };
        refresh(conn, &products).await?;
        Ok(Read::UpTo(last))
    }
}
