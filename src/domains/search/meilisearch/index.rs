//! What is done with an index as a whole: its documents, its settings, its place.

use super::document::Document;
use super::http::Http;
use super::settings::CUTOFF;
use super::{Meilisearch, code, meaning};
use crate::domains::search::engine::EngineError;
use crate::platform::telemetry::metrics;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use meilisearch_sdk::client::{Client, SwapIndexes};
use meilisearch_sdk::documents::DocumentsQuery;
use meilisearch_sdk::errors::{Error, ErrorCode, ErrorType};
use meilisearch_sdk::settings::Settings;
use meilisearch_sdk::task_info::TaskInfo;
use meilisearch_sdk::tasks::Task;
use serde_json::{Map, Value};
use std::time::{Duration, Instant};
use uuid::Uuid;

/// How often it is looked whether a task is done: at first, and after a while.
const LOOKS: (Duration, Duration) = (Duration::from_millis(5), Duration::from_millis(250));

/// How long a task may take. Whoever waits longer begins anew, which does no harm.
const LONGEST: Duration = Duration::from_secs(30 * 60);

/// Documents that the server refused, each with what it said.
pub type Taken = Vec<(Uuid, String)>;

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

    /// Puts documents into it and waits until they are there. A document that the server refuses is left out and told.
    ///
    /// # Errors
    /// When the server does not answer, or fails whatever it is given.
    pub async fn put(&self, documents: &[Document]) -> Result<Taken, EngineError> {
        match self.send(documents).await? {
            Sent::On(task) => self.end(task, documents).await,
            Sent::Refused(why) => self.halves(documents, why).await,
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
    ) -> Result<Taken, EngineError> {
        let Some(task) = task else {
            return Ok(Vec::new());
        };
        match wait(self.client, &task).await? {
            None => Ok(Vec::new()),
            Some(why) => self.halves(documents, why).await,
        }
    }

    /// Finds those that are refused among documents of which one is.
    fn halves<'a>(
        &'a self,
        documents: &'a [Document],
        why: String,
    ) -> BoxFuture<'a, Result<Taken, EngineError>> {
        async move {
            if let [one] = documents {
                return Ok(vec![(one.id, why)]);
            }
            let (first, second) = documents.split_at(documents.len() / 2);
            let mut refused = self.put(first).await?;
            refused.extend(self.put(second).await?);
            Ok(refused)
        }
        .boxed()
    }

    /// Takes documents out of it, and waits until they are gone.
    ///
    /// # Errors
    /// When the server does not answer, or refuses.
    pub async fn remove(&self, ids: &[Uuid]) -> Result<(), EngineError> {
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
        let id = |document: Map<String, Value>| Some(document.get("id")?.as_str()?.to_owned());
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

/// Waits for a task that must succeed.
async fn finish(client: &Client<Http>, task: &TaskInfo) -> Result<(), EngineError> {
    match wait(client, task).await? {
        None => Ok(()),
        Some(why) => Err(EngineError::Refused(why)),
    }
}

/// Waits for a task: why its input was refused, if it was.
async fn wait(client: &Client<Http>, task: &TaskInfo) -> Result<Option<String>, EngineError> {
    let (began, mut pause) = (Instant::now(), LOOKS.0);
    while began.elapsed() < LONGEST {
        tokio::time::sleep(pause).await;
        pause = (pause * 3 / 2).min(LOOKS.1);
        match client.get_task(task).await.map_err(meaning)? {
            Task::Enqueued { .. } | Task::Processing { .. } => {}
            Task::Succeeded { .. } => return Ok(None),
            Task::Failed { content } if content.error.error_type == ErrorType::InvalidRequest => {
                let error = content.error;
                return Ok(Some(format!("{} ({})", error.error_message, code(&error))));
            }
            Task::Failed { content } => return Err(EngineError::Away(content.error.error_message)),
        }
    }
    Err(EngineError::Away("a task is not done in time".to_owned()))
}
