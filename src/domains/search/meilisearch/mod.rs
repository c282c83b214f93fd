//! The engine that is told of changes: a Meilisearch server with an index for each language.

mod breaker;
mod document;
mod engine;
mod filter;
mod http;
mod index;
mod probe;
mod query;
mod settings;
mod standing;
mod words;

pub use breaker::Breaker;
pub use document::{Document, FORMAT, documents, listed_after};
pub use engine::Asking;
pub use http::Http;
pub use index::{Halted, Index, Sent, Taken};
pub use settings::{Wanted, wanted};
pub use standing::{Lag, Standing};

use super::engine::EngineError;
use crate::config::Config;
use crate::graphql::codes::LanguageCode;
use meilisearch_sdk::client::Client;
use meilisearch_sdk::errors::Error;
use moka::future::Cache;
use std::time::Duration;

/// How long the server may take for what is not a search.
const PATIENCE: Duration = Duration::from_secs(30);

/// How long it is remembered how far the indexes have come.
const REMEMBERED: Duration = Duration::from_secs(1);

/// A Meilisearch server, as this program asks it.
pub struct Meilisearch {
    prefix: String,
    budget: Duration,
    searching: Client<Http>,
    feeding: Client<Http>,
    /// Whether it is worth to be asked.
    pub breaker: Breaker,
    standing: Cache<(), Standing>,
}

impl std::fmt::Debug for Meilisearch {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Meilisearch({})", self.prefix)
    }
}

impl Meilisearch {
    /// The server of the settings; none when they name none.
    ///
    /// # Errors
    /// When the clients cannot be set up.
    pub fn of(config: &Config) -> Result<Option<Self>, reqwest::Error> {
        let Some(url) = &config.meilisearch_url else {
            return Ok(None);
        };
        let budget = Duration::from_millis(u64::from(config.search_milliseconds.0));
        let key = config.meilisearch_key.as_ref().map(|key| key.0.as_str());
        let search_key = config.meilisearch_search_key.as_ref();
        let search_key = search_key.map(|key| key.0.as_str()).or(key);
        let url = url.0.trim_end_matches('/');
        let client = |http: Http| Client::new_with_client(url, None::<String>, http);
        Ok(Some(Self {
            prefix: config.search_prefix.0.clone(),
            budget,
            // Whoever searches waits for all requests of a search together, and no longer than the budget.
            searching: client(Http::new(search_key, budget.saturating_mul(2))?),
            feeding: client(Http::new(key, PATIENCE)?),
            breaker: Breaker::default(),
            standing: Cache::builder()
                .time_to_live(REMEMBERED)
                .max_capacity(1)
                .build(),
        }))
    }

    /// What the names of its indexes begin with.
    #[must_use]
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// The name of the index of a language.
    #[must_use]
    pub fn index_name(&self, language: LanguageCode) -> String {
        format!("{}_{}", self.prefix, language.code().to_lowercase())
    }

    /// The client that keeps the indexes.
    #[must_use]
    pub const fn client(&self) -> &Client<Http> {
        &self.feeding
    }
}

/// What an error of the server means to whoever asked.
pub(super) fn meaning(error: Error) -> EngineError {
    match error {
        Error::Meilisearch(error) => {
            EngineError::Refused(format!("{} ({})", error.error_message, code(&error)))
        }
        Error::MeilisearchCommunication(error) if error.status_code < 500 => {
            EngineError::Refused(format!("status {}", error.status_code))
        }
        Error::MeilisearchCommunication(error) => {
            EngineError::Away(format!("status {}", error.status_code))
        }
        Error::ParseError(error) => EngineError::Refused(format!("its answer is none: {error}")),
        error => EngineError::Away(whole(&error)),
    }
}

/// The code of an error, as the server names it.
fn code(error: &meilisearch_sdk::errors::MeilisearchError) -> String {
    serde_json::to_value(&error.error_code)
        .ok()
        .and_then(|value| value.as_str().map(str::to_owned))
        .unwrap_or_default()
}

/// An error with what caused it.
fn whole(error: &dyn std::error::Error) -> String {
    let mut said = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        said = format!("{said}: {error}");
        cause = error.source();
    }
    said
}
