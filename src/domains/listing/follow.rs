//! Reads products anew when their vendor or their category has changed.
//!
//! The database itself tells `vendor.changed` and `category.changed`, in whichever way these are changed. Their products are gone
//! through here, a portion in a transaction, each of which tells `product.changed`, so that everything that is searched follows. One
//! instance at a time reads a portion. Each remembers how far it has come with an event, so that it goes on from there when another one
//! was faster or something failed; when it is ended half way, another one begins with the same event, and writes only what differs.
//!
//! When events were dropped before they were acted on, all products are compared with what they ought to be.

use super::refresh::{MOST_AT_ONCE, refresh};
use super::repair::{Repair, repair};
use crate::platform::background::Ending;
use crate::platform::chance;
use crate::platform::db::{Change, Conn, Database, DbError, Statement, UNATTENDED};
use crate::platform::outbox::log::{self, Consumer, Head, LoggedEvent, Standing, Start};
use crate::platform::outbox::{Rounds, Wake};
use diesel::sql_types::{Bool, Uuid as UuidSql};
use diesel::{QueryResult, QueryableByName};
use diesel_async::RunQueryDsl;
use std::time::Duration;
use uuid::Uuid;

/// Who keeps how far it has come in the log of events.
pub const CONSUMER: Consumer = Consumer {
    name: "listing",
    // What happened before a program served for the first time is acted on, too.
    start: Start::Oldest,
};

/// The kinds of events that it acts on.
pub const KINDS: &[&str] = &["vendor.changed", "category.changed"];

/// How long it waits to be woken before it looks by itself. What does not concern it is passed over then.
const PATIENCE: Duration = Duration::from_secs(1);

/// How long it leaves an instance alone that is at it.
const ALONE: Duration = Duration::from_secs(5);

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

/// How far this instance has come with an event of many products.
#[derive(Debug, Clone, Copy)]
struct Reached {
    event: Head,
    /// The last product that was read anew.
    product: Uuid,
}

/// What comes after a step.
enum Next {
    /// There may be more.
    More,
    /// There is nothing to do.
    Quiet,
    /// Another instance is at it.
    Busy,
}

/// Follows what happens until it is asked to end, woken for what concerns it. Errors are logged and waited out.
pub async fn run(database: Database, wake: Wake, mut ending: Ending) {
    let (mut failures, mut reached) = (0, None);
    let mut rounds = Rounds::of(wake);
    loop {
        let step = tokio::select! {
            biased;
            () = ending.asked() => return,
            step = step(&database, &mut reached) => step,
        };
        let (rest, listens) = match step {
            Ok(Next::More) => {
                failures = 0;
                continue;
            }
            Ok(Next::Quiet) => {
                failures = 0;
                (PATIENCE, true)
            }
            // To be woken would be to take the turn between two portions of the other one, and to do the same again.
            Ok(Next::Busy) => {
                failures = 0;
                (ALONE, false)
            }
            Err(error) => {
                failures += 1;
                tracing::warn!(%error, failures, "products of what changed are read anew later");
                (chance::back_off(failures, LONGEST), false)
            }
        };
        let rest = async {
            if listens {
                rounds.next(rest).await;
            } else {
                tokio::time::sleep(rest).await;
            }
        };
        tokio::select! {
            biased;
            () = ending.asked() => return,
            () = rest => {}
        }
    }
}

/// Acts on the next events. What was not done because of an error will be.
async fn step(database: &Database, reached: &mut Option<Reached>) -> Result<Next, DbError> {
    let mut conn = database.get().await?;
    let (standing, head) = CONSUMER.look(&mut conn).await?;
    let at = match standing {
        Standing::At(at) => at,
        // A copy of the database brings its projection along.
        Standing::OtherEpoch { head } => {
            CONSUMER.restart(&mut conn, head).await?;
            return Ok(Next::More);
        }
    };
    if at == head {
        return Ok(Next::Quiet);
    }
    let passage = log::passage(&mut conn, KINDS, at.position, head.position, log::MOST).await?;
    // Asked after they were read, because they may be dropped meanwhile.
    let beginning = log::beginning(&mut conn).await?;
    drop(conn);
    if beginning > at.position {
        if at.position > 0 {
            return compare_all(database, head).await;
        }
        // Who begins has missed nothing: what the log has no more was acted on by whoever changed it.
        keep(database, at, beginning).await?;
        return Ok(Next::More);
    }
    for event in &passage.events {
        let Some(whose) = Whose::of(event) else {
            continue;
        };
        let of = Head {
            position: event.position,
            ..at
        };
        match read_anew(database, whose, of, reached).await? {
            Read::Busy => return Ok(Next::Busy),
            Read::Passed => return Ok(Next::More),
            Read::All | Read::UpTo(_) => {}
        }
        keep(database, at, event.position).await?;
    }
    let last = passage.events.last().map(|event| event.position);
    if last.is_none_or(|last| last < passage.to) {
        keep(database, at, passage.to).await?;
    }
    // What comes meanwhile and concerns nobody here waits for the next look.
    Ok(if passage.to < head.position {
        Next::More
    } else {
        Next::Quiet
    })
}

/// Compares all products with what they ought to be, because nobody knows any more which of them changed; then goes on from `head`, where
/// the log ended before. Two instances that do so at a time do no harm.
async fn compare_all(database: &Database, head: Head) -> Result<Next, DbError> {
    tracing::warn!("events were dropped before they were acted on: all products are compared");
    let repaired = repair(database, Repair::Verify, &|_, _| {}).await?;
    tracing::info!(
        products = repaired.products,
        wrong = repaired.wrong,
        "all products were compared"
    );
    let mut conn = database.get().await?;
    CONSUMER.restart(&mut conn, head).await?;
    Ok(Next::More)
}

async fn keep(database: &Database, at: Head, position: i64) -> Result<(), DbError> {
    let mut conn = database.get().await?;
    CONSUMER.advance(&mut conn, at.epoch, position).await?;
    Ok(())
}

/// Reads all of these products anew, from where this instance has come to with this event.
async fn read_anew(
    database: &Database,
    whose: Whose,
    event: Head,
    reached: &mut Option<Reached>,
) -> Result<Read, DbError> {
    let mut after = match *reached {
        Some(reached) if reached.event == event => reached.product,
        _ => Uuid::nil(),
    };
    loop {
        let portion = Portion {
            whose,
            event,
            after,
        };
        match database.make(&portion).await? {
            Read::UpTo(product) => {
                after = product;
                *reached = Some(Reached { event, product });
            }
            ended => return Ok(ended),
        }
    }
}

/// Some of the products.
struct Portion {
    whose: Whose,
    event: Head,
    after: Uuid,
}

/// What came of a portion.
enum Read {
    /// Another instance is at it.
    Busy,
    /// Another instance is through with this event.
    Passed,
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
    const LONGEST: Duration = UNATTENDED;

    async fn run(&self, conn: &mut Conn) -> Result<Read, DbError> {
        let lock: Got = Statement::new("SELECT pg_try_advisory_xact_lock(74101, 8) AS got")
            .get_result(conn)
            .await?;
        if !lock.got {
            return Ok(Read::Busy);
        }
        match CONSUMER.position(conn).await? {
            Standing::At(at)
                if at.epoch == self.event.epoch && at.position < self.event.position => {}
            _ => return Ok(Read::Passed),
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
