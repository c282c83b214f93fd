//! Many at once, and those who do not keep up: nobody costs more than their share, and nobody else notices. The server is a process
//! of its own, so that what it holds can be seen.

use super::carts::note;
use super::client::{PATIENCE, close_within, init, shake_narrow};
use super::orders::Sale;
use super::{Socket, Told, Watch, head, settled};
use crate::buying::counter::Counter;
use crate::programs::{Folder, Serving, proved, url_of};
use crate::support::{TOKEN_KEYS, whole};
use futures_util::stream::{self, StreamExt};
use serde_json::json;
use std::time::{Duration, Instant};
use tokio::io::AsyncReadExt;

/// Where everybody is: a program that serves, which is looked at from outside.
struct Hall {
    sale: Sale,
    serving: Serving,
    counter: Counter,
    /// The process lives in it.
    _folder: Folder,
}

impl Hall {
    async fn open() -> Self {
        let sale = Sale::open().await;
        let folder = Folder::new();
        let url = url_of(&sale.shop.server).await;
        let settings = [
            ("DATABASE_URL", url.as_str()),
            ("LILIUM_TOKEN_KEYS", TOKEN_KEYS),
            ("LILIUM_SOCKETS", "20000"),
            ("LILIUM_LOG", "warn"),
        ];
        let serving = Serving::start(&folder, &[], &settings);
        Self {
            counter: Counter::at(&serving.address),
            sale,
            serving,
            _folder: folder,
        }
    }

    fn proc(&self, file: &str) -> String {
        format!("/proc/{}/{file}", self.serving.process().as_raw_nonzero())
    }

    /// The memory that it holds, in kB.
    fn memory(&self) -> i64 {
        let status = std::fs::read_to_string(self.proc("status")).unwrap();
        let line = status.lines().find(|line| line.starts_with("VmRSS:"));
        line.unwrap()
            .split_whitespace()
            .nth(1)
            .unwrap()
            .parse()
            .unwrap()
    }

    /// The files and connections that it has open.
    fn descriptors(&self) -> usize {
        std::fs::read_dir(self.proc("fd")).unwrap().count()
    }

    /// The clients' connections that it holds: none of the database's, of which it opens some and closes some.
    fn connections(&self) -> usize {
        let port: u16 = self
            .serving
            .address
            .rsplit(':')
            .next()
            .unwrap()
            .parse()
            .unwrap();
        let port = format!(":{port:04X}");
        let all = ["net/tcp", "net/tcp6"].map(|file| std::fs::read_to_string(self.proc(file)));
        let lines = all.iter().flatten().flat_map(|table| table.lines().skip(1));
        // Address, the other's, state, and further on the inode: 0 when no process holds it any more.
        let held = lines.filter(|line| {
            let parts: Vec<&str> = line.split_whitespace().collect();
            parts[1].ends_with(&port) && parts[3] != "0A" && parts[9] != "0"
        });
        held.count()
    }

