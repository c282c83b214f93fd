//! Tasks of the server, which it does one after the other.

use crate::domains::search::engine::EngineError;
use crate::domains::search::meilisearch::http::Http;
use crate::domains::search::meilisearch::{code, meaning};
use meilisearch_sdk::client::Client;
use meilisearch_sdk::errors::ErrorType;
use meilisearch_sdk::task_info::TaskInfo;
use meilisearch_sdk::tasks::Task;
use std::time::{Duration, Instant};

/// How often it is looked whether a task is done: at first, and after a while.
const LOOKS: (Duration, Duration) = (Duration::from_millis(5), Duration::from_millis(250));

/// How long a task may take. Whoever waits longer begins anew, which does no harm.
const LONGEST: Duration = Duration::from_secs(30 * 60);

/// How a task ended.
pub(super) enum Ended {
    Done,
    /// Its input was refused.
    Refused(String),
    /// The server failed at it.
    Failed(String),
}

/// Waits for a task that must succeed.
pub(super) async fn finish(client: &Client<Http>, task: &TaskInfo) -> Result<(), EngineError> {
    match wait(client, task).await? {
        Ended::Done => Ok(()),
        Ended::Refused(why) => Err(EngineError::Refused(why)),
        Ended::Failed(why) => Err(EngineError::Away(why)),
    }
}

/// Waits for a task.
pub(super) async fn wait(client: &Client<Http>, task: &TaskInfo) -> Result<Ended, EngineError> {
    let (began, mut pause) = (Instant::now(), LOOKS.0);
    while began.elapsed() < LONGEST {
        tokio::time::sleep(pause).await;
        pause = (pause * 3 / 2).min(LOOKS.1);
        match client.get_task(task).await.map_err(meaning)? {
            Task::Enqueued { .. } | Task::Processing { .. } => {}
            Task::Succeeded { .. } => return Ok(Ended::Done),
            Task::Failed { content } if content.error.error_type == ErrorType::InvalidRequest => {
                let error = content.error;
                let why = format!("{} ({})", error.error_message, code(&error));
                return Ok(Ended::Refused(why));
            }
            Task::Failed { content } => {
                let error = content.error;
                let why = format!("{} ({})", error.error_message, code(&error));
                return Ok(Ended::Failed(why));
            }
        }
    }
    Err(EngineError::Away("a task is not done in time".to_owned()))
}
