//! Three programs on one database are killed and started again while orders move, and everybody who follows drops and comes back
//! anywhere: each was told exactly what the database holds for them, in order, each thing once.

use super::Watch;
mod programs;
mod street;

use super::follower::Follower;
use crate::buying::chance::Chance;
use crate::buying::counter::Counter;
use crate::buying::{Goods, carts, goods, stock};
use crate::programs::{Folder, Redis, there_is};
use crate::support::{Contents, database, whole_in};
use futures_util::future::join_all;
use futures_util::stream::{self, StreamExt};
use programs::Programs;
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use street::Street;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinHandle;
use tokio::time::Instant;

/// All moments follow from this number.
const SEED: u64 = 0x115_2026;

/// How large it is.
#[derive(Clone, Copy)]
struct Scale {
    followers: usize,
    orders: usize,
    /// Orders that move at the same time.
    movers: usize,
    /// The longest pause before each step, in milliseconds.
    pause: usize,
    redis: bool,
}

const SHORT: Scale = Scale {
    followers: 40,
    orders: 80,
    movers: 10,
    pause: 350,
    redis: false,
};

const LONG: Scale = Scale {
    followers: 200,
    orders: 500,
    movers: 20,
    pause: 700,
    redis: false,
};

fn millis(many: usize) -> Duration {
    Duration::from_millis(u64::try_from(many).unwrap())
}

/// Whoever comes after an order was placed.
type Newcomers = UnboundedSender<Follower>;

/// One order after the other is placed and moved on, until all are.
async fn moves(
    street: Street,
    left: Arc<AtomicUsize>,
    carts: Arc<Vec<String>>,
    scale: Scale,
    at: usize,
    followers: Newcomers,
) {
    let mut chance = Chance(SEED + u64::try_from(at).unwrap() * 7919 + 1);
    loop {
        let Ok(next) = left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| {
            left.checked_sub(1)
        }) else {
            return;
        };
        let next = next - 1;
        let order = street.buy(&mut chance, &carts[next]).await;
        if next < scale.followers * 6 / 10 {
            let watch = Watch::order(order["id"].as_str().unwrap());
            let _ = followers.send(Follower::new(watch, None, 1_000 + next));
        }
        let parts = order["vendorOrders"].as_array().unwrap();
        for step in ["Accept", "Prepare", "Ship", "Deliver"] {
            for part in parts {
                tokio::time::sleep(millis(chance.below(scale.pause))).await;
                street.step(&mut chance, step, part).await;
            }
        }
    }
}

/// Carts are changed as long as orders move, and every other one is bought at the end.
async fn shop(street: Street, carts: Vec<String>) {
    let mut chance = Chance(SEED + 5);
    let mut at = 0;
    while !street.over.load(Ordering::Relaxed) {
        at += 1;
        let cart = &carts[chance.below(carts.len())];
        street.note(&mut chance, cart, &at.to_string()).await;
        tokio::time::sleep(millis(chance.below(100))).await;
    }
    for cart in carts.iter().step_by(2) {
        street.buy(&mut chance, cart).await;
    }
}

/// Carts with something of one vendor, every fourth of two.
async fn filled(sql: &tokio_postgres::Client, some: &[Goods], many: usize) -> Vec<String> {
    let mut all = Vec::new();
    for at in 0..many {
        let one = (&some[at % some.len()], 1);
        let two = (&some[(at + 1) % some.len()], 1);
        let lines = if at % 4 == 0 {
            vec![one, two]
        } else {
            vec![one]
        };
        all.append(&mut carts(sql, 1, &lines).await);
    }
    all
}

/// Hears of followers until nobody sends any more.
async fn gather(
    street: Street,
    mut newcomers: UnboundedReceiver<Follower>,
) -> Vec<JoinHandle<Follower>> {
    let mut all = Vec::new();
    while let Some(follower) = newcomers.recv().await {
        all.push(street.follow(follower));
    }
    all
}

async fn tokens(address: &str, some: &[Goods], email: impl Fn(&Goods) -> String) -> Vec<String> {
    let query = "mutation($email: String!, $password: String!) { accountSignIn(email: $email, password: $password) { tokens { accessToken } } }";
    let mut all = Vec::new();
    for goods in some {
        let variables = json!({ "email": email(goods), "password": super::PASSWORD });
        let data = Counter::at(address).data(query, variables).await;
        let token = &data["accountSignIn"]["tokens"]["accessToken"];
        all.push(token.as_str().unwrap().to_owned());
    }
    all
}

