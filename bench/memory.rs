//! What a subscriber costs to whom nothing happens.

use crate::arguments::Arguments;
use crate::crowd::Crowd;
use crate::process;
use crate::pushing::ORDER;
use crate::report::{Section, verdict};
use crate::shop::{Order, Shop};
use crate::socket::Wish;
use crate::stand::{Serving, Stand};
use serde_json::json;
use std::time::{Duration, Instant};

/// Orders that are followed.
const ORDERS: usize = 200;

/// What a subscriber may cost, in kB.
const GOAL: f64 = 20.0;

/// How long descriptors may take to come back.
const PATIENCE: Duration = Duration::from_secs(20);

/// What a server holds at a moment.
struct Held {
    when: String,
    sockets: usize,
    memory: u64,
    descriptors: usize,
}

/// Opens and closes the sockets twice.
pub async fn run(stand: &Stand, arguments: &Arguments) -> Section {
    let serving = stand.serve();
    let rest = Duration::from_secs(arguments.rest as u64);
    let shop = Shop::enter(&serving, &stand.postgres).await;
    let orders = shop.order(ORDERS).await;
    // What is made once, whoever comes first, is no subscriber's.
    gather(&serving, &orders, 100).await.leave().await;
    tokio::time::sleep(rest).await;
    let mut held = vec![hold(&serving, "before", 0)];
    for time in ["first", "second"] {
        eprintln!(
            "bench: {} idle subscribers, the {time} time",
            arguments.idle
        );
        let begin = Instant::now();
        let crowd = gather(&serving, &orders, arguments.idle).await;
        eprintln!("bench: open after {:.1} s", begin.elapsed().as_secs_f64());
        tokio::time::sleep(rest).await;
        held.push(hold(
            &serving,
            &format!("open the {time} time"),
            arguments.idle,
        ));
        crowd.leave().await;
        come_back(&serving, held[0].descriptors).await;
        tokio::time::sleep(rest).await;
        held.push(hold(&serving, &format!("closed the {time} time"), 0));
    }
    section(&held, arguments.rest)
}

async fn gather(serving: &Serving, orders: &[Order], how_many: usize) -> Crowd {
    let follow = |number: usize| Wish {
        query: ORDER,
        variables: json!({ "order": orders[number % orders.len()].id }),
        token: None,
    };
    Crowd::gather(&serving.address, (0..how_many).map(follow).collect()).await
}

/// Waits until the server holds no more descriptors than before; not for ever.
async fn come_back(serving: &Serving, base: usize) {
    let begin = Instant::now();
    while process::descriptors(serving.process()) > base && begin.elapsed() < PATIENCE {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

fn hold(serving: &Serving, when: &str, sockets: usize) -> Held {
    Held {
        when: when.to_owned(),
        sockets,
        memory: process::memory(serving.process()),
        descriptors: process::descriptors(serving.process()),
    }
}

fn section(held: &[Held], rest: usize) -> Section {
    let head = [
        "moment",
        "sockets",
        "resident memory",
        "descriptors",
        "each subscriber",
    ];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    let base = &held[0];
    for now in held {
        let each = match now.sockets {
            0 => String::new(),
            sockets => {
                let more = now.memory as f64 - base.memory as f64;
                verdict(more / sockets as f64, GOAL, "kB")
            }
        };
        rows.push(vec![
            now.when.clone(),
            now.sockets.to_string(),
            format!("{:.1} MB", now.memory as f64 / 1024.0),
            now.descriptors.to_string(),
            each,
        ]);
    }
    Section {
        title: "An idle subscriber",
        rows,
        notes: vec![
            "What closed sockets held, the allocator keeps for the next ones: what counts is that the second time comes to no more than \
             the first."
                .to_owned(),
            format!(
            "Each subscriber has a WebSocket of its own and follows one of {ORDERS} orders as a guest, with a dozen fields. Resident memory \
             is the server's (`VmRSS`), {rest} seconds after the last socket; what the kernel holds for a socket is not in it."
            ),
        ],
    }
}
