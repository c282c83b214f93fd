//! The search engine is slow, gone, or refuses something: what is answered then, and that all heals by itself.

use super::engines::remote;
use super::street::{LOCKED, OPEN, PICKY, POISON, SHUT, STALLED, Street, poison_one};
use crate::support::{Contents, Shop};
use lilium::domains::listing::refresh::refresh;
use lilium::domains::listing::{FacetKind, Group, Narrowing};
use lilium::domains::search::{Answered, Ask, Finder, Mark, Meilisearch};
use lilium::domains::shop::{Directory, InContext};
use lilium::platform::db::{Database, Server};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};
use uuid::Uuid;

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
    engine: Arc<Meilisearch>,
    database: Database,
}

impl Searcher {
    async fn of(server: &Server, settings: &[(&str, &str)]) -> Self {
        let database = Database::connect(server, 4).unwrap();
        let facts = Directory::new(database.clone()).facts().await.unwrap();
        let engine = Meilisearch::of(&crate::support::config(settings)).unwrap();
        let engine = Arc::new(engine.unwrap());
        Self {
            context: InContext::settle(&facts, None, None).unwrap(),
            finder: Finder::new(database.clone(), Some(Arc::clone(&engine))),
            engine,
            database,
        }
    }

    async fn search(&self, text: &str) -> (Answered, Duration) {
        self.put(&ask(text)).await
    }

    async fn put(&self, ask: &Ask) -> (Answered, Duration) {
        let began = Instant::now();
        let answered = self.finder.find(ask, &self.context).await.unwrap();
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

/// Groups of which the values are counted, each by a search of its own.
fn groups(many: usize) -> Narrowing {
    let group = |place| Group {
        kind: FacetKind::Attribute,
        field: format!("a{place}"),
        values: vec![1],
    };
    Narrowing {
        groups: (0..many).map(group).collect(),
        ..Narrowing::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_too_much_at_once_takes_the_engine_from_nobody_else() {
    let shop = Shop::open().await;
    pretend_whole(&shop.server, "nowhere").await;
    let street = Street::to("127.0.0.1:9".to_owned()).await;
    street.turn(STALLED);
    let settings = [
        ("MEILISEARCH_URL", street.address.as_str()),
        ("LILIUM_SEARCH_PREFIX", "nowhere"),
        ("LILIUM_SEARCH_MILLISECONDS", "100"),
    ];
    let searcher = Searcher::of(&shop.server, &settings).await;
    let much = Ask {
        narrowing: groups(12),
        ..ask("mug")
    };
    for _ in 0..4 {
        let (answered, took) = searcher.put(&much).await;
        assert!(answered.degraded && took >= Duration::from_millis(100));
        assert!(searcher.engine.breaker.is_closed());
    }
    // So far down it does not go, and is not asked.
    let mut far = ask("mug");
    far.page.from = Some(Mark {
        offset: 60_000,
        key: None,
        id: Uuid::nil(),
    });
    let (answered, _) = searcher.put(&far).await;
    assert_eq!((answered.engine, answered.degraded), ("postgresql", false));
    assert!(searcher.engine.breaker.is_closed());
    for _ in 0..2 {
        searcher.search("mug").await;
    }
    assert!(!searcher.engine.breaker.is_closed());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_engine_that_refuses_is_left_in_peace() {
    let shop = Shop::open().await;
    pretend_whole(&shop.server, "nowhere").await;
    let street = Street::to("127.0.0.1:9".to_owned()).await;
    street.turn(LOCKED);
    let settings = [
        ("MEILISEARCH_URL", street.address.as_str()),
        ("LILIUM_SEARCH_PREFIX", "nowhere"),
        // The street is not slow, but the machine may be.
        ("LILIUM_SEARCH_MILLISECONDS", "10000"),
    ];
    let searcher = Searcher::of(&shop.server, &settings).await;
    let began = Instant::now();
    for _ in 0..20 {
        let (answered, _) = searcher.search("mug").await;
        assert!(answered.degraded && !answered.found.hits.is_empty());
    }
    let asked = street.refused.load(Ordering::Relaxed);
    let tries = usize::try_from(began.elapsed().as_secs() / 2).unwrap();
    assert!((2..=2 + tries).contains(&asked), "{asked}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_busy_database_is_no_slow_engine() {
    let Some(remote) = remote("a busy database") else {
        return;
    };
    let shop = Shop::with(Contents::Demo, &remote.settings()).await;
    remote.fed(&shop.server).await;
    let mut settings = remote.settings();
    settings.push(("LILIUM_SEARCH_MILLISECONDS", "1500"));
    let searcher = Searcher::of(&shop.server, &settings).await;
    let facets = Ask {
        narrowing: groups(1),
        ..ask("mug")
    };
    let (answered, _) = searcher.put(&facets).await;
    assert!(!answered.degraded);
    // Which values are whose is read from the database, of which all connections are in use.
    let mut held = Vec::new();
    for _ in 0..4 {
        held.push(searcher.database.get().await.unwrap());
    }
    let busy = tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(2_500)).await;
        drop(held);
    });
    let (answered, took) = searcher.put(&facets).await;
    assert!(took > Duration::from_millis(1_500), "{took:?}");
    assert_eq!((answered.engine, answered.degraded), ("meilisearch", false));
    busy.await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_engine_that_goes_and_comes_back_is_told_what_it_missed() {
    let Some(remote) = remote("an outage") else {
        return;
    };
    let (street, remote) = Street::before(remote).await;
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
    let Some(remote) = remote("dead letters") else {
        return;
    };
    let (street, remote) = Street::before(remote).await;
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

    let (products, poisoned) = poison_one(&shop).await;
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
