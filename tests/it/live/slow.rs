//! Those who do not keep up: closed after a while, at nobody else's cost.

use super::carts::note;
use super::client::{PATIENCE, PROTOCOL, close_within, init, narrow, shake_on};
use super::hall::Hall;
use super::{Socket, Told, Watch, settled};
use crate::support::whole;
use serde_json::json;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// How somebody reads who does not keep up.
#[derive(Debug, Clone, Copy)]
enum Reads {
    Never,
    AByteNowAndThen,
}

/// By what they would be told: what each change comes to is fifty notes either way.
#[derive(Debug, Clone, Copy)]
enum Hears {
    BySocket,
    ByStream,
}

impl Hears {
    /// Watches, over a connection with little room for what is not read yet.
    async fn begin(self, hall: &Hall, watch: &Watch) -> TcpStream {
        let address = &hall.serving.address;
        let mut wire = narrow(address).await.unwrap();
        match self {
            Self::BySocket => {
                let protocol = [("Sec-WebSocket-Protocol", PROTOCOL)];
                let shaken = shake_on(wire, address, "/graphql", &protocol).await;
                let mut slow = shaken.unwrap().socket().await;
                slow.say(init(None)).await;
                for at in 0..50 {
                    slow.watch(&at.to_string(), watch, None).await;
                }
                slow.bare()
            }
            Self::ByStream => {
                let notes: String = (0..50).map(|at| format!(" n{at}: note")).collect();
                let query = format!(
                    "subscription($id: ID!) {{ cartUpdated(cartId: $id) {{ cart {{ {notes} }} }} }}"
                );
                let body = json!({ "query": query, "variables": { "id": watch.id } }).to_string();
                let request = format!(
                    "POST /graphql HTTP/1.1\r\nHost: {}\r\nAccept: text/event-stream\r\nContent-Type: application/json\r\n\
                     Content-Length: {}\r\n\r\n{body}",
                    super::client::host(address),
                    body.len()
                );
                wire.write_all(request.as_bytes()).await.unwrap();
                wire
            }
        }
    }
}

/// Somebody who watches the same fifty times over, and hardly reads, while the cart changes again and again.
async fn somebody_does_not_keep_up(hears: Hears, reads: Reads) {
    let hall = Hall::open().await;
    let watch = Watch::cart(&hall.sale.cart().await);
    settled(&hall.serving.address, &watch, &hall.sale.sql).await;
    let mut neighbour = Socket::join(&hall.serving.address, None).await;
    neighbour.watch("n", &watch, None).await;
    assert_eq!(neighbour.told("n").await.kind, "STARTED");
    // What the program keeps for changes like these, whoever follows them.
    let text = "a long note ".repeat(400);
    for at in 0..20 {
        note(&hall.counter, &watch.id, &format!("before {at} {text}")).await;
        neighbour.told("n").await;
    }
    let memory = hall.memory();

    let mut wire = hears.begin(&hall, &watch).await;
    let (begin, mut slowest, mut most) = (Instant::now(), Duration::ZERO, 0);
    let mut changes = 0;
    while hall.holds(&wire) || changes < 20 {
        assert!(
            begin.elapsed() < Duration::from_secs(90),
            "it is not closed after {changes} changes"
        );
        changes += 1;
        let text = format!("{changes} {text}");
        note(&hall.counter, &watch.id, &text).await;
        let told = Instant::now();
        let heard: Told = neighbour.told("n").await;
        assert_eq!(heard.whole["cart"]["note"], text);
        slowest = slowest.max(told.elapsed());
        most = most.max(hall.memory() - memory);
        if let Reads::AByteNowAndThen = reads {
            let mut byte = [0];
            let _ = tokio::time::timeout(Duration::from_millis(10), wire.read(&mut byte)).await;
        }
    }
    println!(
        "{hears:?} {reads:?}: closed after {:?} and {changes} changes; the neighbour waited {slowest:?} at most, the server held {most} kB more",
        begin.elapsed()
    );
    assert!(slowest < Duration::from_secs(1), "{slowest:?}");
    // Of a quarter of a megabyte for each change: were they kept, it would be more than a hundred megabytes. What the allocator holds beside
    // goes with how busy the machine is.
    assert!(most < 40_000, "{most} kB");
    // What is left in the connection ends, and is not what they would have been told.
    let mut rest = Vec::new();
    let _ = tokio::time::timeout(PATIENCE, wire.read_to_end(&mut rest)).await;
    assert!(
        rest.len() < 50 * text.len() * changes / 2,
        "{} of {changes}",
        rest.len()
    );
    neighbour.is_well().await;
    whole(&hall.sale.shop).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_never_reads_is_closed_and_nobody_notices() {
    somebody_does_not_keep_up(Hears::BySocket, Reads::Never).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_never_reads_a_stream_is_broken_off_and_nobody_notices() {
    somebody_does_not_keep_up(Hears::ByStream, Reads::Never).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_reads_a_byte_now_and_then_is_closed_and_nobody_notices() {
    somebody_does_not_keep_up(Hears::BySocket, Reads::AByteNowAndThen).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_answers_no_ping_is_closed() {
    let hall = Hall::open().await;
    let watch = Watch::cart(&hall.sale.cart().await);
    let mut neighbour = Socket::join(&hall.serving.address, None).await;
    let mut silent = Socket::join(&hall.serving.address, None).await;
    silent.watch("c", &watch, None).await;
    assert_eq!(silent.told("c").await.kind, "STARTED");
    let mut wire = silent.bare();
    let begin = Instant::now();
    // The neighbour reads, and so answers; the other does not even read.
    while hall.holds(&wire) {
        assert!(
            begin.elapsed() < Duration::from_secs(90),
            "it is not closed"
        );
        let heard = neighbour.hear_within(Duration::from_millis(500)).await;
        assert_eq!(heard, None);
    }
    println!("closed after {:?}", begin.elapsed());
    let mut sent = Vec::new();
    let _ = wire.read_to_end(&mut sent).await;
    let (code, reason) = close_within(&sent).unwrap();
    assert_eq!(code, 1013, "{reason}");
    neighbour.is_well().await;
}
