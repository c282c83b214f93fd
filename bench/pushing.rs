//! From the commit of a change to the subscribers that follow it, and what the change costs.

use crate::arguments::Arguments;
use crate::crowd::Crowd;
use crate::loopback;
use crate::machine;
use crate::process;
use crate::report::{Section, verdict};
use crate::shop::{Order, STEPS, Shop};
use crate::socket::{Received, Wish};
use crate::spread::Spread;
use crate::stand::{Serving, Stand};
use lilium::platform::db::Server as Database;
use serde_json::json;
use std::collections::HashMap;
use std::time::Duration;
use tokio::time::MissedTickBehavior;

/// Changes in a second.
const PACE: usize = 10;

/// What the 99th percentile may lie above the loopback's own, in milliseconds.
const GOAL: f64 = 50.0;

/// What somebody asks who follows an order.
pub const ORDER: &str = "subscription Follow($order: ID!) { orderUpdated(orderId: $order) { cursor kind happenedAt
    order { name state financialStatus fulfillmentStatus totalPrice { amount currencyCode } } vendorOrder { id state trackingNumber } } }";

const DESK: &str = "subscription Desk($vendor: ID!) { vendorOrdersUpdated(vendorId: $vendor) { cursor kind happenedAt
    vendorOrder { id name state steps cost { total { amount currencyCode } } } } }";

/// Time of the processor in milliseconds.
#[derive(Clone, Copy)]
struct Cost {
    server: f64,
    postgres: f64,
}

/// What was found of one kind of subscriber.
struct Found {
    what: String,
    open: usize,
    hear: usize,
    changes: usize,
    expected: usize,
    times: Spread,
    bytes: usize,
    cost: Cost,
}

/// Measures subscribers of orders, subscribers of a vendor's desk, and the same changes without any.
pub async fn run(stand: &Stand, arguments: &Arguments) -> Section {
    let load = machine::load();
    let serving = stand.serve();
    let shop = Shop::enter(&serving, &stand.postgres).await;
    let bench = Bench {
        stand,
        serving,
        shop,
        sockets: arguments.sockets,
        orders: (arguments.seconds * PACE).div_ceil(STEPS.len()),
    };
    bench.warm_up().await;
    let quiet = bench.without().await;
    let mut all = Vec::new();
    for found in [bench.orders().await, bench.desk().await] {
        eprintln!("bench: the loopback's own");
        let own = loopback::measure(found.open, found.hear, found.bytes).await;
        all.push((found, own));
    }
    section(&all, quiet, &load)
}

struct Bench<'a> {
    stand: &'a Stand,
    serving: Serving,
    shop: Shop,
    sockets: usize,
    orders: usize,
}

impl Bench<'_> {
    async fn warm_up(&self) {
        eprintln!("bench: warming up");
        let orders = self.shop.order(10).await;
        self.work(&orders).await;
    }

    /// What the changes cost when nobody listens.
    async fn without(&self) -> Cost {
        eprintln!("bench: changes that nobody follows");
        let orders = self.shop.order(self.orders).await;
        self.work(&orders).await
    }

    /// Each order is followed by as many.
    async fn orders(&self) -> Found {
        let orders = self.shop.order(self.orders).await;
        let follow = |number: usize| Wish {
            query: ORDER,
            variables: json!({ "order": orders[number % orders.len()].id }),
            token: None,
        };
        let hear = (self.sockets / orders.len()).max(1);
        let wishes: Vec<_> = (0..hear * orders.len()).map(follow).collect();
        let what = format!("an order, followed by {hear} of them");
        self.measure(what, &orders, wishes, hear, "order:%").await
    }

    /// All follow the same vendor's desk.
    async fn desk(&self) -> Found {
        let orders = self.shop.order(self.orders).await;
        let wish = Wish {
            query: DESK,
            variables: json!({ "vendor": self.shop.vendor }),
            token: Some(self.shop.token.clone()),
        };
        let what = "a vendor's desk, followed by all of them".to_owned();
        let wishes = vec![wish; self.sockets];
        self.measure(what, &orders, wishes, self.sockets, "vendor:%")
            .await
    }

    async fn measure(
        &self,
        what: String,
        orders: &[Order],
        wishes: Vec<Wish>,
        hear: usize,
        audience: &str,
    ) -> Found {
        eprintln!("bench: {what}");
        let open = wishes.len();
        let crowd = Crowd::gather(&self.serving.address, wishes).await;
        let before = head(&self.stand.postgres).await;
        let cost = self.work(orders).await;
        let commits = commits(&self.stand.postgres, before, audience).await;
        let expected = commits.len() * hear;
        crowd.hears(expected).await;
        let received = crowd.leave().await;
        Found {
            what,
            open,
            hear,
            changes: orders.len() * STEPS.len(),
            expected,
            times: times(&received, &commits),
            bytes: received.iter().map(|event| event.bytes).sum::<usize>() / received.len(),
            cost,
        }
    }

    /// The vendor works on the orders, at an even pace; what each change costs until every event has its position.
    async fn work(&self, orders: &[Order]) -> Cost {
        let before = self.cpu();
        let mut tick = tokio::time::interval(Duration::from_millis(1000 / PACE as u64));
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        for step in STEPS {
            for order in orders {
                tick.tick().await;
                self.shop.step(order, step).await;
            }
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
        let (after, changes) = (self.cpu(), (orders.len() * STEPS.len()) as f64);
        Cost {
            server: (after.server - before.server) / changes,
            postgres: (after.postgres - before.postgres) / changes,
        }
    }

    fn cpu(&self) -> Cost {
        Cost {
            server: process::cpu(self.serving.process()),
            postgres: process::cpu_of_family(self.stand.postmaster),
        }
    }
}

