//! A thousand who see one change cost a few statements: one reading of the log, and the object as it is, once for all.

use super::carts::note;
use super::orders::Sale;
use super::{Socket, Watch};
use crate::buying::count;
use crate::support::whole;
use futures_util::future::join_all;
use futures_util::stream::{self, StreamExt};
use std::time::Duration;
use tokio::time::Instant;
use tokio_postgres::Client;

/// Changes that are counted.
const CHANGES: usize = 5;

/// Transactions that one change may cost more when it is watched, by however many.
const BOUND: i64 = 20;

/// And how many of them may be for those who are more than ten.
const MORE: i64 = 10;

const COMMITS: &str = "SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()";

/// How many transactions the database has committed, once everybody has said so: a backend that is idle does after ten seconds.
async fn commits(sql: &Client, watching: &mut [Socket]) -> i64 {
    breathe(watching, Instant::now() + Duration::from_secs(12)).await;
    count(sql, COMMITS).await
}

/// Waits, and answers pings meanwhile.
async fn breathe(watching: &mut [Socket], end: Instant) {
    while Instant::now() < end {
        tokio::time::sleep_until(end.min(Instant::now() + Duration::from_secs(4))).await;
        join_all(watching.iter_mut().map(Socket::breathe)).await;
    }
}

/// Changes the cart, and how many transactions there were meanwhile: always in the same time, for some come by themselves.
async fn cost(sale: &Sale, cart: &str, watching: &mut [Socket]) -> i64 {
    let before = commits(&sale.sql, watching).await;
    let end = Instant::now() + Duration::from_secs(10);
    for at in 0..CHANGES {
        note(&sale.guest, cart, &at.to_string()).await;
        let begin = Instant::now();
        let told = join_all(watching.iter_mut().map(|socket| socket.told("c"))).await;
        let wanted = at.to_string();
        assert!(told.iter().all(|told| told.whole["cart"]["note"] == wanted));
        println!("{} were told within {:?}", told.len(), begin.elapsed());
    }
    breathe(watching, end).await;
    commits(&sale.sql, watching).await - before
}

/// So many sockets that watch a cart.
async fn crowd(sale: &Sale, watch: &Watch, how_many: usize) -> Vec<Socket> {
    stream::iter(0..how_many)
        .map(async |_| {
            let mut socket = Socket::join(&sale.shop.address, None).await;
            socket.watch("c", watch, None).await;
            assert_eq!(socket.told("c").await.kind, "STARTED");
            socket
        })
        .buffer_unordered(32)
        .collect()
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_who_see_a_change_cost_a_few_statements() {
    let sale = Sale::open().await;
    let cart = sale.cart().await;
    let alone = cost(&sale, &cart, &mut []).await;
    let watch = Watch::cart(&cart);
    let mut ten = crowd(&sale, &watch, 10).await;
    let few = cost(&sale, &cart, &mut ten).await;
    let mut thousand = crowd(&sale, &watch, 990).await;
    thousand.append(&mut ten);
    let many = cost(&sale, &cart, &mut thousand).await;
    println!("{alone} transactions alone, {few} with ten who watch, {many} with a thousand");
    let changes = i64::try_from(CHANGES).unwrap();
    assert!(few - alone <= BOUND * changes, "{alone} {few}");
    assert!(many - alone <= BOUND * changes, "{alone} {many}");
    assert!(many - few <= MORE * changes, "{few} {many}");
    whole(&sale.shop).await;
}
