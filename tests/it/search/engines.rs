//! The engines at hand: PostgreSQL always, Meilisearch where `MEILISEARCH_URL` (and `MEILISEARCH_KEY`) name a server.

use crate::support::{Contents, Shop, config};
use lilium::domains::search::Meilisearch;
use lilium::platform::db::{Database, Server};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// How long a test waits for the indexes.
const PATIENCE: Duration = Duration::from_secs(90);

/// A Meilisearch for one test: indexes of its own on the server of the environment.
pub struct Remote {
    url: String,
    key: String,
    prefix: String,
}

impl Remote {
    /// With names that no other test has; nothing where there is no server, which is said.
    pub fn new(what: &str) -> Option<Self> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let Ok(url) = std::env::var("MEILISEARCH_URL") else {
            println!("skipped: {what} on Meilisearch: MEILISEARCH_URL names no server");
            return None;
        };
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        Some(Self {
            url,
            key: std::env::var("MEILISEARCH_KEY").unwrap_or_default(),
            prefix: format!("it-{}-{count}", std::process::id()),
        })
    }

    /// The same server, reached at another address.
    pub fn at(self, url: String) -> Self {
        Self { url, ..self }
    }

    /// Where the server is.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// What the names of its indexes begin with.
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// The settings of a shop that searches on it.
    pub fn settings(&self) -> Vec<(&str, &str)> {
        vec![
            ("MEILISEARCH_URL", &self.url),
            ("MEILISEARCH_KEY", &self.key),
            ("LILIUM_SEARCH_PREFIX", &self.prefix),
            // Programs that are not optimised, several at a time, are no measure of time.
            ("LILIUM_SEARCH_MILLISECONDS", "10000"),
        ]
    }

    /// The server, as a program with these settings asks it.
    pub fn client(&self) -> Arc<Meilisearch> {
        let config = config(&self.settings());
        Arc::new(Meilisearch::of(&config).unwrap().unwrap())
    }

    /// Waits until the indexes are whole and hold all that happened so far.
    pub async fn fed(&self, server: &Server) {
        let (client, database) = (self.client(), Database::connect(server, 1).unwrap());
        crate::support::moved(&server.client().await.unwrap()).await;
        let begin = Instant::now();
        loop {
            client.moved().await;
            let standing = client.standing(&database).await.unwrap();
            let ours = standing
                .whole
                .iter()
                .any(|name| name.starts_with(&self.prefix));
            if ours && standing.lag.events == 0 {
                return;
            }
            assert!(begin.elapsed() < PATIENCE, "not fed: {standing:?}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

/// A shop and, when it does not search with PostgreSQL, what it searches with.
pub struct Searching {
    /// The shop.
    pub shop: Shop,
    /// Where its indexes are.
    pub remote: Option<Remote>,
}

impl Searching {
    /// The name of its engine.
    pub fn engine(&self) -> &'static str {
        self.remote.as_ref().map_or("postgresql", |_| "meilisearch")
    }
}

/// The demo shop once for each engine at hand, ready to be searched. `what` is tested.
pub async fn shops(what: &str) -> Vec<Searching> {
    let mut all = vec![Searching {
        shop: Shop::open().await,
        remote: None,
    }];
    if let Some(remote) = Remote::new(what) {
        let shop = Shop::with(Contents::Demo, &remote.settings()).await;
        remote.fed(&shop.server).await;
        all.push(Searching {
            shop,
            remote: Some(remote),
        });
    }
    all
}

/// A Meilisearch of a test's own; nothing where there is no server, which is said. That is no failure under `CI` either: a server
/// is not to be had everywhere.
pub fn remote(what: &str) -> Option<Remote> {
    Remote::new(what)
}
