//! The pool of connections, and the count of what each request asks of it.

use super::Server;
use crate::platform::telemetry::metrics;
use crate::platform::telemetry::spans::{Trail, What, text_of};
use ::metrics::Counter;
use deadpool::managed::{Hook, HookError};
use diesel::connection::{Instrumentation, InstrumentationEvent};
use diesel_async::pooled_connection::deadpool::{Object, Pool};
use diesel_async::pooled_connection::{
    AsyncDieselConnectionManager, ManagerConfig, PoolableConnection, RecyclingMethod,
};
use diesel_async::{AsyncConnection, AsyncPgConnection};
use futures_util::FutureExt;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant, SystemTime};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// A connection, as statements want it.
pub type Conn = AsyncPgConnection;

/// A connection lent by the pool.
///
/// Given back while a statement runs (the request was cancelled, or ran out of time), it is not lent again: the next borrower
/// would wait for that statement. PostgreSQL is told to stop it. So is one in the middle of a transaction: the pool would look at it
/// only when somebody wants one, and until then its locks would stand. It is closed, and PostgreSQL takes back what was begun.
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
        let Some(mut conn) = self.conn.take() else {
            return;
        };
        let runs = self.running.load(Ordering::Relaxed) != 0;
        // An open transaction, one whose end is not known, or a connection that is lost.
        if !runs && !conn.is_broken() {
            return;
        }
        let conn = Object::take(conn);
        if !runs {
            return;
        }
        let token = conn.cancel_token();
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move { token.cancel_query(tokio_postgres::NoTls).await });
        }
    }
}

/// Counts the statements of a request, and knows whether one runs on this connection.
struct Watch {
    count: StatementCount,
    sent: Counter,
    running: Arc<AtomicU32>,
    /// When the one that runs began.
    began: Option<Instant>,
    /// The same for the request's trace, with its text.
    traced: Option<(SystemTime, String)>,
}

impl Watch {
    fn finish(&mut self, failed: bool) {
        if let Some(began) = self.began.take() {
            metrics().statement(failed, began.elapsed());
        }
        if let (Some(trail), Some((began, text))) = (&self.count.trail, self.traced.take()) {
            trail.add(began, What::Statement { text, failed });
        }
    }
}

impl Instrumentation for Watch {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        match event {
            InstrumentationEvent::StartQuery { query, .. } => {
                self.count.sent.fetch_add(1, Ordering::Relaxed);
                self.sent.increment(1);
                self.running.store(1, Ordering::Relaxed);
                self.began = Some(Instant::now());
                if self.count.trail.is_some() {
                    self.traced = Some((SystemTime::now(), text_of(query)));
                }
            }
            InstrumentationEvent::FinishQuery { error, .. } => {
                self.running.store(0, Ordering::Relaxed);
                self.finish(error.is_some());
            }
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

/// How many statements a request has sent, and which when they are traced; shared by all that serve it.
#[derive(Debug, Clone, Default)]
pub struct StatementCount {
    sent: Arc<AtomicU32>,
    trail: Option<Arc<Trail>>,
}

impl StatementCount {
    /// Counts into `counter`.
    #[must_use]
    pub fn into_counter(counter: Arc<AtomicU32>) -> Self {
        Self {
            sent: counter,
            trail: None,
        }
    }

    /// The same, remembering in `trail` what is done, when there is one.
    #[must_use]
    pub fn traced(self, trail: Option<Arc<Trail>>) -> Self {
        Self { trail, ..self }
    }

    /// Statements so far.
    #[must_use]
    pub fn get(&self) -> u32 {
        self.sent.load(Ordering::Relaxed)
    }
}

/// The database as one request sees it: a pool, and the count of this request's statements.
#[derive(Clone)]
pub struct Database {
    pool: Pool<AsyncPgConnection>,
    count: StatementCount,
    /// Counts the statements of the program that are sent for the same purpose.
    sent: Counter,
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
            sent: metrics().statements_for("requests"),
            loans: Arc::new(Semaphore::new(size)),
        })
    }

    /// How many connections it has at the most.
    #[must_use]
    pub fn most(&self) -> usize {
        self.pool.status().max_size
    }

    /// The same pool for work that shall not crowd out the rest: `most` connections at a time, and a count of its own.
    #[must_use]
    pub fn apart(&self, most: usize) -> Self {
        Self {
            pool: self.pool.clone(),
            count: StatementCount::default(),
            sent: self.sent.clone(),
            loans: Arc::new(Semaphore::new(most)),
        }
    }

    /// The same, its statements counted by the program as those for this purpose, one of a fixed set.
    #[must_use]
    pub fn used_for(self, purpose: &'static str) -> Self {
        let sent = metrics().statements_for(purpose);
        Self { sent, ..self }
    }

    /// The same pool for another request, with a count of its own.
    #[must_use]
    pub fn counted(&self, count: StatementCount) -> Self {
        Self {
            pool: self.pool.clone(),
            count,
            sent: self.sent.clone(),
            loans: Arc::new(Semaphore::new(MOST_LOANS)),
        }
    }

    /// What is remembered of the request that this is counted for, when it is traced.
    #[must_use]
    pub const fn trail(&self) -> Option<&Arc<Trail>> {
        self.count.trail.as_ref()
    }

    /// Connections that are used and idle, how many there may be, and who waits for one.
    #[must_use]
    pub fn in_use(&self) -> [usize; 4] {
        let status = self.pool.status();
        let used = status.size.saturating_sub(status.available);
        [used, status.available, status.max_size, status.waiting]
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
        let asked = Instant::now();
        let lent = self.pool.get().await;
        metrics().lent(lent.is_ok(), asked.elapsed());
        let mut conn = lent.map_err(|error| DbError::Unreachable(error.to_string()))?;
        let running = Arc::default();
        conn.set_instrumentation(Watch {
            count: self.count.clone(),
            sent: self.sent.clone(),
            running: Arc::clone(&running),
            began: None,
            traced: None,
        });
        Ok(Loan {
            conn: Some(conn),
            running,
            _permit: permit,
        })
    }
}
