//! Connections of the pool: what is given back half way is not lent again, and leaves nothing locked.

use crate::buying::until;
use crate::support::{Contents, database};
use diesel::QueryableByName;
use diesel::result::Error;
use diesel::sql_types::Integer;
use diesel_async::RunQueryDsl;
use lilium::platform::db::{Change, Conn, Database, DbError, Server, Statement};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};
use tokio::sync::Notify;
use tokio_postgres::Client;

/// How soon PostgreSQL has noticed, on a busy machine: well before it would end such a session by itself, which it does after thirty
/// seconds.
const SOON: Duration = Duration::from_secs(12);

#[derive(QueryableByName)]
struct Session {
    #[diesel(sql_type = Integer)]
    pid: i32,
}

async fn session(database: &Database) -> i32 {
    let mut conn = database.get().await.unwrap();
    let text = Statement::new("SELECT pg_backend_pid() AS pid");
    let session: Session = text.get_result(&mut *conn).await.unwrap();
    session.pid
}

/// Takes a lock of its transaction, and comes to no end: between two statements, or within one.
struct Stuck {
    within: bool,
    locked: Notify,
}

impl Change for Stuck {
    type Done = ();
    type Refusal = DbError;

    async fn run(&self, conn: &mut Conn) -> Result<(), DbError> {
        let lock = "SELECT pg_advisory_xact_lock(74000, 1)";
        Statement::new(lock).execute(conn).await?;
        self.locked.notify_one();
        if self.within {
            let sleep = "SELECT pg_sleep(60)";
            Statement::new(sleep).execute(conn).await?;
        }
        std::future::pending().await
    }
}

/// Waits until somebody else can have the lock.
async fn is_free(sql: &Client) {
    let begin = Instant::now();
    let free = "SELECT pg_try_advisory_lock(74000, 1)";
    while !sql.query_one(free, &[]).await.unwrap().get::<_, bool>(0) {
        assert!(begin.elapsed() < SOON, "the lock stands");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Waits until it has the lock, and its next statement is on its way.
async fn begun(stuck: &Stuck) {
    stuck.locked.notified().await;
    tokio::time::sleep(Duration::from_millis(300)).await;
}

async fn given_up(server: &Server, within: bool) {
    let (database, sql) = (
        Database::connect(server, 1).unwrap(),
        server.client().await.unwrap(),
    );
    let stuck = Stuck {
        within,
        locked: Notify::new(),
    };
    let making = database.make(&stuck);
    tokio::select! {
        _ = making => panic!("it has no end"),
        () = begun(&stuck) => {}
    }
    // Nobody asks for a connection meanwhile: the pool does not look at the one that it got back.
    is_free(&sql).await;
    // The pool lends another one, whose transactions are its own.
    let pid = session(&database).await;
    let others = format!(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid NOT IN ({pid}, pg_backend_pid())
        AND backend_type = 'client backend' AND state <> 'idle'"
    );
    // Nobody is at work for somebody who has gone.
    until(&sql, &others, 0, SOON).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_given_back_in_a_transaction_is_closed_at_once() {
    given_up(&database(Contents::Bare).await, false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_given_back_while_a_statement_of_a_transaction_runs_is_closed_at_once() {
    given_up(&database(Contents::Bare).await, true).await;
}

/// Is tried, and lost to another transaction, each time after a tenth of a second; the last time it is refused.
#[derive(Default)]
struct Losing {
    tries: AtomicU32,
    refused: bool,
}

impl Losing {
    async fn lose(&self) -> Result<(), DbError> {
        self.tries.fetch_add(1, Ordering::Relaxed);
        tokio::time::sleep(Duration::from_millis(100)).await;
        Err(DbError::Query(match self.refused {
            true => Error::NotFound,
            false => Error::BrokenTransactionManager,
        }))
    }

    fn tries(&self) -> u32 {
        AtomicU32::load(&self.tries, Ordering::Relaxed)
    }
}

impl Change for Losing {
    type Done = ();
    type Refusal = DbError;

    async fn run(&self, _: &mut Conn) -> Result<(), DbError> {
        self.lose().await
    }
}

/// The same, of which somebody has to know soon.
#[derive(Default)]
struct Hurried(Losing);

impl Change for Hurried {
    type Done = ();
    type Refusal = DbError;
    const LONGEST: Duration = Duration::from_millis(150);

    async fn run(&self, _: &mut Conn) -> Result<(), DbError> {
        self.0.lose().await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_given_back_after_its_transaction_is_lent_again() {
    let server = database(Contents::Bare).await;
    let database = Database::connect(&server, 1).unwrap();
    let first = session(&database).await;
    let refused = Losing {
        refused: true,
        ..Losing::default()
    };
    database.make(&refused).await.unwrap_err();
    assert_eq!(refused.tries(), 1);
    assert_eq!(session(&database).await, first);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_bound_of_a_change_is_for_all_tries_together() {
    let database = Database::connect(&database(Contents::Bare).await, 1).unwrap();
    let losing = Losing::default();
    database.make(&losing).await.unwrap_err();
    assert_eq!(losing.tries(), 5);
    // Two would take longer than it may.
    let (hurried, began) = (Hurried::default(), Instant::now());
    let fault = database.make(&hurried).await.unwrap_err();
    assert!(hurried.0.tries() <= 2, "{}", hurried.0.tries());
    assert!(began.elapsed() < Duration::from_secs(5), "{fault}");
    // What was given up half way left nothing behind.
    session(&database).await;
}
