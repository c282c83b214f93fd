//! Floods of requests that are none, over HTTP and over sockets.

use super::besieged::Besieged;
use crate::live::client::{Heard, Socket};
use futures_util::future::join_all;
use serde_json::json;
use std::time::Duration;

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_documents_that_are_none_leaves_others_their_turn() {
    let besieged = Besieged::start(&[]).await;
    let fields = "unknown ".repeat(1_500);
    let bodies = [
        "{".to_owned(),
        json!({ "query": "{" }).to_string(),
        json!({ "query": format!("{{ shop {{ {fields} }} }}") }).to_string(),
        json!({ "query": format!("{{ a(b: \"{}\") }}", "x".repeat(15_000)) }).to_string(),
    ];
    let flood = |at: usize| {
        let (besieged, bodies) = (&besieged, &bodies);
        async move {
            for count in 0..60 {
                let body = bodies[(at + count) % bodies.len()].clone();
                besieged.send_body(body).await.is_bounded("a flood");
            }
        }
    };
    besieged.stands(join_all((0..20).map(flood))).await;
    assert!(
        besieged.peak_memory() < 600,
        "{} MB",
        besieged.peak_memory()
    );
    besieged.is_whole();
}

/// Says everything, hears what it hears, and is closed or not.
async fn flood(address: &str, frames: Vec<serde_json::Value>) {
    let mut socket = Socket::join(address, None).await;
    for (at, frame) in frames.into_iter().enumerate() {
        socket.say(frame).await;
        // Whoever does not read at all is another attack.
        if at % 20 == 0 {
            while let Some(heard) = socket.hear_within(Duration::from_millis(1)).await {
                if !matches!(heard, Heard::Frame(_)) {
                    return;
                }
            }
        }
    }
    while let Some(Heard::Frame(_)) = socket.hear_within(Duration::from_millis(500)).await {}
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_over_ten_sockets_leaves_others_their_turn() {
    let besieged = Besieged::start(&[]).await;
    let invalid = format!("{{ shop {{ {} }} }}", "unknown ".repeat(500));
    let subscribe = |id: usize, query: &str| json!({ "id": id.to_string(), "type": "subscribe", "payload": { "query": query } });
    let frames = || (0..300).map(|id| subscribe(id, &invalid)).collect();
    let attack = join_all((0..10).map(|_| flood(besieged.address(), frames())));
    besieged.stands(attack).await;
    assert!(
        besieged.peak_memory() < 600,
        "{} MB",
        besieged.peak_memory()
    );
    besieged.is_whole();
}

#[tokio::test(flavor = "multi_thread")]
async fn beginning_and_ending_without_end_leaves_others_their_turn() {
    let besieged = Besieged::start(&[]).await;
    let pairs = |query: &'static str| {
        (0..500).flat_map(move |_| {
            [
                json!({ "id": "1", "type": "subscribe", "payload": { "query": query } }),
                json!({ "id": "1", "type": "complete" }),
            ]
        })
    };
    let frames = |at: usize| match at % 2 {
        0 => pairs("{ products(first: 50) { nodes { id title } } }").collect(),
        _ => pairs("subscription { cartUpdated(cartId: \"none\") { cursor } }").collect(),
    };
    let attack = join_all((0..10).map(|at| flood(besieged.address(), frames(at))));
    besieged.stands(attack).await;
    // Whatever was begun is over: all of the pool is there again.
    for _ in 0..20 {
        besieged.healthy().await;
    }
    assert!(
        besieged.peak_memory() < 600,
        "{} MB",
        besieged.peak_memory()
    );
    besieged.is_whole();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_one_address_is_stopped_before_it_is_read() {
    let besieged = Besieged::start(&[
        ("LILIUM_TRUSTED_PROXIES", "127.0.0.1"),
        ("LILIUM_RATE_REQUESTS", "100"),
    ])
    .await;
    let flood = |_| async {
        let mut refused = 0;
        for _ in 0..100 {
            let request = besieged.post().header("x-forwarded-for", "198.51.100.7");
            let request = request
                .header("content-type", "application/json")
                .body("{\"query\":");
            let reply = besieged.send(request).await;
            refused += usize::from(reply.status == 429);
        }
        refused
    };
    let refused = besieged.stands(join_all((0..10).map(flood))).await;
    let admitted = 1_000 - refused.iter().sum::<usize>();
    // A hundred, and what is paid back in the seconds that it takes.
    assert!((100..300).contains(&admitted), "{admitted}");
}
