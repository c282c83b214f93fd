//! What has to be so once a fault is over: everything answers again, what was acknowledged is seen, and all agree.

use super::crowd::{Crowd, Home};
use super::doctor::{finds_all_whole, finds_nothing_but};
use super::numbers::numbers;
use super::record::{Known, Purchase};
use super::scale::HEALS;
use super::scene::Scene;
use super::shopper::Shopper;
use crate::buying::cash;
use crate::buying::chance::Chance;
use crate::live::What;
use crate::support::whole_in;
use futures_util::future::join_all;
use std::time::{Duration, Instant};
use tokio_postgres::Client;

/// Orders that are read again at every program at the end, of so many that were bought last: tokens are not good for longer.
const READ_AGAIN: usize = 12;
const BOUGHT_LAST: usize = 240;

/// How long kept answers may be those of before, after nothing happened for a while: less than they are kept.
const FRESH: Duration = Duration::from_secs(10);

/// Between two looks.
const PAUSE: Duration = Duration::from_millis(20);

impl Scene {
    /// Waits until every program says that it can serve and somebody has bought; how long that took. Fails the test after `within`.
    pub async fn heals(&self, within: Duration) -> Duration {
        let (began, mut chance) = (Instant::now(), Chance(7));
        let mut last = self.purchases(1, &mut chance).await.remove(0);
        last.input = cash(&last.cart);
        for address in self.asking.doors.all() {
            while !self.asking.is_ready(&address).await {
                self.pause(began, within).await;
            }
        }
        let left = || within.saturating_sub(began.elapsed());
        self.bought(&mut last, left()).await;
        self.is_seen(&last, left()).await;
        let took = began.elapsed();
        self.asking.record.keep(last);
        println!("well again after {took:?}");
        took
    }

    /// Asks for a purchase until it is known what came of it. Fails the test after `within`.
    pub async fn bought(&self, purchase: &mut Purchase, within: Duration) {
        let (began, mut chance) = (Instant::now(), Chance(7));
        while purchase.known == Known::Nothing {
            let doors = &self.asking.doors;
            let door = doors.of(purchase.token.is_some(), &mut chance).unwrap();
            self.asking.buy(&door, purchase).await;
            if purchase.known == Known::Nothing {
                self.pause(began, within).await;
            }
        }
    }

    /// Between two attempts. Fails the test when `within` has passed since something began.
    async fn pause(&self, began: Instant, within: Duration) {
        let (took, tail) = (began.elapsed(), || self.asking.record.tail());
        assert!(took < within, "not well after {took:?}\n{}", tail());
        tokio::time::sleep(PAUSE).await;
    }

    /// Fails the test unless the first answer of each program shows an order that was acknowledged.
    async fn is_seen(&self, purchase: &Purchase, within: Duration) {
        if !purchase.is_order() {
            return;
        }
        let began = Instant::now();
        for address in self.asking.doors.all() {
            while !self.asking.sees(&address, purchase).await {
                self.pause(began, within).await;
            }
        }
    }

    /// The same of what was acknowledged earlier: orders here and there in the record, and the carts of those who read.
    async fn all_is_seen(&self, shoppers: Vec<Shopper>) {
        let all = self.asking.record.all();
        let last = &all[all.len().saturating_sub(BOUGHT_LAST)..];
        let some = last.iter().step_by((last.len() / READ_AGAIN).max(1));
        join_all(some.map(|purchase| self.is_seen(purchase, HEALS))).await;
        for mut shopper in shoppers {
            let (began, addresses) = (Instant::now(), self.asking.doors.all());
            while !shopper.add(&self.asking, &addresses[0]).await {
                self.pause(began, HEALS).await;
            }
            for address in &addresses {
                while !shopper.look(&self.asking, address).await {
                    self.pause(began, HEALS).await;
                }
            }
        }
    }

    /// Calls everybody back, lets those who know nothing ask until they do, and fails the test unless the database, the record, those
    /// who followed and the doctor agree.
    pub async fn is_whole(&self, crowd: Crowd) {
        self.agrees(crowd).await;
        self.doctor();
    }

    /// The same without the doctor, who would also find what is still away.
    pub async fn agrees(&self, crowd: Crowd) {
        let Home {
            vendors,
            shoppers,
            followers,
        } = crowd.end().await;
        let mut chance = Chance(11);
        let address = self.asking.doors.of(true, &mut chance).unwrap();
        let record = &self.asking.record;
        for _ in 0..8 {
            for some in record.unknown().chunks(10) {
                let asked = some.iter().map(async |purchase| {
                    let mut purchase = purchase.clone();
                    self.asking.buy(&address, &mut purchase).await;
                    record.keep(purchase);
                });
                join_all(asked).await;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        self.all_is_seen(shoppers).await;
        let sql = self.sql().await;
        nothing_happens(&sql).await;
        record.agrees(&sql).await;
        vendors.agree(&self.asking, &address, &sql).await;
        // They took the steps that were left.
        nothing_happens(&sql).await;
        self.tells_what_is_left(&sql).await;
        let finished = followers.into_iter().map(async |mut follower| {
            let fault = follower.finish(&address, &sql).await;
            (follower, fault)
        });
        for (follower, fault) in join_all(finished).await {
            assert_eq!(fault, None, "{}", record.tail());
            // Vendors have delivered the orders that are followed by their buyers.
            if follower.watch.what == What::Order {
                let last = &follower.last()["order"]["state"];
                assert_eq!(last, "DELIVERED", "{:?}", follower.watch);
            }
        }
        whole_in(&self.server).await;
    }

    /// Fails the test unless guests are told by every program how much is left of what was sold, though their answers are kept.
    async fn tells_what_is_left(&self, sql: &Client) {
        let (began, left) = (Instant::now(), self.asking.shelf.left(sql).await);
        for address in self.asking.doors.all() {
            while self.asking.left(&address).await.as_ref() != Some(&left) {
                self.pause(began, FRESH).await;
            }
            // It was kept then, and is as right.
            let before = kept(&address).await;
            while kept(&address).await <= before {
                assert_eq!(self.asking.left(&address).await.as_ref(), Some(&left));
                self.pause(began, FRESH).await;
            }
        }
    }

    /// What `lilium doctor` says must be that all is well.
    pub fn doctor(&self) {
        finds_all_whole(&self.folder, &self.settings());
    }

    /// What it says must be that one thing is not, which is called so, and all else is.
    pub fn doctor_misses(&self, about: &str) {
        finds_nothing_but(about, &self.folder, &self.settings());
    }
}

/// How many answers of guests a program has given from memory.
async fn kept(address: &str) -> f64 {
    let numbers = numbers(address).await;
    numbers.number(r#"lilium_answers_total{from="memory"}"#)
}

/// Waits until nothing has happened for two seconds: a change whose client was told to try again may still be made.
async fn nothing_happens(sql: &Client) {
    const QUIET: Duration = Duration::from_secs(2);
    const PATIENCE: Duration = Duration::from_secs(40);
    let (begin, mut since) = (Instant::now(), Instant::now());
    let mut last = None;
    while since.elapsed() < QUIET {
        let now = "SELECT (SELECT position FROM relay_head), (SELECT count(*) FROM outbox_new)";
        let row = sql.query_one(now, &[]).await.unwrap();
        let (position, waiting): (i64, i64) = (row.get(0), row.get(1));
        if last != Some(position) || waiting > 0 {
            (last, since) = (Some(position), Instant::now());
        }
        assert!(begin.elapsed() < PATIENCE, "it does not become quiet");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
