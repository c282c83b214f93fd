//! A change of the database: one transaction, tried again when it lost to another one.

use super::{Conn, Database, DbError};
use crate::platform::chance;
use diesel_async::{
    AnsiTransactionManager as Transactions, SimpleAsyncConnection, TransactionManager,
};
use std::time::Duration;
use tokio::time::Instant;

/// What a person does, as one transaction. It is run again after a deadlock or a lost connection, so that it must not change
/// anything but through `conn`. A connection may be lost when the commit was made and its answer was not heard: a change that must
/// not happen twice asks for its idempotency key first, or makes its ids before and looks for them.
pub trait Change: Send + Sync {
    /// What came of it.
    type Done: Send;
    /// Why it was refused; nothing was changed then.
    type Refusal: Refusal;

    /// How long all tries together may take: as long as somebody waits for an answer, or [`UNATTENDED`].
    const LONGEST: Duration = ANSWERED;

    /// Checks, changes, and tells what happened.
    fn run(
        &self,
        conn: &mut Conn,
    ) -> impl Future<Output = Result<Self::Done, Self::Refusal>> + Send;
}

/// Why a change was refused; among other things, because the database failed.
pub trait Refusal: From<DbError> + From<diesel::result::Error> + Send {
    /// The fault of the database, when it is one.
    fn fault(&self) -> Option<&DbError>;
}

impl Refusal for DbError {
    fn fault(&self) -> Option<&DbError> {
        Some(self)
    }
}

/// How a change begins. One that waits longer for what another transaction has locked is refused: whoever asked tries again. What is only
/// read waits as long as a statement may.
const BEGIN: &str = "BEGIN; SET LOCAL lock_timeout = 2000";

/// How often a change is tried.
const MOST_TRIES: u32 = 5;

/// How long a change may take that somebody waits for: less than the thirty seconds of an operation, so that they are told. PostgreSQL
/// ends each statement after ten seconds; when it does not, nobody is there who will, though the connection stands: then the connection
/// is given up, so that no change holds one for good.
const ANSWERED: Duration = Duration::from_secs(25);

/// The same for what nobody waits for: a portion of many rows, whose statements may take ten seconds each one after the other.
pub const UNATTENDED: Duration = Duration::from_secs(120);

impl Database {
    /// Makes `change` in a transaction of its own.
    ///
    /// # Errors
    /// Whatever the change says; a fault of the database that does not go away when it is tried again.
    pub async fn make<C: Change>(&self, change: &C) -> Result<C::Done, C::Refusal> {
        let end = Instant::now() + C::LONGEST;
        let mut tries = 1;
        loop {
            let silent = |_| Err(DbError::Unreachable(SILENT.to_owned()).into());
            let attempt = tokio::time::timeout_at(end, self.attempt(change));
            let outcome = attempt.await.unwrap_or_else(silent);
            let next = Instant::now() + pause(tries);
            match outcome {
                Err(refusal)
                    if tries < MOST_TRIES
                        && next < end
                        && refusal.fault().is_some_and(DbError::is_passing) =>
                {
                    tracing::debug!(tries, "a transaction is tried again");
                    tokio::time::sleep_until(next).await;
                    tries += 1;
                }
                outcome => return outcome,
            }
        }
    }

    async fn attempt<C: Change>(&self, change: &C) -> Result<C::Done, C::Refusal> {
        let mut conn = self.get().await?;
        if let Err(error) = Transactions::begin_transaction_sql(&mut *conn, BEGIN).await {
            // The transaction stands where only what came behind its `BEGIN` failed. Nobody else shall be lent it.
            let _ = conn.batch_execute("ROLLBACK").await;
            return Err(error.into());
        }
        match change.run(&mut conn).await {
            Ok(done) => {
                Transactions::commit_transaction(&mut *conn).await?;
                Ok(done)
            }
            Err(refusal) => match Transactions::rollback_transaction(&mut *conn).await {
                // A connection that broke has nothing to take back: why the change failed says more.
                Ok(()) | Err(diesel::result::Error::BrokenTransactionManager) => Err(refusal),
                Err(error) => Err(error.into()),
            },
        }
    }
}

