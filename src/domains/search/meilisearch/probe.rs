//! Whether the server would answer readers.

use super::query::KINDS;
use super::{Meilisearch, filter, meaning};
use crate::domains::search::engine::EngineError;
use meilisearch_sdk::search::{SearchQuery, Selectors};
use serde_json::Value;

impl Meilisearch {
    /// Searches an index as readers do, with the key that they search with: a server may be well, and refuse them.
    ///
    /// # Errors
    /// What they would be refused by.
    pub async fn probe(&self, index: &str) -> Result<(), EngineError> {
        let index = self.searching.index(index);
        let fields = KINDS.map(filter::field);
        let fields: Vec<&str> = fields.iter().map(String::as_str).collect();
        let mut query = SearchQuery::new(&index);
        query
            .with_filter("visible_from <= 0 AND visible_until > 0")
            .with_facets(Selectors::Some(&fields))
            .with_limit(0);
        let answer = query.execute::<Value>().await;
        answer.map(drop).map_err(meaning)
    }
}
