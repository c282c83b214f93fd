//! What any engine finds in the demo shop.

mod conditions;
mod language;
mod pages;
mod ranking;
mod typed;

use super::engines::{self, Remote, Searching};
use lilium::domains::listing::{Filter, Filters, Narrowing};
use lilium::domains::search::{Ask, Finder, Found, SearchSort, Tuning};
use lilium::domains::shop::{Directory, InContext};
use lilium::platform::db::Database;
use std::sync::Arc;
use uuid::Uuid;

/// A shop and what finds its products.
struct Searched {
    searching: Searching,
    finder: Finder,
    database: Database,
    context: InContext,
}

impl Searched {
    /// The demo shop, once for each engine at hand.
    async fn all() -> Vec<Self> {
        let mut all = Vec::new();
        for searching in engines::shops("what an engine finds").await {
            let database = Database::connect(&searching.shop.server, 4).unwrap();
            let facts = Directory::new(database.clone()).facts().await.unwrap();
            let client = searching.remote.as_ref().map(Remote::client);
            all.push(Self {
                finder: Finder::new(database.clone(), client),
                context: InContext::settle(&facts, None, None).unwrap(),
                searching,
                database,
            });
        }
        all
    }

    /// What is found by a text of which Meilisearch may not know the words: PostgreSQL finds it then.
    async fn find_by_any(&self, text: &str) -> Found {
        let answered = self.finder.find(&words(text), &self.context).await.unwrap();
        assert!(!answered.degraded);
        answered.found
    }

    async fn find(&self, ask: &Ask) -> Found {
        let answered = self.finder.find(ask, &self.context).await.unwrap();
        // The best last is an order that Meilisearch does not have; without words it counts all the same.
        let is_turned = ask.reverse && ask.sort == SearchSort::Relevance && !ask.text.is_empty();
        // Nor does it find what has most of the words; where nothing is found, both may have been asked.
        let engine = match is_turned || answered.found.relaxed {
            true => "postgresql",
            false => self.searching.engine(),
        };
        assert!(!answered.degraded);
        assert!(answered.engine == engine || answered.found.total.count == 0);
        answered.found
    }

    /// The shop is tuned like this, and its engine knows it.
    async fn tune(&self, tuning: Tuning) -> Arc<Tuning> {
        self.searching.tune(&tuning).await;
        Arc::new(tuning)
    }

    async fn narrowing(&self, filters: Vec<Filter>) -> Narrowing {
        let mut conn = self.database.get().await.unwrap();
        Narrowing::of(&mut conn, &Filters(filters), &self.context)
            .await
            .unwrap()
    }

    async fn titles(&self, text: &str) -> Vec<String> {
        let found = self.find(&words(text)).await;
        self.titles_of(&found).await
    }

    async fn titles_of(&self, found: &Found) -> Vec<String> {
        let ids: Vec<Uuid> = found.hits.iter().map(|hit| hit.id).collect();
        let sql = "SELECT p.title FROM unnest($1::uuid[]) WITH ORDINALITY a(id, place) JOIN products p USING (id) ORDER BY place";
        let rows = self
            .searching
            .shop
            .sql()
            .await
            .query(sql, &[&ids])
            .await
            .unwrap();
        rows.iter().map(|row| row.get(0)).collect()
    }
}

fn words(text: &str) -> Ask {
    Ask::of_words(text, 250)
}
