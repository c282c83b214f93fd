//! What finds products.

use super::ask::Ask;
use super::found::Found;
use crate::domains::shop::InContext;
use crate::platform::db::DbError;
use futures_util::future::BoxFuture;

/// Finds products.
pub trait Engine: Send + Sync {
    /// Its name in answers, logs and metrics.
    fn name(&self) -> &'static str;

    /// Finds what is asked for, as far as the reader's market sees it.
    ///
    /// # Errors
    /// See [`EngineError`].
    fn find<'a>(
        &'a self,
        ask: &'a Ask,
        context: &'a InContext,
    ) -> BoxFuture<'a, Result<Found, EngineError>>;

    /// Texts of searches that begin with `text` and find something, the best first: at most `limit`, none that equals `text`.
    ///
    /// # Errors
    /// See [`EngineError`].
    fn complete<'a>(
        &'a self,
        text: &'a str,
        limit: usize,
        context: &'a InContext,
    ) -> BoxFuture<'a, Result<Vec<String>, EngineError>>;
}

/// Why an engine found nothing out.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The database.
    #[error(transparent)]
    Database(#[from] DbError),
    /// It did not answer in time, or not at all.
    #[error("the search engine does not answer: {0}")]
    Away(String),
    /// It did not answer in time what is much to ask of it: whoever asks for less may be answered.
    #[error("the search engine takes too long for so much at once")]
    Late,
    /// PostgreSQL does this better, or alone.
    #[error("this is PostgreSQL's to find")]
    NotMine,
    /// It answered that it will not.
    #[error("the search engine refuses: {0}")]
    Refused(String),
}