    /// Waits until it has no more connections than this.
    async fn down_to(&self, connections: usize, patience: Duration) {
        let begin = Instant::now();
        while self.connections() > connections {
            assert!(
                begin.elapsed() < patience,
                "{} are open and not {connections}",
                self.connections()
            );
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Sockets that watch these carts by turns, if there are any, after these cursors, all coming at once or some at a time.
    async fn crowd(
        &self,
        places: &[(Watch, Option<String>)],
        many: usize,
        at_once: usize,
    ) -> Vec<Socket> {
        stream::iter(0..many)
            .map(async |at| {
                let mut socket = Socket::join(&self.serving.address, None).await;
                if let Some((watch, after)) = places.get(at % places.len().max(1)) {
                    socket.watch("c", watch, after.as_deref()).await;
                }
                socket
            })
            .buffered(at_once)
            .collect()
            .await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_who_come_again_at_once_all_get_what_they_missed() {
    let hall = Hall::open().await;
    let mut places = Vec::new();
    for _ in 0..10 {
        places.push((Watch::cart(&hall.sale.cart().await), None));
    }
    settled(&hall.serving.address, &places[9].0, &hall.sale.sql).await;
    let mut all = hall.crowd(&places, 1_000, 64).await;
    for socket in &mut all {
        assert_eq!(socket.told("c").await.kind, "STARTED");
    }
    let begin = head(&hall.sale.sql).await;
    drop(all);
    for (watch, _) in &places {
        for at in 0..3 {
            note(&hall.counter, &watch.id, &at.to_string()).await;
        }
    }
    crate::support::moved(&hall.sale.sql).await;
    let after = super::cursor(&hall.sale.sql, begin).await;
    for place in &mut places {
        place.1 = Some(after.clone());
    }
    let came = Instant::now();
    let mut all = hall.crowd(&places, 1_000, 1_000).await;
    println!("a thousand were in after {:?}", came.elapsed());
    let mut wanted = Vec::new();
    for (watch, _) in &places {
        let logged = super::log(&hall.sale.sql, watch, begin).await;
        assert_eq!(logged.len(), 3);
        wanted.push(logged);
    }
    for (at, socket) in all.iter_mut().enumerate() {
        for each in &wanted[at % places.len()] {
            let told = socket.told("c").await;
            assert_eq!(&(told.cursor, told.kind), each);
        }
    }
    println!("and had what they missed after {:?}", came.elapsed());
    assert!(came.elapsed() < Duration::from_secs(30));
    // They are all there for what comes now, and have nothing else before it.
    for (watch, _) in &places {
        note(&hall.counter, &watch.id, "now").await;
    }
    for socket in &mut all {
        assert_eq!(socket.told("c").await.whole["cart"]["note"], "now");
    }
    whole(&hall.sale.shop).await;
}

/// How somebody reads who does not keep up.
#[derive(Debug, Clone, Copy)]
enum Reads {
    Never,
    AByteNowAndThen,
}

/// Somebody who watches the same fifty times over, and hardly reads, while the cart changes again and again.
async fn somebody_does_not_keep_up(reads: Reads) {
    let hall = Hall::open().await;
    let watch = Watch::cart(&hall.sale.cart().await);
    settled(&hall.serving.address, &watch, &hall.sale.sql).await;
    let mut neighbour = Socket::join(&hall.serving.address, None).await;
    neighbour.watch("n", &watch, None).await;
    assert_eq!(neighbour.told("n").await.kind, "STARTED");
    note(&hall.counter, &watch.id, "before").await;
    neighbour.told("n").await;
    let (connections, memory) = (hall.connections(), hall.memory());

    let mut slow = shake_narrow(&hall.serving.address)
        .await
        .unwrap()
        .socket()
        .await;
    slow.say(init(None)).await;
    for at in 0..50 {
        slow.watch(&at.to_string(), &watch, None).await;
    }
    let mut wire = slow.bare();
    let text = "a long note ".repeat(400);
    let (begin, mut slowest, mut most) = (Instant::now(), Duration::ZERO, 0);
    let mut changes = 0;
    while hall.connections() > connections || changes < 20 {
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
        "{reads:?}: closed after {:?} and {changes} changes; the neighbour waited {slowest:?} at most, the server held {most} kB more",
        begin.elapsed()
    );
    assert!(slowest < Duration::from_secs(1), "{slowest:?}");
    assert!(most < 30_000, "{most} kB");
    // What is left in the connection ends, and is not what fifty subscriptions were worth.
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
    somebody_does_not_keep_up(Reads::Never).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_reads_a_byte_now_and_then_is_closed_and_nobody_notices() {
    somebody_does_not_keep_up(Reads::AByteNowAndThen).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_answers_no_ping_is_closed() {
    let hall = Hall::open().await;
    let watch = Watch::cart(&hall.sale.cart().await);
    let mut neighbour = Socket::join(&hall.serving.address, None).await;
    let connections = hall.connections();
    let mut silent = Socket::join(&hall.serving.address, None).await;
    silent.watch("c", &watch, None).await;
    assert_eq!(silent.told("c").await.kind, "STARTED");
    let mut wire = silent.bare();
    let begin = Instant::now();
    // The neighbour reads, and so answers; the other does not even read.
    while hall.connections() > connections {
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

/// So many idle subscribers, open and closed twice: what they cost, and that nothing of it stays.
async fn idle(many: usize) {
    let hall = Hall::open().await;
    let watch = Watch::cart(&hall.sale.cart().await);
    settled(&hall.serving.address, &watch, &hall.sale.sql).await;
    let (descriptors, connections) = (hall.descriptors(), hall.connections());
    let mut base = hall.memory();
    for round in 0..2 {
        let mut all = hall.crowd(&[], many, 64).await;
        let joined = (hall.memory() - base) * 1_000 / i64::try_from(many).unwrap();
        println!("round {round}: {joined} bytes each before they watch");
        for socket in &mut all {
            socket.watch("c", &watch, None).await;
            assert_eq!(socket.told("c").await.kind, "STARTED");
        }
        let open = hall.memory();
        let each = (open - base) * 1_000 / i64::try_from(many).unwrap();
        println!(
            "round {round}: {many} open hold {open} kB over {base} kB, {each} bytes each; {} descriptors",
            hall.descriptors()
        );
        assert!(hall.connections() >= many);
        if proved().is_some() && round == 0 {
            assert!(each <= 20_000, "{each} bytes");
        }
        drop(all);
        hall.down_to(connections, Duration::from_secs(30)).await;
        // The pool of the database may have grown meanwhile, and no more.
        assert!(hall.descriptors() <= descriptors + 30, "{descriptors}");
        let spare = i64::try_from(many).unwrap() * 2 + 8_000;
        let begin = Instant::now();
        while hall.memory() > base + spare && begin.elapsed() < Duration::from_secs(20) {
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
        let left = hall.memory();
        println!(
            "round {round}: {left} kB are left after {:?}",
            begin.elapsed()
        );
        // What the allocator keeps after the first time it may keep; the second time adds nothing to it.
        assert!(
            round == 0 || left <= base + spare,
            "{left} kB over {base} kB"
        );
        base = left;
    }
    // It answers as before.
    let mut socket = Socket::join(&hall.serving.address, None).await;
    socket.watch("c", &watch, None).await;
    assert_eq!(socket.told("c").await.kind, "STARTED");
    note(&hall.counter, &watch.id, "after").await;
    assert_eq!(socket.told("c").await.whole["cart"]["note"], "after");
    socket.say(json!({ "id": "c", "type": "complete" })).await;
    whole(&hall.sale.shop).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_idle_subscribers_leave_nothing_behind() {
    idle(1_000).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "long: make prove"]
async fn ten_thousand_idle_subscribers_leave_nothing_behind() {
    idle(10_000).await;
}
