//! What buyers know: every attempt with its key, what came of it, and at the end whether the database says the same.

use crate::buying::{count, kill::DISAGREED, row, until};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio_postgres::Client;

/// The longest that anybody waits for an answer, whatever it is: the thirty seconds of an operation, and a busy machine.
pub const LONGEST: Duration = Duration::from_secs(36);

/// How long payments may take to be settled that nobody has taken up.
const SETTLED: Duration = Duration::from_secs(45);

/// How many lines of the record a failed test shows.
const TAIL: usize = 40;

/// What is written down of an attempt that was answered without errors.
pub const ANSWERED: &str = "an answer";

/// What a buyer knows.
#[derive(Debug, Clone, PartialEq)]
pub enum Known {
    /// Nothing, yet.
    Nothing,
    /// This order was made.
    Order(Value),
    /// Nothing was sold, for this reason.
    Refused(String),
}

/// Somebody who wants one cart, and asks for it always with the same key.
#[derive(Debug, Clone)]
pub struct Purchase {
    pub cart: String,
    pub input: Value,
    pub key: String,
    /// Of whoever is signed in.
    pub token: Option<String>,
    /// Units of all lines, and how many lines.
    pub units: i64,
    pub lines: i64,
    pub known: Known,
    pub asked: usize,
}

impl Purchase {
    /// Whether an order was acknowledged.
    pub const fn is_order(&self) -> bool {
        matches!(self.known, Known::Order(_))
    }
}

/// What everybody wrote down.
#[derive(Clone, Default)]
pub struct Record(Arc<Mutex<Book>>);

#[derive(Default)]
struct Book {
    /// Orders that were there before anybody asked, and payments of them that look as if the company thought otherwise.
    before: (i64, i64),
    purchases: Vec<Purchase>,
    lines: Vec<String>,
    counts: BTreeMap<String, usize>,
    strange: Vec<String>,
    slowest: Duration,
}

impl Record {
    /// Notes that somebody asked, what came of it, and how long it took. `passes` tells whether it is something that
    /// may be said while something is away.
    pub fn note(&self, who: &str, came: &str, took: Duration, passes: bool) {
        let mut book = self.0.lock().unwrap();
        let at = chrono::Utc::now().format("%H:%M:%S%.3f");
        let line = format!("{at} {who} {came} after {} ms", took.as_millis());
        if !passes || took > LONGEST {
            book.strange.push(line.clone());
        }
        book.lines.push(line);
        *book.counts.entry(came.to_owned()).or_default() += 1;
        book.slowest = book.slowest.max(took);
    }

    /// What is there now was there before anybody asked.
    pub async fn begins(&self, sql: &Client) {
        let orders = count(sql, "SELECT count(*) FROM orders").await;
        let before = (orders, count(sql, DISAGREED).await);
        self.0.lock().unwrap().before = before;
    }

    /// Keeps a purchase as far as it has come.
    pub fn keep(&self, purchase: Purchase) {
        self.0.lock().unwrap().purchases.push(purchase);
    }

    /// Takes those out of which nothing is known.
    pub fn unknown(&self) -> Vec<Purchase> {
        let mut book = self.0.lock().unwrap();
        let all = std::mem::take(&mut book.purchases);
        let (unknown, known) = all.into_iter().partition(|it| it.known == Known::Nothing);
        book.purchases = known;
        unknown
    }

    /// All purchases.
    pub fn all(&self) -> Vec<Purchase> {
        self.0.lock().unwrap().purchases.clone()
    }

    /// How many orders were acknowledged.
    pub fn acknowledged(&self) -> usize {
        self.0
            .lock()
            .unwrap()
            .purchases
            .iter()
            .filter(|it| it.is_order())
            .count()
    }

    /// How often something came of an attempt.
    pub fn times(&self, came: &str) -> usize {
        let book = self.0.lock().unwrap();
        book.counts.get(came).copied().unwrap_or_default()
    }

    /// Everything that came of attempts but answers: codes, and that nothing came.
    pub fn told(&self) -> Vec<String> {
        let book = self.0.lock().unwrap();
        let told = book.counts.keys().filter(|came| *came != ANSWERED);
        told.cloned().collect()
    }

    /// The longest wait so far; the next is measured anew.
    pub fn slowest(&self) -> Duration {
        std::mem::take(&mut self.0.lock().unwrap().slowest)
    }

    /// What was written down last, and how often what came.
    pub fn tail(&self) -> String {
        let book = self.0.lock().unwrap();
        let from = book.lines.len().saturating_sub(TAIL);
        format!("{}\n{:?}", book.lines[from..].join("\n"), book.counts)
    }

