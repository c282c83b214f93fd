//! The real program is killed again and again while people buy: what was acknowledged is there, and what was not is there once or
//! not at all.

use super::{
    Client, Counter, Goods, by_card, card, carts, cash, chance::Chance, count, goods, key, level,
    stock, until,
};
use crate::programs::{Folder, Serving, url_of};
use crate::support::{Contents, database, whole_in};
use futures_util::future::join_all;
use rustix::process::{Signal, kill_process};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tokio::task::JoinHandle;

/// How often it is killed, and how many buy each time.
const ROUNDS: usize = 30;
const BUYERS: usize = 20;

/// The moments of the kills follow from this number.
const SEED: u64 = 0x001_1117_2026;

/// Milliseconds in which all buyers of a round come.
const SPREAD: usize = 200;

/// How long a round takes at most.
const LONGEST: Duration = Duration::from_secs(3);

/// What a buyer knows.
#[derive(Debug, Clone, PartialEq)]
enum Known {
    /// Nothing: no answer came.
    Nothing,
    /// This order was made.
    Order(Value),
    /// Nothing was sold, for this reason.
    Refused(String),
}

/// Somebody who wants one cart and asks until there is an answer, always with the same key.
#[derive(Debug, Clone)]
struct Buyer {
    cart: String,
    input: Value,
    key: String,
    known: Known,
    asked: usize,
}

/// Those who were sent to ask.
struct Asking {
    tasks: Vec<JoinHandle<Buyer>>,
    answered: Arc<AtomicUsize>,
}

fn millis(many: usize) -> Duration {
    Duration::from_millis(u64::try_from(many).unwrap())
}

impl Buyer {
    async fn ask(mut self, counter: Counter) -> Self {
        self.asked += 1;
        let variables = json!({ "input": self.input });
        let query = Counter::checkout(Some(&self.key));
        let Ok(body) = counter.try_ask(&query, variables).await else {
            return self;
        };
        self.known = match body["errors"][0]["extensions"]["code"].as_str() {
            Some("SERVICE_UNAVAILABLE" | "REQUEST_IN_PROGRESS" | "SHOP_NOT_READY") => {
                Known::Nothing
            }
            Some(_) => panic!("{body:#}"),
            None => match body["data"]["done"]["userErrors"][0]["code"].as_str() {
                Some(code) => Known::Refused(code.to_owned()),
                None => Known::Order(body["data"]["done"]["order"].clone()),
            },
        };
        self
    }
}

struct Street {
    sql: Client,
    folder: Folder,
    url: String,
    /// Two of two vendors, of which there is plenty, and one that runs out.
    some: Vec<Goods>,
    buyers: Vec<Buyer>,
    chance: Chance,
}

impl Street {
    fn serve(&self) -> Serving {
        let settings = [("DATABASE_URL", self.url.as_str()), ("LILIUM_LOG", "error")];
        Serving::start(&self.folder, &[], &settings)
    }

    /// New buyers: of one vendor or two, in cash or with a card of any kind.
    async fn come(&mut self) {
        for _ in 0..BUYERS {
            let [a, b, scarce] = [&self.some[0], &self.some[1], &self.some[2]];
            let lines: &[(&Goods, i32)] = match self.chance.below(4) {
                0 => &[(a, 1)],
                1 => &[(a, 1), (b, 2)],
                2 => &[(b, 1), (a, 1)],
                _ => &[(scarce, 1), (b, 1)],
            };
            let cart = carts(&self.sql, 1, lines).await.remove(0);
            let input = match self.chance.below(8) {
                0..3 => cash(&cart),
                3 | 4 => by_card(&cart, card::APPROVE),
                5 => by_card(&cart, card::LOSE_ANSWER),
                6 => by_card(&cart, card::DECLINE),
                _ => by_card(&cart, card::DELAY),
            };
            self.buyers.push(Buyer {
                cart,
                input,
                key: key(),
                known: Known::Nothing,
                asked: 0,
            });
        }
    }