async fn chaos(scale: Scale) {
    println!("seed {SEED:#x}");
    let begin = Instant::now();
    let server = database(Contents::Demo).await;
    let sql = server.client().await.unwrap();
    let some = goods(&sql, 3).await;
    for goods in &some {
        stock(&sql, goods.variant, 5_000).await;
    }
    let redis = scale.redis.then(|| {
        let folder = Folder::new();
        (Redis::start(folder.path()), folder)
    });
    let url = redis.as_ref().map(|(_, folder)| Redis::url(folder.path()));
    let programs = Programs::start(&server, url.as_deref()).await;
    let address = programs.addresses.any(&mut Chance(SEED));
    let street = Street {
        addresses: programs.addresses.clone(),
        http: crate::support::http::client(),
        owners: Arc::new(tokens(&address, &some, Goods::owner).await),
        clerks: Arc::new(tokens(&address, &some, Goods::clerk).await),
        over: Arc::default(),
        some: Arc::new(some),
    };
    let orders = Arc::new(filled(&sql, &street.some, scale.orders).await);
    let open = filled(&sql, &street.some, scale.followers * 2 / 10).await;

    let (send, newcomers) = unbounded_channel();
    for (at, cart) in open.iter().enumerate() {
        let _ = send.send(Follower::new(Watch::cart(cart), None, at));
    }
    for at in 0..scale.followers * 2 / 10 {
        let which = at % street.some.len();
        let watch = Watch::vendor(&street.some[which].vendor_gid());
        let token = street.clerks[which].as_str();
        let _ = send.send(Follower::new(watch, Some(token), 500 + at));
    }
    let gathering = tokio::spawn(gather(street.clone(), newcomers));
    let kills = programs.reign(Arc::clone(&street.over), redis);
    let left = Arc::new(AtomicUsize::new(scale.orders));
    let moving = (0..scale.movers).map(|at| {
        let (street, send) = (street.clone(), send.clone());
        tokio::spawn(moves(
            street,
            Arc::clone(&left),
            Arc::clone(&orders),
            scale,
            at,
            send,
        ))
    });
    let moving: Vec<_> = moving.collect();
    drop(send);
    let shopping = tokio::spawn(shop(street.clone(), open));
    for each in join_all(moving).await {
        each.unwrap();
    }
    println!("all orders were moved after {:?}", begin.elapsed());
    street.over.store(true, Ordering::Relaxed);
    let (programs, kills) = kills.await.unwrap();
    shopping.await.unwrap();
    let followers: Vec<Follower> = join_all(gathering.await.unwrap())
        .await
        .into_iter()
        .map(Result::unwrap)
        .collect();

    // At last nobody is killed any more, and everybody hears the rest.
    whole_in(&server).await;
    let sql = Arc::new(sql);
    let heard: Vec<(Follower, Option<String>)> = stream::iter(followers)
        .map(|mut follower| {
            let (address, sql) = (street.addresses.any(&mut follower.chance), Arc::clone(&sql));
            async move {
                let fault = follower.finish(&address, &sql).await;
                (follower, fault)
            }
        })
        .buffer_unordered(32)
        .collect()
        .await;
    let faults: Vec<&String> = heard
        .iter()
        .filter_map(|(_, fault)| fault.as_ref())
        .collect();
    let told: usize = heard.iter().map(|(follower, _)| follower.told.len()).sum();
    let comes: usize = heard.iter().map(|(follower, _)| follower.comes).sum();
    println!(
        "{} followers came {comes} times and were told {told} events while programs were killed {kills} times; {:?}",
        heard.len(),
        begin.elapsed()
    );
    assert_eq!(faults, Vec::<&String>::new());
    assert_eq!(heard.len(), scale.followers);
    assert!(
        kills >= 4 && comes > 5 * scale.followers && told > 5 * scale.followers,
        "the moments were badly chosen"
    );
    for serving in programs.running.into_iter().flatten() {
        assert!(!serving.log().contains("panicked"), "{}", serving.log());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn programs_are_killed_and_everybody_is_told_everything_once() {
    chaos(SHORT).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn programs_are_killed_and_redis_comes_and_goes_and_everybody_is_told_everything_once() {
    if there_is("redis-server", "chaos with Redis") {
        chaos(Scale {
            redis: true,
            ..SHORT
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "long: make prove"]
async fn many_follow_while_programs_are_killed() {
    for round in 0..3 {
        let redis = round % 2 == 1 && there_is("redis-server", "chaos with Redis");
        chaos(Scale { redis, ..LONG }).await;
    }
}