/// What came of a try that was given up may be a commit: whoever asks with the same key is told.
const SILENT: &str = "a change was not answered in time";

/// Longer each time, and never the same for two who met.
fn pause(tries: u32) -> Duration {
    Duration::from_millis((1 << tries) * 5) + chance::up_to(Duration::from_millis(32))
}

/// What a lost connection says: the driver, when it is closed or breaks, when its task is gone, and the server, when it ends it.
const LOST: [&str; 4] = [
    "connection closed",
    "error communicating with the server",
    "channel closed",
    "terminating connection",
];

/// Whether a statement that failed may succeed at once.
fn passes(error: &diesel::result::Error) -> bool {
    use diesel::result::{DatabaseErrorKind as Kind, Error};
    let says = |message: &str, texts: &[&str]| texts.iter().any(|text| message.contains(text));
    match error {
        Error::DatabaseError(Kind::SerializationFailure, _) | Error::BrokenTransactionManager => {
            true
        }
        // The kind of everything that the driver says itself: of a lost connection, and of values that cannot be sent.
        Error::DatabaseError(Kind::UnableToSendCommand, about) => says(about.message(), &LOST),
        // Without a kind of its own; the server says it in the language of its `lc_messages`.
        Error::DatabaseError(Kind::Unknown, about) => {
            says(about.message(), &LOST) || says(about.message(), &["deadlock detected"])
        }
        Error::RollbackErrorOnCommit { commit_error, .. } => passes(commit_error),
        _ => false,
    }
}

impl DbError {
    /// Whether the same change may succeed when it is tried again at once: it lost to another transaction, or its connection
    /// broke. Diesel tells the kinds apart by their messages only.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Unreachable(_) => false,
            Self::Query(error) => passes(error),
        }
    }

    /// Whether another transaction held a row for too long.
    #[must_use]
    pub fn is_lock_timeout(&self) -> bool {
        matches!(self, Self::Query(diesel::result::Error::DatabaseError(_, about)) if about.message().contains("lock timeout"))
    }

    /// The constraint that was violated, by its name.
    #[must_use]
    pub fn constraint(&self) -> Option<&str> {
        match self {
            Self::Query(diesel::result::Error::DatabaseError(_, about)) => about.constraint_name(),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::DbError;
    use diesel::result::{DatabaseErrorKind as Kind, Error};

    fn said(kind: Kind, message: &str) -> Error {
        Error::DatabaseError(kind, Box::new(message.to_owned()))
    }

    #[test]
    fn a_lost_connection_passes_and_a_wrong_value_does_not() {
        for (kind, message, passes) in [
            (Kind::UnableToSendCommand, "connection closed", true),
            (
                Kind::UnableToSendCommand,
                "error communicating with the server: Broken pipe",
                true,
            ),
            (Kind::UnableToSendCommand, "channel closed", true),
            (
                Kind::UnableToSendCommand,
                "error serializing parameter 0",
                false,
            ),
            (
                Kind::Unknown,
                "terminating connection due to administrator command",
                true,
            ),
            (Kind::Unknown, "deadlock detected", true),
            (
                Kind::Unknown,
                "canceling statement due to lock timeout",
                false,
            ),
            (Kind::SerializationFailure, "", true),
            (Kind::UniqueViolation, "connection closed", false),
        ] {
            let error = DbError::Query(said(kind, message));
            assert_eq!(error.is_passing(), passes, "{message}");
        }
        let commit = Error::RollbackErrorOnCommit {
            rollback_error: Box::new(Error::BrokenTransactionManager),
            commit_error: Box::new(said(Kind::UnableToSendCommand, "connection closed")),
        };
        assert!(DbError::Query(commit).is_passing());
        assert!(!DbError::Query(Error::NotFound).is_passing());
        assert!(!DbError::Unreachable("connection closed".to_owned()).is_passing());
    }
}