    /// Everybody who knows nothing yet asks, one shortly after the other.
    fn send(&mut self, serving: &Serving) -> Asking {
        let counter = Counter::at(&serving.address);
        let (asking, done): (Vec<Buyer>, Vec<Buyer>) = std::mem::take(&mut self.buyers)
            .into_iter()
            .partition(|buyer| buyer.known == Known::Nothing);
        self.buyers = done;
        let answered = Arc::new(AtomicUsize::new(0));
        let each = asking.into_iter().map(|buyer| {
            let (counter, answered) = (counter.clone(), Arc::clone(&answered));
            let pause = millis(self.chance.below(SPREAD));
            tokio::spawn(async move {
                tokio::time::sleep(pause).await;
                let buyer = buyer.ask(counter).await;
                answered.fetch_add(
                    usize::from(buyer.known != Known::Nothing),
                    Ordering::Relaxed,
                );
                buyer
            })
        });
        Asking {
            tasks: each.collect(),
            answered,
        }
    }

    /// Hears what became of everybody who asked.
    async fn hear(&mut self, asking: Asking) {
        let back = join_all(asking.tasks).await.into_iter();
        self.buyers.extend(back.map(Result::unwrap));
    }

    /// Serves until some were answered and a moment has passed, and is killed in the middle of whatever it does then.
    async fn round(&mut self) {
        self.come().await;
        let moment = millis(self.chance.below(60));
        let serving = self.serve();
        let asking = self.send(&serving);
        // Some wait for a slow card until the end.
        let enough = self.chance.below(asking.tasks.len() * 3 / 4);
        let begin = Instant::now();
        while asking.answered.load(Ordering::Relaxed) < enough && begin.elapsed() < LONGEST {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        tokio::time::sleep(moment).await;
        let process = serving.process();
        let said = serving.end(|| kill_process(process, Signal::KILL).unwrap());
        assert_eq!(said.code, None, "{said:#?}");
        self.hear(asking).await;
    }

    fn unknown(&self) -> usize {
        let unknown = self.buyers.iter();
        unknown
            .filter(|buyer| buyer.known == Known::Nothing)
            .count()
    }

    /// What stands in the database is what the buyers know.
    async fn check(&self, counter: &Counter) {
        let mut sold = [0_i64; 2];
        for buyer in &self.buyers {
            let cart = super::row(&json!(buyer.cart));
            let found = self
                .sql
                .query_one(
                    "SELECT count(o.id), count(o.id) FILTER (WHERE o.cancel_reason IS DISTINCT FROM 'DECLINED'), c.state::text,
                         coalesce(string_agg(o.state::text, ' '), ''), coalesce(string_agg(o.id::text, ' '), '')
                     FROM carts c LEFT JOIN orders o ON o.cart_id = c.id WHERE c.id = $1 GROUP BY c.state",
                    &[&cart],
                )
                .await
                .unwrap();
            let (all, standing): (i64, i64) = (found.get(0), found.get(1));
            let [cart, state, id] = [2, 3, 4].map(|at| found.get::<_, String>(at));
            match &buyer.known {
                Known::Nothing => panic!("{buyer:#?}"),
                Known::Order(order) => {
                    sold[usize::from(buyer.asked > 1)] += 1;
                    assert_eq!(
                        (all, standing, cart.as_str(), state.as_str()),
                        (1, 1, "BOUGHT", "PENDING"),
                        "{buyer:#?}"
                    );
                    assert_eq!(super::row(&order["id"]).to_string(), id);
                }
                Known::Refused(code) if code == "PAYMENT_DECLINED" => assert_eq!(
                    (all, standing, cart.as_str(), state.as_str()),
                    (1, 0, "OPEN", "CANCELLED"),
                    "{buyer:#?}"
                ),
                Known::Refused(code) => {
                    assert_eq!(
                        (code.as_str(), all, cart.as_str()),
                        ("NOT_ENOUGH_STOCK", 0, "OPEN"),
                        "{buyer:#?}"
                    );
                }
            }
        }
        println!(
            "{} bought at once, {} after they asked again, {} nothing",
            sold[0],
            sold[1],
            self.buyers.len() - usize::try_from(sold[0] + sold[1]).unwrap()
        );
        // Whoever asks with the same key is told the same, and the order is read by the id that was given.
        let again = self.buyers.iter().filter(|buyer| buyer.asked > 1).take(40);
        for asked in join_all(again.map(async |buyer| {
            let now = buyer.clone().ask(counter.clone()).await;
            (buyer, now.known)
        }))
        .await
        {
            let (buyer, now) = asked;
            match (&buyer.known, &now) {
                (Known::Order(order), Known::Order(now)) => {
                    assert_eq!(order["id"], now["id"]);
                    let read = counter.order(order["id"].as_str().unwrap()).await;
                    assert_eq!(read["name"], order["name"]);
                }
                (Known::Refused(before), Known::Refused(now)) => assert_eq!(before, now),
                // What somebody else had reserved came back when their payment was declined: a refusal has changed nothing, and is not kept.
                (Known::Refused(before), Known::Order(_)) => assert_eq!(before, "NOT_ENOUGH_STOCK"),
                other => panic!("{other:#?}"),
            }
        }
    }
}

/// A payment of which the company thinks otherwise than the shop.
pub const DISAGREED: &str = "SELECT count(*) FROM payments p JOIN orders o ON o.id = p.order_id LEFT JOIN LATERAL (
        SELECT count(*) AS times, sum(g.amount) AS amount FROM test_gateway_charges g JOIN payment_operations x ON x.id = g.operation_id
        WHERE x.payment_id = p.id AND g.outcome = 'APPROVED') g ON true
    WHERE p.method = 'TEST' AND (g.times, coalesce(g.amount, 0), p.paid) IS DISTINCT FROM
        CASE WHEN o.state = 'CANCELLED' THEN (0::bigint, 0::numeric, 0::bigint) ELSE (1::bigint, p.amount::numeric, p.amount) END";

