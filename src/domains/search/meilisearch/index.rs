//! What is done with an index as a whole: its documents, its settings, its place.

mod task;

use super::document::Document;
use super::http::Http;
use super::settings::CUTOFF;
use super::{Meilisearch, code, meaning};
use crate::domains::search::engine::EngineError;
use crate::graphql::codes::LanguageCode;
use crate::platform::telemetry::metrics;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use meilisearch_sdk::client::{Client, SwapIndexes};
use meilisearch_sdk::documents::DocumentsQuery;
use meilisearch_sdk::errors::{Error, ErrorCode, ErrorType};
use meilisearch_sdk::indexes::IndexesQuery;
use meilisearch_sdk::settings::Settings;
use meilisearch_sdk::task_info::TaskInfo;
use serde_json::{Map, Value};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use task::{Ended, finish, wait};
use uuid::Uuid;

/// Indexes of a server that are looked at.
const MOST_INDEXES: usize = 1_000;

/// Documents that the server refused, each with what it said.
pub type Taken = Vec<(Uuid, String)>;

/// Why documents could not be put into an index.
#[derive(Debug, thiserror::Error)]
pub enum Halted {
    /// The server does not answer, or will not.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// It took the documents, and failed at them: whether at one of them or at anything is not known.
    #[error("the search engine fails: {0}")]
    Failed(String),
}

/// Looking for the documents that a server fails at, among many at which it does.
#[derive(Debug, Default)]
struct Hunt {
    failed: AtomicUsize,
    any: AtomicBool,
}

/// A server that failed at so many single documents, and took none, fails at everything.
const HOPELESS: usize = 8;

impl Hunt {
    fn is_hopeless(&self) -> bool {
        self.failed.load(Ordering::Relaxed) >= HOPELESS && !self.any.load(Ordering::Relaxed)
    }
}

/// An index on the server.
pub struct Index<'a> {
    client: &'a Client<Http>,
    name: String,
}

impl Meilisearch {
    /// The index of this name.
    #[must_use]
    pub fn index(&self, name: String) -> Index<'_> {
        Index {
            client: &self.feeding,
            name,
        }
    }

    /// Puts the first of each pair of indexes in the place of the second, and the other way round, all at once.
    ///
    /// # Errors
    /// When the server does not answer, or refuses.
    pub async fn swap(&self, pairs: Vec<(String, String)>) -> Result<(), EngineError> {
        let Some((new, live)) = pairs.first().cloned() else {
            return Ok(());
        };
        let made = self.made(&new).await?;
        let swaps: Vec<SwapIndexes> = pairs
            .into_iter()
            .map(|indexes| SwapIndexes {
                indexes,
                rename: None,
            })
            .collect();
        self.feeding.swap_indexes(&swaps).await.map_err(meaning)?;
        // A key that holds for some indexes only is not told what becomes of a swap. Tasks are done in their order: what comes after
        // it is done after it, and when an index was made goes along with it.
        let after = Settings::new().with_search_cutoff(CUTOFF);
        let task = self.feeding.index(&live).set_settings(&after).await;
        finish(&self.feeding, &task.map_err(meaning)?).await?;
        if made.is_some() && self.made(&live).await? == made {
            return Ok(());
        }
        Err(EngineError::Refused(
            "the indexes were not swapped".to_owned(),
        ))
    }

    /// The indexes on the server whose names are of this shop, whether or not it uses them: those of any language, and those that were being
    /// built.
    ///
    /// # Errors
    /// When the server does not answer, or refuses.
    pub async fn own_indexes(&self) -> Result<Vec<String>, EngineError> {
        let mut query = IndexesQuery::new(&self.feeding);
        query.with_limit(MOST_INDEXES);
        let all = self.feeding.list_all_indexes_with(&query).await;
        let names = all.map_err(meaning)?.results.into_iter().map(|it| it.uid);
        Ok(names.filter(|name| self.is_own(name)).collect())
    }

    /// Whether a name is one that this shop gives. Another one's prefix may begin with this one's.
    fn is_own(&self, name: &str) -> bool {
        let rest = name.strip_prefix(self.prefix());
        let rest = rest.and_then(|rest| rest.strip_prefix('_'));
        rest.map(|rest| rest.strip_suffix("_new").unwrap_or(rest))
            .is_some_and(|code| LanguageCode::from_code(&code.to_uppercase()).is_some())
    }

    /// When an index was made.
    async fn made(&self, name: &str) -> Result<Option<String>, EngineError> {
        let index = self.feeding.get_index(name).await.map_err(meaning)?;
        Ok(index.created_at.map(|at| at.to_string()))
    }
}

