//! The engines at hand: PostgreSQL always, Meilisearch where `MEILISEARCH_URL` (and `MEILISEARCH_KEY`) name a server.

use crate::support::{Contents, Shop, config};
use lilium::domains::search::meilisearch::wanted;
use lilium::domains::search::{Meilisearch, Tuning};
use lilium::domains::shop::Directory;
use lilium::platform::db::{Database, Server};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};
use tokio_postgres::Client;

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

    /// Waits until the indexes have the settings of a tuning.
    async fn tuned(&self, server: &Server, tuning: &Tuning) {
        let database = Database::connect(server, 1).unwrap();
        let facts = Directory::new(database).facts().await.unwrap();
        let (client, sql) = (self.client(), server.client().await.unwrap());
        let language = facts.base_language;
        let name = client.index_name(language);
        let wanted = wanted(&facts, language, tuning).hash;
        let begin = Instant::now();
        loop {
            let known = "SELECT settings FROM search_indexes WHERE name = $1";
            let known = sql.query_opt(known, &[&name]).await.unwrap();
            if known.is_some_and(|row| row.get::<_, String>(0) == wanted) {
                return;
            }
            assert!(begin.elapsed() < PATIENCE, "{name} is not tuned");
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

    /// Writes a tuning into the database as administrators would, and waits until the engine has it: Meilisearch takes synonyms,
    /// stop words and what may be mistyped from the settings of its indexes.
    pub async fn tune(&self, tuning: &Tuning) {
        let mut sql = self.shop.sql().await;
        write_tuning(&mut sql, tuning).await;
        if let Some(remote) = &self.remote {
            remote.tuned(&self.shop.server, tuning).await;
        }
    }
}

async fn write_tuning(sql: &mut Client, tuning: &Tuning) {
    let all = sql.transaction().await.unwrap();
    let ranking = tuning.ranking;
    let weight = |weight: u8| i32::from(weight);
    all.execute(
        "UPDATE search_settings SET version = version + 1, title = $1, properties = $2, description = $3, popularity = $4, \
         in_stock_first = $5, typing_errors = $6, changed_at = now()",
        &[
            &weight(ranking.title),
            &weight(ranking.properties),
            &weight(ranking.description),
            &weight(ranking.popularity),
            &ranking.in_stock_first,
            &ranking.typing_errors,
        ],
    )
    .await
    .unwrap();
    all.batch_execute("DELETE FROM search_synonyms; DELETE FROM search_stop_words")
        .await
        .unwrap();
    for synonym in &tuning.synonyms {
        let language = synonym.language.map(|language| language.code().to_owned());
        let insert = "INSERT INTO search_synonyms (id, language, word, terms) VALUES (gen_random_uuid(), $1, $2, $3)";
        all.execute(insert, &[&language, &synonym.word, &synonym.terms])
            .await
            .unwrap();
    }
    for (language, word) in &tuning.stop_words {
        let insert = "INSERT INTO search_stop_words (language, word) VALUES ($1, $2)";
        all.execute(insert, &[&language.code(), word])
            .await
            .unwrap();
    }
    all.commit().await.unwrap();
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
