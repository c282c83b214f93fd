//! Which products are bought together, counted from orders beside everything else.
//!
//! The timeline of orders is read in its order, some steps at a time; an order that it names is counted anew as it is now, so that
//! what was cancelled or rejected counts no more, and reading a step twice changes nothing.

use crate::platform::background::Ending;
use crate::platform::clock;
use crate::platform::db::{Change, Conn, Database, DbError, Statement, UNATTENDED};
use chrono::{DateTime, TimeDelta, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{Bool, Uuid as UuidSql};
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
use std::time::Duration;
use uuid::{Builder, Uuid};

/// How often it looks for new steps.
const PERIOD: Duration = Duration::from_secs(30);

/// Between two portions.
const PAUSE: Duration = Duration::from_millis(50);

/// Steps of a portion.
const PORTION: i64 = 500;

/// A step is read when it is so old. Its id is made before its transaction is committed, and none is left open for so long: what
/// becomes visible later is never behind what was read.
pub const SETTLED: TimeDelta = TimeDelta::minutes(1);

/// Counts what is bought together until it is asked to end.
pub async fn run(database: Database, mut ending: Ending) {
    while ending.pause(PERIOD).await {
        if let Err(error) = count(&database, SETTLED, &mut ending).await {
            tracing::warn!(%error, "what is bought together was not counted");
        }
    }
}

/// Counts the orders of all steps that are `settled`, in portions: how many steps were read. Another instance may be at it; then
/// nothing is read.
///
/// # Errors
/// Whatever the database says; what was counted until then stays.
pub async fn count(
    database: &Database,
    settled: TimeDelta,
    ending: &mut Ending,
) -> Result<usize, DbError> {
    let portion = Portion {
        before: beginning_of(clock::now() - settled),
    };
    let mut sum = 0;
    loop {
        let read = database.make(&portion).await?;
        sum += read;
        if i64::try_from(read).unwrap_or(i64::MAX) < PORTION || !ending.pause(PAUSE).await {
            return Ok(sum);
        }
    }
}

/// The lowest id that is made at a time.
fn beginning_of(time: DateTime<Utc>) -> Uuid {
    let millis = time.timestamp_millis().max(0).unsigned_abs();
    Builder::from_unix_timestamp_millis(millis, &[0; 10]).into_uuid()
}

/// The orders of some steps.
struct Portion {
    before: Uuid,
}

#[derive(QueryableByName)]
struct Got {
    #[diesel(sql_type = Bool)]
    got: bool,
}

#[derive(QueryableByName)]
struct StepRow {
    #[diesel(sql_type = UuidSql)]
    id: Uuid,
    #[diesel(sql_type = UuidSql)]
    order_id: Uuid,
}

impl Change for Portion {
    type Done = usize;
    type Refusal = DbError;
    const LONGEST: Duration = UNATTENDED;

    async fn run(&self, conn: &mut Conn) -> Result<usize, DbError> {
        // Both statements that count see the same orders: one that is called off between them would count for ever.
        conn.batch_execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            .await?;
        let lock: Got = Statement::new("SELECT pg_try_advisory_xact_lock(74101, 7) AS got")
            .get_result(conn)
            .await?;
        if !lock.got {
            return Ok(0);
        }
        let steps = self.steps(conn).await?;
        let Some(last) = steps.last().map(|step| step.id) else {
            return Ok(0);
        };
        let mut orders: Vec<Uuid> = steps.iter().map(|step| step.order_id).collect();
        orders.sort_unstable();
        orders.dedup();
        let pairs = differing(orders.clone()).sql(PAIRS);
        pairs.execute(conn).await?;
        differing(orders).sql(COUNTED).execute(conn).await?;
        Statement::new("INSERT INTO bought_together_progress (step_id) VALUES (")
            .uuid(last)
            .sql(") ON CONFLICT (single) DO UPDATE SET step_id = excluded.step_id")
            .execute(conn)
            .await?;
        Ok(steps.len())
    }
}

impl Portion {
    async fn steps(&self, conn: &mut Conn) -> Result<Vec<StepRow>, DbError> {
        let steps = Statement::new(
            "SELECT id, order_id FROM order_timeline WHERE id > coalesce((SELECT step_id FROM bought_together_progress), \
             '00000000-0000-0000-0000-000000000000') AND id < ",
        )
        .uuid(self.before)
        .sql(" ORDER BY id LIMIT ")
        .bigint(PORTION);
        Ok(steps.load(conn).await?)
    }
}

/// What the orders are counted for now, where that differs from what they were counted for: the products of the parts that were
/// neither given up nor wait for their payment. Of a very large order its first products count, lest it make thousands of pairs.
fn differing(orders: Vec<Uuid>) -> Statement {
    Statement::new("WITH due AS (SELECT o.id, ARRAY(SELECT DISTINCT l.product_id FROM order_lines l \
         JOIN vendor_orders v ON v.id = l.vendor_order_id AND v.state NOT IN ('AWAITING_PAYMENT', 'REJECTED', 'CANCELLED') \
         JOIN products p ON p.id = l.product_id WHERE l.order_id = o.id AND l.position <= 30 ORDER BY l.product_id) AS products FROM unnest(")
    .uuids(orders)
    .sql(
        ") o(id)), differing AS (SELECT due.id, due.products AS products_now, coalesce(have.products, '{}') AS products_then \
         FROM due LEFT JOIN bought_together_orders have ON have.order_id = due.id WHERE due.products <> coalesce(have.products, '{}'))",
    )
}

/// The pairs of what the orders are counted for come, those of what they were counted for go.
const PAIRS: &str = ", pairs AS (SELECT product_id, other_id, sum(times)::integer AS times FROM differing CROSS JOIN LATERAL ( \
         SELECT a.id AS product_id, b.id AS other_id, 1 AS times FROM unnest(differing.products_now) a(id) CROSS JOIN unnest(differing.products_now) b(id) \
         UNION ALL SELECT a.id, b.id, -1 FROM unnest(differing.products_then) a(id) CROSS JOIN unnest(differing.products_then) b(id)) each \
         WHERE product_id <> other_id GROUP BY product_id, other_id HAVING sum(times) <> 0) \
     MERGE INTO bought_together have USING pairs ON have.product_id = pairs.product_id AND have.other_id = pairs.other_id \
     WHEN MATCHED AND have.orders + pairs.times <= 0 THEN DELETE \
     WHEN MATCHED THEN UPDATE SET orders = have.orders + pairs.times \
     WHEN NOT MATCHED AND pairs.times > 0 THEN INSERT (product_id, other_id, orders) VALUES (pairs.product_id, pairs.other_id, pairs.times)";

const COUNTED: &str = " INSERT INTO bought_together_orders (order_id, products) SELECT id, products_now FROM differing \
     ON CONFLICT (order_id) DO UPDATE SET products = excluded.products";
