//! Several programs over one database: what happens at one is told at all of them, whatever goes away in between.

use super::carts::note;
use super::client::Heard;
use super::orders::Sale;
use super::{Sent, Socket, Stream, Watch, another, head, log, settled};
use crate::buying::count;
use crate::programs::{Folder, Redis, Serving, there_is, url_of};
use crate::support::{Contents, Shop, TOKEN_KEYS, whole};
use rustix::process::{Signal, kill_process};
use std::time::{Duration, Instant};
use tokio_postgres::Client;

/// Where an instance hears of changes at others.
const LISTENERS: &str = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
    WHERE application_name = 'lilium listen' AND datname = current_database()";

const LISTENING: &str = "SELECT count(*) FROM pg_stat_activity
    WHERE application_name = 'lilium listen' AND datname = current_database()";

/// Somebody who watches a cart at the second program, while it is changed at the first.
struct Pair {
    sale: Sale,
    other: Shop,
    cart: String,
    socket: Socket,
    told: usize,
}

impl Pair {
    /// Two programs with these settings each.
    async fn open(settings: &[(&str, &str)]) -> Self {
        let settings = [&[("LILIUM_TOKEN_KEYS", TOKEN_KEYS)], settings].concat();
        let shop = Shop::with(Contents::Demo, &settings).await;
        let other = shop.again(&settings).await;
        let sql = shop.sql().await;
        let sale = Sale {
            guest: crate::buying::counter::Counter::at(&shop.address),
            some: crate::buying::goods(&sql, 2).await,
            shop,
            sql,
        };
        let cart = sale.cart().await;
        let watch = Watch::cart(&cart);
        settled(&other.address, &watch, &sale.sql).await;
        let mut socket = Socket::join(&other.address, None).await;
        socket.watch("c", &watch, None).await;
        assert_eq!(socket.told("c").await.kind, "STARTED");
        Self {
            sale,
            other,
            cart,
            socket,
            told: 0,
        }
    }

    /// Changes it, and how long it took until that was told.
    async fn change(&mut self) -> Duration {
        self.told += 1;
        let text = self.told.to_string();
        note(&self.sale.guest, &self.cart, &text).await;
        let begin = Instant::now();
        let told = self.socket.told("c").await;
        assert_eq!(told.whole["cart"]["note"], text);
        begin.elapsed()
    }

    /// Changes it some times; the longest of what it took.
    async fn changes(&mut self, times: usize) -> Duration {
        let mut longest = Duration::ZERO;
        for _ in 0..times {
            longest = longest.max(self.change().await);
        }
        longest
    }
}

