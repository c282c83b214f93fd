//! The pool of connections, and the count of what each request asks of it.

use super::Server;
use deadpool::managed::{Hook, HookError};
use diesel::connection::{Instrumentation, InstrumentationEvent};
use diesel_async::pooled_connection::deadpool::{Object, Pool};
use diesel_async::pooled_connection::{
    AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod,
};
use diesel_async::{AsyncConnection, AsyncPgConnection};
use futures_util::FutureExt;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// A connection, as statements want it.
pub type Conn = AsyncPgConnection;

/// A connection lent by the pool.
///
/// Given back while a statement runs (the request was cancelled, or ran out of time), it is not lent again: the next borrower
/// would wait for that statement. PostgreSQL is told to stop it.
pub struct Loan {
    conn: Option<Object<AsyncPgConnection>>,
    running: Arc<AtomicU32>,
    /// One of the request's own; see [`MOST_LOANS`].
    _permit: OwnedSemaphorePermit,
}

impl Deref for Loan {
    type Target = Conn;

    #[expect(clippy::expect_used, reason = "only drop takes it")]
    fn deref(&self) -> &Conn {
        self.conn.as_ref().expect("a loan has its connection")
    }
}

impl DerefMut for Loan {
    #[expect(clippy::expect_used, reason = "only drop takes it")]
    fn deref_mut(&mut self) -> &mut Conn {
        self.conn.as_mut().expect("a loan has its connection")
    }
}

impl Drop for Loan {
    fn drop(&mut self) {
        let Some(conn) = self.conn.take() else { return };
        if self.running.load(Ordering::Relaxed) == 0 {
            return;
        }
        let conn = Object::take(conn);
        let token = conn.cancel_token();
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move { token.cancel_query(tokio_postgres::NoTls).await });
        }
    }
}

/// Counts the statements of a request, and knows whether one runs on this connection.
struct Watch {
    count: StatementCount,
    running: Arc<AtomicU32>,
}

impl Instrumentation for Watch {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        match event {
            InstrumentationEvent::StartQuery { .. } => {
                self.count.0.fetch_add(1, Ordering::Relaxed);
                self.running.store(1, Ordering::Relaxed);
            }
            InstrumentationEvent::FinishQuery { .. } => self.running.store(0, Ordering::Relaxed),
            _ => {}
        }
    }
}

/// Why the database did not answer.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// No connection was to be had.
    #[error("no connection to the database: {0}")]
    Unreachable(String),
    /// PostgreSQL refused or failed.
    #[error(transparent)]
    Query(#[from] diesel::result::Error),
}

/// How many statements a request has sent; shared by all that serve it.
#[derive(Debug, Clone, Default)]
pub struct StatementCount(Arc<AtomicU32>);

impl StatementCount {
    /// Counts into `counter`.
    #[must_use]
    pub fn into_counter(counter: Arc<AtomicU32>) -> Self {
        Self(counter)
    }

    /// Statements so far.
    #[must_use]
    pub fn get(&self) -> u32 {
        self.0.load(Ordering::Relaxed)
    }
}

/// The database as one request sees it: a pool, and the count of this request's statements.
#[derive(Clone)]
pub struct Database {
    pool: Pool<AsyncPgConnection>,
    count: StatementCount,
    loans: Arc<Semaphore>,
}

/// Connections that one request may hold at a time, so that none takes the whole pool.
const MOST_LOANS: usize = 4;

/// How long a request waits for a connection before it is told that the shop is busy.
const WAIT: Duration = Duration::from_secs(5);

/// A connection is closed after this time, and with it what it kept: prepared statements and what PostgreSQL knows of tables.
const AGE: Duration = Duration::from_secs(30 * 60);

impl Database {
    /// A pool of at most `size` connections; none is opened yet.
    ///
    /// # Errors
    /// When the pool cannot be set up.
    pub fn connect(server: &Server, size: usize) -> Result<Self, DbError> {
        let mut config = ManagerConfig::<AsyncPgConnection>::default();
        // The default asks `SELECT 1` at each loan, which costs a third of the requests.
        config.recycling_method = RecyclingMethod::Fast;
        let server = server.clone();
        config.custom_setup = Box::new(move |_| {
            let server = server.clone();
            async move { server.bounded().await }.boxed()
        });
        let manager =
            AsyncDieselConnectionManager::<AsyncPgConnection>::new_with_config("", config);
        let pool = Pool::builder(manager)
            .max_size(size)
            .wait_timeout(Some(WAIT))
            .create_timeout(Some(WAIT))
            .runtime(deadpool::Runtime::Tokio1)
            .pre_recycle(Hook::sync_fn(|_, metrics| match metrics.age() {
                age if age > AGE => Err(HookError::message("the connection is old")),
                _ => Ok(()),
            }))
            .build()
            .map_err(|error| DbError::Unreachable(error.to_string()))?;
        Ok(Self {
            pool,
            count: StatementCount::default(),
            loans: Arc::new(Semaphore::new(size)),
        })
    }

    /// How many connections it has at the most.
    #[must_use]
    pub fn size(&self) -> usize {
        self.pool.status().max_size
    }

    /// The same pool for work that shall not crowd out the rest: `most` connections at a time, and a count of its own.
    #[must_use]
    pub fn apart(&self, most: usize) -> Self {
        Self {
            pool: self.pool.clone(),
            count: StatementCount::default(),
            loans: Arc::new(Semaphore::new(most)),
        }
    }

    /// The same pool for another request, with a count of its own.
    #[must_use]
    pub fn counted(&self, count: StatementCount) -> Self {
        Self {
            pool: self.pool.clone(),
            count,
            loans: Arc::new(Semaphore::new(MOST_LOANS)),
        }
    }

    /// Lends a connection.
    ///
    /// # Errors
    /// [`DbError::Unreachable`] when none is to be had in time.
    pub async fn get(&self) -> Result<Loan, DbError> {
        let permit = Arc::clone(&self.loans)
            .acquire_owned()
            .await
            .map_err(|error| DbError::Unreachable(error.to_string()))?;
        let mut conn = self
            .pool
            .get()
            .await
            .map_err(|error| DbError::Unreachable(error.to_string()))?;
        let running = Arc::default();
        conn.set_instrumentation(Watch {
            count: self.count.clone(),
            running: Arc::clone(&running),
        });
        Ok(Loan {
            conn: Some(conn),
            running,
            _permit: permit,
        })
    }
}
