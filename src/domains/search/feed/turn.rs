//! Turns that instances take.

use crate::platform::db::Server;
use diesel::ConnectionResult;
use tokio_postgres::Client;

/// What turns are taken at.
#[derive(Debug, Clone, Copy)]
pub(super) enum Work {
    /// Writing to the live indexes.
    Feeding,
    /// Building indexes anew.
    Building,
}

impl Work {
    const fn lock(self) -> i32 {
        match self {
            // 5 is the turn of those who take roles away.
            Self::Feeding => 9,
            Self::Building => 6,
        }
    }
}

/// A connection by which turns are taken. Whoever loses it has lost the turn; no transaction is open meanwhile.
pub(super) struct Line(Client);

impl Line {
    /// Opens it.
    pub async fn at(server: &Server) -> ConnectionResult<Self> {
        server.client().await.map(Self)
    }

    /// Takes the turn if it is free.
    pub async fn try_take(&self, work: Work) -> Result<bool, tokio_postgres::Error> {
        let sql = "SELECT pg_try_advisory_lock(74101, $1)";
        Ok(self.0.query_one(sql, &[&work.lock()]).await?.get(0))
    }

    /// Waits for the turn.
    pub async fn take(&self, work: Work) -> Result<(), tokio_postgres::Error> {
        let sql = "SELECT pg_advisory_lock(74101, $1)";
        self.0.query_one(sql, &[&work.lock()]).await.map(drop)
    }

    /// Gives it back.
    pub async fn leave(&self, work: Work) -> Result<(), tokio_postgres::Error> {
        let sql = "SELECT pg_advisory_unlock(74101, $1)";
        self.0.query_one(sql, &[&work.lock()]).await.map(drop)
    }

    /// Whether the connection is gone, and with it the turn.
    pub fn is_lost(&self) -> bool {
        self.0.is_closed()
    }
}