#[tokio::test(flavor = "multi_thread")]
async fn the_program_is_killed_while_people_buy_and_nothing_is_lost_or_done_twice() {
    println!("seed {SEED:#x}");
    let server = database(Contents::Demo).await;
    let sql = server.client().await.unwrap();
    let some = goods(&sql, 3).await;
    for (goods, units) in some.iter().zip([2000, 2000, 60]) {
        stock(&sql, goods.variant, units).await;
    }
    let mut street = Street {
        sql,
        folder: Folder::new(),
        url: url_of(&server).await,
        some,
        buyers: Vec::new(),
        chance: Chance(SEED),
    };
    let open = "SELECT count(*) FROM payment_operations WHERE state IN ('PLANNED', 'UNKNOWN')";
    let (mut unknown, mut unsettled) = (0, 0);
    for _ in 0..ROUNDS {
        street.round().await;
        unknown += street.unknown();
        unsettled += count(&street.sql, open).await;
    }
    let acknowledged = ROUNDS * BUYERS - street.unknown();
    println!(
        "{acknowledged} were answered, {unknown} times somebody was not; {unsettled} times a payment was left open"
    );
    assert!(
        acknowledged > 3 * ROUNDS && unknown > 3 * ROUNDS && unsettled > 10,
        "the moments were badly chosen"
    );

    // At last it is left alone, and whoever knows nothing asks until there is an answer. Payments that nobody has taken up yet are
    // due at once, and not in half a minute.
    let serving = street.serve();
    let sql = &server.client().await.unwrap();
    let due = "UPDATE payment_operations SET next_attempt_at = now() WHERE state IN ('PLANNED', 'UNKNOWN')";
    for _ in 0..5 {
        let asking = street.send(&serving);
        street.hear(asking).await;
        sql.execute(due, &[]).await.unwrap();
    }
    until(sql, open, 0, Duration::from_secs(45)).await;
    street.check(&Counter::at(&serving.address)).await;
    assert_eq!(count(sql, DISAGREED).await, 0);
    // Of what runs out, the last may have been kept for somebody whose card was declined.
    let (there, promised) = level(sql, &street.some[2]).await;
    assert!(there == 60 && (50..=60).contains(&promised), "{promised}");
    whole_in(&server).await;
    assert!(!serving.log().contains("panicked"), "{}", serving.log());
}
