//! Connections to PostgreSQL, as many as the measured server has, and what is prepared on each.

use lilium::config::usual_pool;
use std::collections::HashMap;
use std::ops::{Deref, DerefMut};
use std::sync::{Mutex, PoisonError};
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio_postgres::{Client, NoTls, Statement};

/// What the measured server asks of the planner, too: a plan for each statement once, along the indexes. It is the best for these
/// statements, and the plan shall not be what is compared.
const PLANNER: &str = "-c statement_timeout=10000 -c jit=off -c plan_cache_mode=force_generic_plan -c enable_hashjoin=off \
                       -c enable_mergejoin=off -c random_page_cost=1 -c max_parallel_workers_per_gather=0";

/// Connections that are lent.
pub struct Pool {
    free: Mutex<Vec<Db>>,
    turns: Semaphore,
}

/// A connection with its statements.
pub struct Db {
    /// The connection.
    pub client: Client,
    prepared: HashMap<(&'static str, usize), Statement>,
}

/// A connection until it is forgotten.
pub struct Lent<'a> {
    pool: &'a Pool,
    db: Option<Db>,
    _turn: SemaphorePermit<'a>,
}

impl Pool {
    /// Connects to the database of an address.
    pub async fn open(url: &str) -> Self {
        // As `DATABASE_POOL` has it by default.
        let size = usual_pool();
        let mut free = Vec::with_capacity(size);
        for _ in 0..size {
            free.push(Db {
                client: connect(url).await,
                prepared: HashMap::new(),
            });
        }
        Self {
            free: Mutex::new(free),
            turns: Semaphore::new(size),
        }
    }

    /// A connection that nobody else has.
    pub async fn lend(&self) -> Lent<'_> {
        let turn = self.turns.acquire().await.unwrap();
        let mut free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        Lent {
            pool: self,
            db: free.pop(),
            _turn: turn,
        }
    }
}

/// A connection as the pool has them.
pub async fn connect(url: &str) -> Client {
    let mut config: tokio_postgres::Config = url.parse().unwrap();
    config
        .options(PLANNER)
        .application_name("lilium bench limit");
    let (client, connection) = config.connect(NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

impl Db {
    /// The statement of this name and variant, prepared once on this connection.
    pub async fn prepared(
        &mut self,
        name: (&'static str, usize),
        text: impl FnOnce() -> String,
    ) -> Statement {
        if let Some(statement) = self.prepared.get(&name) {
            return statement.clone();
        }
        let statement = self.client.prepare(&text()).await.unwrap();
        self.prepared.insert(name, statement.clone());
        statement
    }
}

impl Deref for Lent<'_> {
    type Target = Db;

    fn deref(&self) -> &Db {
        self.db.as_ref().unwrap()
    }
}

impl DerefMut for Lent<'_> {
    fn deref_mut(&mut self) -> &mut Db {
        self.db.as_mut().unwrap()
    }
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        let mut free = self
            .pool
            .free
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        free.extend(self.db.take());
    }
}