    /// Whether the database says what was acknowledged, and nothing else. Nobody may know nothing any more.
    pub async fn agrees(&self, sql: &Client) {
        let strange = self.0.lock().unwrap().strange.clone();
        assert_eq!(strange, Vec::<String>::new(), "{}", self.tail());
        payments_settle(sql).await;
        let (mut made, mut standing) = (0, 0);
        for purchase in self.all() {
            let found = Found::of(sql, &purchase).await;
            let fault = found.fault(&purchase);
            assert_eq!(fault, None, "{purchase:#?}\n{found:#?}\n{}", self.tail());
            made += found.orders;
            standing += found.standing;
        }
        let all = count(sql, "SELECT count(*) FROM orders").await;
        let before = self.0.lock().unwrap().before;
        assert_eq!(
            all,
            before.0 + made,
            "orders that nobody asked for\n{}",
            self.tail()
        );
        assert_eq!(count(sql, DISAGREED).await, before.1, "{}", self.tail());
        println!(
            "{standing} orders stand; {}",
            self.tail().lines().last().unwrap()
        );
    }
}

/// Waits until no payment is open. Those that nobody has taken up yet are due at once, and not in half a minute.
pub async fn payments_settle(sql: &Client) {
    let due = "UPDATE payment_operations SET next_attempt_at = now() WHERE state IN ('PLANNED', 'UNKNOWN')";
    sql.execute(due, &[]).await.unwrap();
    let open = "SELECT count(*) FROM payment_operations WHERE state IN ('PLANNED', 'UNKNOWN')";
    until(sql, open, 0, SETTLED).await;
}

/// What the database holds of a purchase.
#[derive(Debug)]
struct Found {
    orders: i64,
    /// Those that were not declined.
    standing: i64,
    cart: String,
    state: String,
    reason: String,
    id: String,
    total: i64,
    lines: i64,
    units: i64,
    paid: bool,
}

impl Found {
    async fn of(sql: &Client, purchase: &Purchase) -> Self {
        let text = "SELECT count(o.id), count(o.id) FILTER (WHERE o.cancel_reason IS DISTINCT FROM 'DECLINED'), c.state::text,
                coalesce(string_agg(o.state::text, ' '), ''), coalesce(string_agg(o.cancel_reason::text, ' '), ''),
                coalesce(string_agg(o.id::text, ' '), ''), coalesce(sum(o.total), 0)::bigint,
                coalesce(sum((SELECT count(*) FROM order_lines l WHERE l.order_id = o.id)), 0)::bigint,
                coalesce(sum((SELECT sum(l.quantity) FROM order_lines l WHERE l.order_id = o.id)), 0)::bigint,
                coalesce(bool_and((SELECT p.paid = p.amount FROM payments p WHERE p.order_id = o.id)), false)
            FROM carts c LEFT JOIN orders o ON o.cart_id = c.id WHERE c.id = $1 GROUP BY c.id";
        let cart = row(&json!(purchase.cart));
        let row = sql.query_one(text, &[&cart]).await.unwrap();
        Self {
            orders: row.get(0),
            standing: row.get(1),
            cart: row.get(2),
            state: row.get(3),
            reason: row.get(4),
            id: row.get(5),
            total: row.get(6),
            lines: row.get(7),
            units: row.get(8),
            paid: row.get(9),
        }
    }

    /// In what this differs from what the buyer knows; nothing when it does not.
    fn fault(&self, purchase: &Purchase) -> Option<&'static str> {
        match &purchase.known {
            Known::Nothing => Some("nothing is known"),
            Known::Order(order) => self.fault_of_order(purchase, order),
            Known::Refused(code) if code == "PAYMENT_DECLINED" => {
                (!self.is_declined()).then_some("a payment was refused, and not the order")
            }
            Known::Refused(code) if code == "NOT_ENOUGH_STOCK" => {
                let nothing = (self.orders, self.cart.as_str()) == (0, "OPEN");
                (!nothing).then_some("something was refused, and done")
            }
            Known::Refused(_) => Some("nobody gave a reason to refuse this"),
        }
    }

    fn fault_of_order(&self, purchase: &Purchase, order: &Value) -> Option<&'static str> {
        if self.orders != 1 || row(&order["id"]).to_string() != self.id {
            return Some("an order was acknowledged, and is not there once");
        }
        if (self.lines, self.units) != (purchase.lines, purchase.units) {
            return Some("it has other lines than its cart had");
        }
        let total = order["totalPrice"]["amount"].as_str().unwrap();
        if total.replace('.', "").parse() != Ok(self.total) {
            return Some("it costs something else than was acknowledged");
        }
        // What awaits its payment is promised no more than an answer: it ends paid, or declined with everything given back.
        let awaits = order["state"] == "AWAITING_PAYMENT";
        // Or it had ended so before the answer to its key was asked for again, and says so.
        let declined = order["state"] == "CANCELLED" && order["cancelReason"] == "DECLINED";
        if (awaits || declined) && self.is_declined() {
            return None;
        }
        let by_card = purchase.input["paymentMethod"] == "TEST";
        let is_sold = self.standing == 1
            && self.cart == "BOUGHT"
            && !["AWAITING_PAYMENT", "CANCELLED", "REJECTED"].contains(&self.state.as_str())
            && (!by_card || self.paid);
        (!is_sold).then_some("it was acknowledged, and does not stand")
    }

    fn is_declined(&self) -> bool {
        let found = (self.orders, self.standing, self.state.as_str());
        found == (1, 0, "CANCELLED")
            && (self.reason.as_str(), self.cart.as_str()) == ("DECLINED", "OPEN")
    }
}