/// The last position that was given.
async fn head(database: &Database) -> i64 {
    let client = database.client().await.unwrap();
    let head = client.query_one("SELECT position FROM relay_head", &[]);
    head.await.unwrap().get(0)
}

/// When each event after `before` was committed, in microseconds since 1970, by position.
async fn commits(database: &Database, before: i64, audience: &str) -> HashMap<i64, i64> {
    let client = database.client().await.unwrap();
    // A row of the timeline is written by the transaction that tells the event, and never again.
    let commits = "SELECT DISTINCT ON (e.position) e.position,
            (extract(epoch FROM pg_xact_commit_timestamp(t.xmin)) * 1000000)::bigint
        FROM events e JOIN event_audiences a ON a.position = e.position AND a.audience LIKE $2
        JOIN order_timeline t ON t.order_id = (e.facts->>'order')::uuid AND t.state::text = e.facts->>'state'
        WHERE e.position > $1 ORDER BY e.position, t.id";
    let rows = client.query(commits, &[&before, &audience]).await.unwrap();
    rows.iter().map(|row| (row.get(0), row.get(1))).collect()
}

fn times(received: &[Received], commits: &HashMap<i64, i64>) -> Spread {
    let time = |event: &Received| commits.get(&event.position).map(|commit| event.at - commit);
    Spread::of(received.iter().filter_map(time).collect())
}

fn section(all: &[(Found, Spread)], quiet: Cost, load: &str) -> Section {
    let head = [
        "commit to client",
        "sockets",
        "changes",
        "messages",
        "p50",
        "p99",
        "longest",
        "the loopback's own p50 / p99 / longest",
        "p99 above the loopback's own",
    ];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    for (found, own) in all {
        rows.push(row(found, own));
    }
    Section {
        title: "An order's step to those who follow it",
        rows,
        notes: notes(all, quiet, load),
    }
}

fn row(found: &Found, own: &Spread) -> Vec<String> {
    let above = found.times.p99() - own.p99();
    vec![
        found.what.clone(),
        found.open.to_string(),
        found.changes.to_string(),
        format!("{} of {}", found.times.len(), found.expected),
        format!("{:.1} ms", found.times.p50()),
        format!("{:.1} ms", found.times.p99()),
        format!("{:.1} ms", found.times.longest()),
        format!(
            "{:.1} / {:.1} / {:.1} ms",
            own.p50(),
            own.p99(),
            own.longest()
        ),
        verdict(above, GOAL, "ms"),
    ]
}

fn notes(all: &[(Found, Spread)], quiet: Cost, load: &str) -> Vec<String> {
    let mut notes = vec![
        format!(
            "A vendor takes steps (accept, prepare, ship) by mutations over HTTP, {PACE} in a second; each is one transaction. The moment \
             of the commit is PostgreSQL's own (`track_commit_timestamp`), which is taken before the commit is flushed to disk; the \
             moment of receipt is when the reader's task has the message."
        ),
        "The loopback's own: another process writes messages of the same length to as many of as many sockets, from the moment it \
         begins to write until a reader's task has it."
            .to_owned(),
        format!(
            "Bench, server and PostgreSQL share the cores. Load before the run: {load}."
        ),
        format!(
            "Processor time of a change that nobody follows: server {:.2} ms, PostgreSQL {:.2} ms.",
            quiet.server, quiet.postgres
        ),
    ];
    for (found, _) in all {
        let Cost { server, postgres } = found.cost;
        notes.push(format!(
            "More for a change that {} subscribers see ({}): server {:.2} ms, PostgreSQL {:.2} ms; {:.0} µs of the server for each \
             message of {} bytes.",
            found.hear,
            found.what,
            server - quiet.server,
            postgres - quiet.postgres,
            (server - quiet.server) * 1000.0 * found.changes as f64 / found.expected as f64,
            found.bytes,
        ));
    }
    notes
}