async fn listening(sql: &Client, wanted: i64) {
    crate::buying::until(sql, LISTENING, wanted, Duration::from_secs(15)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_at_one_is_told_at_the_other_at_once() {
    let mut pair = Pair::open(&[]).await;
    listening(&pair.sale.sql, 2).await;
    let longest = pair.changes(20).await;
    println!("longest {longest:?}");
    assert!(longest < Duration::from_secs(1), "{longest:?}");
    // And the other way round.
    let watch = Watch::cart(&pair.cart);
    settled(&pair.sale.shop.address, &watch, &pair.sale.sql).await;
    let mut socket = Socket::join(&pair.sale.shop.address, None).await;
    socket.watch("c", &watch, None).await;
    assert_eq!(socket.told("c").await.kind, "STARTED");
    let there = crate::buying::counter::Counter::at(&pair.other.address);
    note(&there, &pair.cart, "from there").await;
    let begin = Instant::now();
    assert_eq!(socket.told("c").await.whole["cart"]["note"], "from there");
    assert!(begin.elapsed() < Duration::from_secs(1));
    whole(&pair.sale.shop).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_connection_that_listens_is_cut_and_nothing_is_lost() {
    let mut pair = Pair::open(&[]).await;
    listening(&pair.sale.sql, 2).await;
    for _ in 0..5 {
        assert_eq!(count(&pair.sale.sql, LISTENERS).await, 2);
        let longest = pair.changes(3).await;
        println!("cut: {longest:?}");
        assert!(longest < Duration::from_secs(5), "{longest:?}");
        listening(&pair.sale.sql, 2).await;
    }
    let longest = pair.changes(5).await;
    assert!(longest < Duration::from_secs(1), "{longest:?}");
    whole(&pair.sale.shop).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn redis_wakes_too_and_may_be_stopped_emptied_and_started() {
    if !there_is("redis-server", "live updates with Redis") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let mut redis = Redis::start(folder.path());
    let url = Redis::url(folder.path());
    let mut pair = Pair::open(&[("REDIS_URL", &url)]).await;
    assert!(pair.changes(10).await < Duration::from_secs(1));
    for round in 0..3 {
        redis.stop();
        let longest = pair.changes(5).await;
        println!("{round}, stopped: {longest:?}");
        assert!(longest < Duration::from_secs(1), "{longest:?}");
        redis = Redis::start(folder.path());
        let longest = pair.changes(5).await;
        println!("{round}, started: {longest:?}");
        assert!(longest < Duration::from_secs(1), "{longest:?}");
    }
    let client = redis::Client::open(url.as_str()).unwrap();
    let mut connection = client.get_multiplexed_async_connection().await.unwrap();
    let () = redis::cmd("FLUSHALL")
        .query_async(&mut connection)
        .await
        .unwrap();
    let () = redis::cmd("CLIENT")
        .arg(&["KILL", "TYPE", "pubsub"])
        .query_async(&mut connection)
        .await
        .unwrap();
    assert!(pair.changes(5).await < Duration::from_secs(1));
    // Neither of the two: the slow way stands behind.
    redis.stop();
    count(&pair.sale.sql, LISTENERS).await;
    let longest = pair.changes(3).await;
    println!("neither: {longest:?}");
    assert!(longest < Duration::from_secs(5), "{longest:?}");
    whole(&pair.sale.shop).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_was_woken_for_is_found_by_looking() {
    let mut pair = Pair::open(&[]).await;
    crate::support::moved(&pair.sale.sql).await;
    let watch = Watch::cart(&pair.cart);
    for _ in 0..3 {
        // An event that stands in the log without a word to anybody.
        pair.sale
            .sql
            .execute(
                "WITH h AS (UPDATE relay_head SET position = position + 1 RETURNING position),
                 e AS (INSERT INTO events (position, id, kind, subject_id, audiences, facts, told_at)
                     SELECT h.position, gen_random_uuid(), 'cart.changed', gen_random_uuid(), ARRAY[$1::text], '{\"version\": 1, \"state\": \"OPEN\"}', now() FROM h)
                 INSERT INTO event_audiences (audience, position) SELECT $1::text, h.position FROM h",
                &[&watch.audience()],
            )
            .await
            .unwrap();
        let begin = Instant::now();
        let told = pair.socket.told("c").await;
        println!("found after {:?}", begin.elapsed());
        assert_eq!(told.position(), head(&pair.sale.sql).await);
        assert!(begin.elapsed() < Duration::from_secs(10));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cursor_of_one_is_good_at_the_other() {
    let sale = Sale::open().await;
    let other = another(&sale.shop).await;
    let cart = sale.cart().await;
    let watch = Watch::cart(&cart);
    crate::support::moved(&sale.sql).await;
    let begin = head(&sale.sql).await;
    let mut cursor = super::cursor(&sale.sql, begin).await;
    let mut seen = Vec::new();
    for round in 0..20 {
        note(&sale.guest, &cart, &round.to_string()).await;
        let shop = [&sale.shop, &other][round % 2];
        let mut socket = Socket::join(&shop.address, None).await;
        socket.watch("c", &watch, Some(&cursor)).await;
        let told = socket.told("c").await;
        cursor.clone_from(&told.cursor);
        seen.push(told);
    }
    let cursors: Vec<&String> = seen.iter().map(|told| &told.cursor).collect();
    let logged = log(&sale.sql, &watch, begin).await;
    assert!(
        logged.iter().map(|(cursor, _)| cursor).eq(cursors),
        "{logged:#?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_is_told_to_end_says_so_and_clients_go_on_elsewhere() {
    let sale = Sale::open().await;
    let folder = Folder::new();
    let url = url_of(&sale.shop.server).await;
    let settings = [
        ("DATABASE_URL", url.as_str()),
        ("LILIUM_TOKEN_KEYS", TOKEN_KEYS),
    ];
    let serving = Serving::start(&folder, &[], &settings);
    let cart = sale.cart().await;
    let watch = Watch::cart(&cart);
    settled(&serving.address, &watch, &sale.sql).await;
    let mut socket = Socket::join(&serving.address, None).await;
    socket.watch("c", &watch, None).await;
    let mut idle = Socket::join(&serving.address, None).await;
    let mut stream = Stream::watch(&serving.address, None, &watch, None).await;
    let started = socket.told("c").await;
    assert_eq!(stream.told().await.kind, "STARTED");

    let process = serving.process();
    let begin = Instant::now();
    kill_process(process, Signal::TERM).unwrap();
    for socket in [&mut socket, &mut idle] {
        let (code, reason) = socket.closed().await;
        assert_eq!(code, 1001);
        assert!(!reason.is_empty());
    }
    assert_eq!(stream.sent().await, Sent::Broken);
    println!("all closed after {:?}", begin.elapsed());
    let said = tokio::task::spawn_blocking(move || serving.end(|| ()));
    let said = said.await.unwrap();
    println!("ended after {:?}", begin.elapsed());
    assert_eq!(said.code, Some(0), "{said:#?}");
    assert!(!said.err.contains("panicked"), "{said:#?}");
    assert!(begin.elapsed() < Duration::from_secs(15));

    note(&sale.guest, &cart, "meanwhile").await;
    let mut socket = Socket::join(&sale.shop.address, None).await;
    socket.watch("c", &watch, Some(&started.cursor)).await;
    let told = socket.told("c").await;
    assert_eq!(told.whole["cart"]["note"], "meanwhile");
    let mut stream = Stream::watch(&sale.shop.address, None, &watch, Some(&started.cursor)).await;
    assert_eq!(stream.told().await.cursor, told.cursor);
    whole(&sale.shop).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_is_killed_leaves_clients_who_go_on_elsewhere() {
    let sale = Sale::open().await;
    let folder = Folder::new();
    let url = url_of(&sale.shop.server).await;
    let settings = [("DATABASE_URL", url.as_str())];
    let serving = Serving::start(&folder, &[], &settings);
    let cart = sale.cart().await;
    let watch = Watch::cart(&cart);
    settled(&serving.address, &watch, &sale.sql).await;
    let mut socket = Socket::join(&serving.address, None).await;
    socket.watch("c", &watch, None).await;
    let started = socket.told("c").await;
    let process = serving.process();
    let said = tokio::task::spawn_blocking(move || {
        serving.end(|| kill_process(process, Signal::KILL).unwrap())
    });
    assert_eq!(said.await.unwrap().code, None);
    assert_eq!(socket.hear().await, Heard::Gone);
    note(&sale.guest, &cart, "meanwhile").await;
    let mut socket = Socket::join(&sale.shop.address, None).await;
    socket.watch("c", &watch, Some(&started.cursor)).await;
    assert_eq!(socket.told("c").await.whole["cart"]["note"], "meanwhile");
    whole(&sale.shop).await;
}
