//! The search engine is slow, gone, or refuses something: what is answered then, and that all heals by itself.

use super::engines::remote;
use crate::support::{Contents, Shop};
use lilium::domains::listing::refresh::refresh;
use lilium::domains::search::{Answered, Ask, Finder, Meilisearch};
use lilium::domains::shop::{Directory, InContext};
use lilium::platform::db::{Database, Server};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use uuid::Uuid;

/// What stands between a program and a search engine.
#[derive(Clone)]
struct Street {
    address: String,
    way: Arc<AtomicU8>,
}

const OPEN: u8 = 0;
/// Whatever is sent is read, and nothing answered.
const STALLED: u8 = 1;
/// Nobody is there.
const SHUT: u8 = 2;
/// What names [`POISON`] is refused as too large.
const PICKY: u8 = 3;

/// A word that a picky street does not let through.
const POISON: &str = "Zzyzxquill";

impl Street {
    /// A street to this address, `host:port`.
    async fn to(beyond: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let way = Arc::new(AtomicU8::new(OPEN));
        let seen = Arc::clone(&way);
        tokio::spawn(async move {
            loop {
                let (near, _) = listener.accept().await.unwrap();
                tokio::spawn(pass(near, beyond.clone(), Arc::clone(&seen)));
            }
        });
        Self { address, way }
    }

    fn turn(&self, way: u8) {
        self.way.store(way, Ordering::Relaxed);
    }
}

