//! People who stay whatever happens, until they are called back.

use super::asking::Asking;
use super::record::{Known, Purchase};
use super::scale::Scale;
use super::scene::millis;
use super::shopper::Shopper;
use super::vendors::Vendors;
use crate::buying::chance::Chance;
use crate::live::follower::Follower;
use futures_util::future::join_all;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio::time::Instant;

/// How long somebody rests to whom nothing was sold, before they ask again.
const REST: usize = 200;

/// Of so many orders, vendors work on one: they are fewer than the buyers.
const WORKED_ON: usize = 4;

/// What each of them has.
#[derive(Clone)]
pub struct Member {
    pub asking: Asking,
    /// What nobody has asked for yet.
    pub left: Arc<Mutex<Vec<Purchase>>>,
    pub vendors: Vendors,
    pub over: Arc<AtomicBool>,
}

/// Those who were sent.
pub struct Crowd {
    member: Member,
    tasks: Vec<JoinHandle<()>>,
    readers: Vec<JoinHandle<Shopper>>,
    followers: Vec<JoinHandle<Follower>>,
}

/// What those knew who were called back.
pub struct Home {
    pub vendors: Vendors,
    pub shoppers: Vec<Shopper>,
    pub followers: Vec<Follower>,
}

impl Crowd {
    /// Sends so many, and as many readers as there are carts of their own.
    pub fn send(
        member: Member,
        scale: Scale,
        shoppers: Vec<Shopper>,
        followers: impl Iterator<Item = Follower>,
    ) -> Self {
        let chance = |at: usize| Chance(0x9e37_79b9 + 7_919 * u64::try_from(at).unwrap());
        let mut tasks = Vec::new();
        for at in 0..scale.buyers {
            tasks.push(tokio::spawn(member.clone().buyer(chance(at), scale.pause)));
        }
        for at in 0..scale.vendors {
            tasks.push(tokio::spawn(member.clone().vendor(chance(100 + at))));
        }
        let readers = shoppers.into_iter().enumerate();
        let readers = readers
            .map(|(at, shopper)| tokio::spawn(member.clone().reader(chance(200 + at), shopper)));
        let followers = followers.map(|it| tokio::spawn(member.clone().follow(it)));
        Self {
            readers: readers.collect(),
            followers: followers.collect(),
            member,
            tasks,
        }
    }

    /// Waits until so many orders more were acknowledged; fails the test when they are not within `patience`.
    pub async fn bought(&self, more: usize, patience: Duration) {
        let record = &self.member.asking.record;
        let (from, began) = (record.acknowledged(), Instant::now());
        while record.acknowledged() < from + more {
            assert!(
                !self.member.left.lock().unwrap().is_empty(),
                "all carts are bought: the scale wants more of them"
            );
            assert!(began.elapsed() < patience, "nobody buys\n{}", record.tail());
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Calls all back.
    pub async fn end(self) -> Home {
        self.member.over.store(true, Ordering::Relaxed);
        for ended in join_all(self.tasks).await {
            ended.unwrap();
        }
        let shoppers = join_all(self.readers).await.into_iter();
        let followers = join_all(self.followers).await.into_iter();
        Home {
            vendors: self.member.vendors,
            shoppers: shoppers.map(Result::unwrap).collect(),
            followers: followers.map(Result::unwrap).collect(),
        }
    }
}

impl Member {
    fn is_over(&self) -> bool {
        self.over.load(Ordering::Relaxed)
    }

    /// One purchase after the other, each until it is known what came of it.
    async fn buyer(self, mut chance: Chance, pause: usize) {
        while !self.is_over() {
            let Some(mut purchase) = self.left.lock().unwrap().pop() else {
                return;
            };
            while purchase.known == Known::Nothing && !self.is_over() {
                let door = self.asking.doors.of(purchase.token.is_some(), &mut chance);
                if let Some(address) = door {
                    self.asking.buy(&address, &mut purchase).await;
                }
                if purchase.known == Known::Nothing {
                    tokio::time::sleep(millis(chance.below(REST) + 20)).await;
                }
            }
            self.tell_vendors(&purchase);
            self.asking.record.keep(purchase);
            tokio::time::sleep(millis(chance.below(pause))).await;
        }
    }

    fn tell_vendors(&self, purchase: &Purchase) {
        if let Known::Order(order) = &purchase.known
            && order["state"] == "PENDING"
            && self.asking.record.acknowledged().is_multiple_of(WORKED_ON)
        {
            self.vendors.hear(order);
        }
    }

    async fn vendor(self, mut chance: Chance) {
        while !self.is_over() {
            if let Some(address) = self.asking.doors.of(true, &mut chance) {
                self.vendors.step(&self.asking, &address).await;
            }
            tokio::time::sleep(millis(20 + chance.below(REST))).await;
        }
    }

    /// Reads what everybody may, and looks into a cart after each change of it that was acknowledged, wherever that was.
    async fn reader(self, mut chance: Chance, mut shopper: Shopper) -> Shopper {
        while !self.is_over() {
            if let Some(address) = self.asking.doors.any(&mut chance) {
                self.asking.read(&address, &mut chance).await;
                self.asking.left(&address).await;
                shopper.add(&self.asking, &address).await;
            }
            if let Some(address) = self.asking.doors.any(&mut chance) {
                shopper.look(&self.asking, &address).await;
            }
            tokio::time::sleep(millis(20 + chance.below(REST))).await;
        }
        shopper
    }

    /// Comes and goes, and goes on after what was told last.
    async fn follow(self, mut follower: Follower) -> Follower {
        while !self.is_over() {
            let is_signed_in = follower.is_signed_in();
            let door = self.asking.doors.of(is_signed_in, &mut follower.chance);
            let Some(address) = door else {
                tokio::time::sleep(Duration::from_millis(20)).await;
                continue;
            };
            let stay = millis(20 + follower.chance.below(1_500));
            follower.come(&address, Instant::now() + stay).await;
            tokio::time::sleep(millis(follower.chance.below(100))).await;
        }
        follower
    }
}