impl Index<'_> {
    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    fn handle(&self) -> meilisearch_sdk::indexes::Index<Http> {
        self.client.index(&self.name)
    }

    /// How many documents it has; none when it is not there.
    ///
    /// # Errors
    /// When the server does not answer, or refuses.
    pub async fn count(&self) -> Result<Option<usize>, EngineError> {
        match self.handle().get_stats().await {
            Ok(stats) => Ok(Some(stats.number_of_documents)),
            Err(error) if is_missing(&error) => Ok(None),
            Err(error) => Err(meaning(error)),
        }
    }

    /// Makes it, without documents; one of this name is thrown away.
    ///
    /// # Errors
    /// When the server does not answer, or refuses.
    pub async fn make(&self, settings: &Settings) -> Result<(), EngineError> {
        self.drop().await?;
        let task = self.client.create_index(&self.name, Some("id"));
        finish(self.client, &task.await.map_err(meaning)?).await?;
        self.tell(settings).await
    }

    /// Throws it away, if it is there.
    ///
    /// # Errors
    /// When the server does not answer, or refuses.
    pub async fn drop(&self) -> Result<(), EngineError> {
        if self.count().await?.is_none() {
            return Ok(());
        }
        let task = self
            .client
            .delete_index(&self.name)
            .await
            .map_err(meaning)?;
        finish(self.client, &task).await
    }

    /// Gives it settings.
    ///
    /// # Errors
    /// When the server does not answer, or refuses.
    pub async fn tell(&self, settings: &Settings) -> Result<(), EngineError> {
        let task = self
            .handle()
            .set_settings(settings)
            .await
            .map_err(meaning)?;
        finish(self.client, &task).await
    }

    /// Puts documents into it and waits until they are there. A document that the server refuses is left out and told; so is one that it
    /// fails at, when it `hunts` for these.
    ///
    /// # Errors
    /// When the server does not answer, or fails whatever it is given.
    pub async fn put(&self, documents: &[Document], hunts: bool) -> Result<Taken, Halted> {
        let hunt = hunts.then(Hunt::default);
        let sent = self.send(documents).await?;
        self.ended(sent, documents, hunt.as_ref()).await
    }

    async fn ended(
        &self,
        sent: Sent,
        documents: &[Document],
        hunt: Option<&Hunt>,
    ) -> Result<Taken, Halted> {
        match sent {
            Sent::On(task) => self.end_some(task, documents, hunt).await,
            Sent::Refused(why) => self.halves(documents, why, hunt).await,
        }
    }

    /// Sends documents without waiting until they are there: for [`Index::end`].
    ///
    /// # Errors
    /// When the server does not answer.
    pub async fn send(&self, documents: &[Document]) -> Result<Sent, EngineError> {
        if documents.is_empty() {
            return Ok(Sent::On(None));
        }
        match self.handle().add_or_replace(documents, Some("id")).await {
            Ok(task) => {
                metrics()
                    .search_fed
                    .increment(documents.len().try_into().unwrap_or_default());
                Ok(Sent::On(Some(task)))
            }
            Err(Error::Meilisearch(error)) if error.error_type == ErrorType::InvalidRequest => Ok(
                Sent::Refused(format!("{} ({})", error.error_message, code(&error))),
            ),
            Err(Error::MeilisearchCommunication(error)) if error.status_code == 413 => {
                Ok(Sent::Refused("it is too large".to_owned()))
            }
            Err(error) => Err(meaning(error)),
        }
    }

    /// Waits until documents that were sent are there; which of them the server refused.
    ///
    /// # Errors
    /// As [`Index::put`].
    pub async fn end(
        &self,
        task: Option<TaskInfo>,
        documents: &[Document],
        hunts: bool,
    ) -> Result<Taken, Halted> {
        let hunt = hunts.then(Hunt::default);
        self.end_some(task, documents, hunt.as_ref()).await
    }

    async fn end_some(
        &self,
        task: Option<TaskInfo>,
        documents: &[Document],
        hunt: Option<&Hunt>,
    ) -> Result<Taken, Halted> {
        let Some(task) = task else {
            return Ok(Vec::new());
        };
        match (wait(self.client, &task).await?, hunt) {
            (Ended::Done, hunt) => {
                if let Some(hunt) = hunt {
                    hunt.any.store(true, Ordering::Relaxed);
                }
                Ok(Vec::new())
            }
            (Ended::Refused(why), hunt) => self.halves(documents, why, hunt).await,
            (Ended::Failed(why), None) => Err(Halted::Failed(why)),
            (Ended::Failed(why), Some(hunt)) => {
                if documents.len() == 1 {
                    hunt.failed.fetch_add(1, Ordering::Relaxed);
                }
                if hunt.is_hopeless() {
                    return Err(Halted::Failed(why));
                }
                self.halves(documents, why, Some(hunt)).await
            }
        }
    }

    /// Finds those that are not taken among documents of which one is not.
    fn halves<'a>(
        &'a self,
        documents: &'a [Document],
        why: String,
        hunt: Option<&'a Hunt>,
    ) -> BoxFuture<'a, Result<Taken, Halted>> {
        async move {
            if let [one] = documents {
                return Ok(vec![(one.id, why)]);
            }
            let (first, second) = documents.split_at(documents.len() / 2);
            let (early, late) = (self.send(first).await?, self.send(second).await?);
            // Those that it fails at may stand beside each other, all of them before any that it takes.
            if let (Some(hunt), Sent::On(Some(task))) = (hunt, &late)
                && matches!(wait(self.client, task).await?, Ended::Done)
            {
                hunt.any.store(true, Ordering::Relaxed);
            }
            let mut refused = self.ended(early, first, hunt).await?;
            refused.extend(self.ended(late, second, hunt).await?);
            Ok(refused)
        }
        .boxed()
    }

    /// Takes documents out of it, and waits until they are gone.
    ///
    /// # Errors
    /// When the server does not answer, or refuses.
    pub async fn remove(&self, ids: &[String]) -> Result<(), EngineError> {
        if ids.is_empty() {
            return Ok(());
        }
        let task = self.handle().delete_documents(ids).await.map_err(meaning)?;
        finish(self.client, &task).await
    }

    /// The documents of these ids, as the server has them.
    ///
    /// # Errors
    /// When the server does not answer, or refuses.
    pub async fn of_ids(&self, ids: &[Uuid]) -> Result<Vec<Map<String, Value>>, EngineError> {
        let handle = self.handle();
        let ids: Vec<String> = ids.iter().map(Uuid::to_string).collect();
        let mut query = DocumentsQuery::new(&handle);
        query.ids = Some(ids.iter().map(String::as_str).collect());
        query.limit = Some(ids.len());
        let found = handle.get_documents_with(&query).await.map_err(meaning)?;
        Ok(found.results)
    }

    /// The ids of its documents from a place on.
    ///
    /// # Errors
    /// When the server does not answer, or refuses.
    pub async fn ids(&self, offset: usize, limit: usize) -> Result<Vec<String>, EngineError> {
        let handle = self.handle();
        let mut query = DocumentsQuery::new(&handle);
        query
            .with_offset(offset)
            .with_limit(limit)
            .with_fields(["id"]);
        let found = handle.get_documents_with::<Map<String, Value>>(&query);
        let id = |document: Map<String, Value>| match document.get("id")? {
            Value::String(id) => Some(id.clone()),
            number => Some(number.to_string()),
        };
        let found = found.await.map_err(meaning)?.results;
        Ok(found.into_iter().filter_map(id).collect())
    }
}

/// What came of sending documents.
pub enum Sent {
    /// The server takes them, one after the other with what it was sent before; nothing when there were none.
    On(Option<TaskInfo>),
    /// It refused one of them at once, and took none.
    Refused(String),
}

fn is_missing(error: &Error) -> bool {
    matches!(error, Error::Meilisearch(error) if error.error_code == ErrorCode::IndexNotFound)
}