/// Lets a connection through as the way is by now; when it changes, the connection ends.
async fn pass(mut near: TcpStream, beyond: String, way: Arc<AtomicU8>) {
    let at = way.load(Ordering::Relaxed);
    let changed = async {
        while way.load(Ordering::Relaxed) == at {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let through = async {
        match at {
            OPEN => {
                let Ok(mut far) = TcpStream::connect(&beyond).await else {
                    return;
                };
                let _ = copy_bidirectional(&mut near, &mut far).await;
            }
            STALLED => {
                let mut heap = Vec::new();
                let _ = near.read_to_end(&mut heap).await;
                std::future::pending::<()>().await;
            }
            PICKY => pick(&mut near, &beyond).await,
            _ => {}
        }
    };
    tokio::select! {
        () = changed => {}
        () = through => {}
    }
}

/// Passes requests on one by one, and refuses those that name the poison.
async fn pick(near: &mut TcpStream, beyond: &str) {
    while let Some(request) = request(near).await {
        if String::from_utf8_lossy(&request).contains(POISON) {
            let refusal = "HTTP/1.1 413 Payload Too Large\r\ncontent-length: 0\r\n\r\n";
            let _ = near.write_all(refusal.as_bytes()).await;
            continue;
        }
        let Ok(mut far) = TcpStream::connect(beyond).await else {
            return;
        };
        let text = String::from_utf8_lossy(&request).into_owned();
        let closing = text.replacen("\r\n", "\r\nconnection: close\r\n", 1);
        far.write_all(closing.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        far.read_to_end(&mut answer).await.unwrap();
        let _ = near.write_all(&answer).await;
        return;
    }
}

/// A whole request with a length.
async fn request(stream: &mut TcpStream) -> Option<Vec<u8>> {
    let mut read = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&read).to_lowercase();
        if let Some((head, _)) = text.split_once("\r\n\r\n") {
            let length = head.split("content-length: ").nth(1);
            let length = length.and_then(|rest| rest.lines().next()?.trim().parse().ok());
            let end = read.windows(4).position(|it| it == b"\r\n\r\n").unwrap() + 4;
            if read.len() >= end + length.unwrap_or(0_usize) {
                return Some(read);
            }
        }
        let mut chunk = vec![0; 64 * 1024];
        let some = stream.read(&mut chunk).await.ok().filter(|it| *it > 0)?;
        read.extend_from_slice(&chunk[..some]);
    }
}

fn ask(text: &str) -> Ask {
    Ask {
        facets: true,
        ..Ask::of_words(text, 20)
    }
}

/// Searches in a shop, with a program of its own.
struct Searcher {
    finder: Finder,
    context: InContext,
}

impl Searcher {
    async fn of(server: &Server, settings: &[(&str, &str)]) -> Self {
        let database = Database::connect(server, 4).unwrap();
        let facts = Directory::new(database.clone()).facts().await.unwrap();
        let engine = Meilisearch::of(&crate::support::config(settings)).unwrap();
        Self {
            context: InContext::settle(&facts, None, None).unwrap(),
            finder: Finder::new(database, engine.map(Arc::new)),
        }
    }

    async fn search(&self, text: &str) -> (Answered, Duration) {
        let began = Instant::now();
        let answered = self.finder.find(&ask(text), &self.context).await.unwrap();
        (answered, began.elapsed())
    }
}

/// Says that the indexes are whole, as a feed would that has filled them.
async fn pretend_whole(server: &Server, prefix: &str) {
    let sql = server.client().await.unwrap();
    let whole =
        "INSERT INTO search_indexes (name, format, settings, built_at) VALUES ($1, 1, '', now())";
    sql.execute(whole, &[&format!("{prefix}_en")])
        .await
        .unwrap();
    let consumer = "INSERT INTO event_consumers (name, epoch, position, updated_at) SELECT 'search', epoch, position, now() FROM relay_head";
    sql.execute(consumer, &[]).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_engine_that_stalls_or_is_gone_costs_no_more_than_its_budget() {
    let shop = Shop::open().await;
    pretend_whole(&shop.server, "nowhere").await;
    let street = Street::to("127.0.0.1:9".to_owned()).await;
    let settings = [
        ("MEILISEARCH_URL", street.address.as_str()),
        ("LILIUM_SEARCH_PREFIX", "nowhere"),
        ("LILIUM_SEARCH_MILLISECONDS", "300"),
    ];
    for way in [STALLED, SHUT] {
        street.turn(way);
        let searcher = Searcher::of(&shop.server, &settings).await;
        let mut waited = 0;
        for _ in 0..8 {
            let (answered, took) = searcher.search("mug").await;
            assert!(answered.degraded && answered.engine == "postgresql");
            assert!(!answered.found.hits.is_empty());
            assert!(took < Duration::from_secs(3), "{way}: {took:?}");
            waited += u32::from(took >= Duration::from_millis(300));
        }
        // After two failures nobody waits for it.
        assert!(way == SHUT || waited <= 4, "{way}: {waited}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_engine_that_goes_and_comes_back_is_told_what_it_missed() {
    let Some(mut remote) = remote("an outage") else {
        return;
    };
    let beyond = remote.url().trim_start_matches("http://").to_owned();
    let street = Street::to(beyond).await;
    remote = remote.at(street.address.clone());
    let shop = Shop::with(Contents::Demo, &remote.settings()).await;
    remote.fed(&shop.server).await;
    let searcher = Searcher::of(&shop.server, &remote.settings()).await;
    let (answered, _) = searcher.search("mug").await;
    assert!(!answered.degraded && answered.engine == "meilisearch");
    assert!(!answered.found.hits.is_empty());

    street.turn(SHUT);
    let product = a_product(&shop.server).await;
    rename(&shop.server, product, "Quince paste of the outage").await;
    let (answered, _) = searcher.search("quince paste outage").await;
    assert!(answered.degraded, "{answered:?}");
    assert_eq!(answered.found.hits[0].id, product);

    street.turn(OPEN);
    remote.fed(&shop.server).await;
    let begin = Instant::now();
    loop {
        let (answered, _) = searcher.search("quince paste outage").await;
        assert_eq!(answered.found.hits[0].id, product);
        if !answered.degraded {
            break;
        }
        assert!(begin.elapsed() < Duration::from_secs(20));
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_that_is_refused_holds_up_no_other_and_is_tried_again() {
    let Some(mut remote) = remote("dead letters") else {
        return;
    };
    let beyond = remote.url().trim_start_matches("http://").to_owned();
    let street = Street::to(beyond).await;
    remote = remote.at(street.address.clone());
    street.turn(PICKY);
    let shop = Shop::with(Contents::Demo, &remote.settings()).await;
    remote.fed(&shop.server).await;
    let sql = shop.sql().await;
    let letters = "SELECT product_id FROM search_dead_letters ORDER BY index_name";
    let dead = async || -> Vec<Uuid> {
        let rows = sql.query(letters, &[]).await.unwrap();
        rows.iter().map(|row| row.get(0)).collect()
    };
    assert_eq!(dead().await, Vec::<Uuid>::new());

    let all = "SELECT DISTINCT product_id FROM listings ORDER BY 1 LIMIT 30";
    let rows = sql.query(all, &[]).await.unwrap();
    let products: Vec<Uuid> = rows.iter().map(|row| row.get(0)).collect();
    let poisoned = products[11];
    let change = "UPDATE products SET title = CASE WHEN id = $2 THEN $3 ELSE 'A quite usual thing' END WHERE id = ANY($1)";
    sql.execute(change, &[&products, &poisoned, &POISON])
        .await
        .unwrap();
    let database = Database::connect(&shop.server, 1).unwrap();
    let mut conn = database.get().await.unwrap();
    refresh(&mut conn, &products).await.unwrap();
    remote.fed(&shop.server).await;
    // Its English and its Arabic document, and nothing else.
    assert_eq!(dead().await, [poisoned, poisoned]);
    let client = remote.client();
    let index = client.index(format!("{}_en", remote.prefix()));
    for product in products.iter().filter(|id| **id != poisoned) {
        let found = index.of_ids(&[*product]).await.unwrap();
        assert_eq!(found[0]["title"], "A quite usual thing");
    }

    street.turn(OPEN);
    let now = "UPDATE search_dead_letters SET next_at = now()";
    sql.execute(now, &[]).await.unwrap();
    let begin = Instant::now();
    while !dead().await.is_empty() {
        assert!(begin.elapsed() < Duration::from_secs(30));
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let found = index.of_ids(&[poisoned]).await.unwrap();
    assert_eq!(found[0]["title"], POISON);
}

async fn a_product(server: &Server) -> Uuid {
    let sql = "SELECT product_id FROM listings l JOIN markets m ON m.id = l.market_id AND m.is_default ORDER BY 1 LIMIT 1";
    let client = server.client().await.unwrap();
    client.query_one(sql, &[]).await.unwrap().get(0)
}

async fn rename(server: &Server, product: Uuid, title: &str) {
    let client = server.client().await.unwrap();
    let sql = "UPDATE products SET title = $2 WHERE id = $1";
    client.execute(sql, &[&product, &title]).await.unwrap();
    let database = Database::connect(server, 1).unwrap();
    let mut conn = database.get().await.unwrap();
    refresh(&mut conn, &[product]).await.unwrap();
}
