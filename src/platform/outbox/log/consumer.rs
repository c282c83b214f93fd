//! Those who act on events and keep how far they have come.

use super::Head;
use crate::platform::clock;
use crate::platform::db::{Conn, Statement};
use diesel::result::Error::NotFound;
use diesel::sql_types::{BigInt, Nullable, Uuid as UuidSql};
use diesel::{QueryResult, QueryableByName};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

/// Where a consumer begins that was not there before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// With what happens from now on.
    Head,
    /// With the oldest event that is kept.
    Oldest,
}

/// Somebody who acts on each event once or more often, and keeps how far it has come.
#[derive(Debug, Clone, Copy)]
pub struct Consumer {
    /// Its name: lower case letters and `_`.
    pub name: &'static str,
    /// Where it begins.
    pub start: Start,
}

/// How far a consumer has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It has acted on everything up to this position, which is of the present epoch.
    At(Head),
    /// What it has acted on was of another epoch: it has to make anew what it made of events, and then goes on from the head by
    /// [`Consumer::restart`].
    OtherEpoch {
        /// Where the log ends now.
        head: Head,
    },
}

/// What came of a consumer's telling how far it has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Advance {
    /// It is kept.
    Done,
    /// It was further already, or the position is none that was given: nothing is changed.
    NotForwards,
    /// The position is of another epoch: nothing is changed.
    OtherEpoch,
}

impl Consumer {
    /// How far it has come. One that was not there before begins, and is there from now on.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn position(&self, conn: &mut Conn) -> QueryResult<Standing> {
        Ok(self.look(conn).await?.0)
    }

    /// The same, and where the log ends, as they were at one moment.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn look(&self, conn: &mut Conn) -> QueryResult<(Standing, Head)> {
        let mut look = self.kept(conn).await?;
        if look.at().is_none() {
            self.begin(conn).await?;
            look = self.kept(conn).await?;
        }
        let head = look.head;
        let standing = match look.at() {
            Some(at) if at.epoch == head.epoch => Standing::At(at),
            Some(_) => Standing::OtherEpoch { head },
            // Taken away by somebody at this moment.
            None => return Err(NotFound),
        };
        Ok((standing, head))
    }

    /// Keeps that it has acted on everything up to `position` of `epoch`: best in the transaction in which it acted.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn advance(
        &self,
        conn: &mut Conn,
        epoch: Uuid,
        position: i64,
    ) -> QueryResult<Advance> {
        let moved = self.forwards(epoch, position).execute(conn).await?;
        if moved > 0 {
            return Ok(Advance::Done);
        }
        Ok(match self.position(conn).await? {
            Standing::At(at) if at.epoch == epoch => Advance::NotForwards,
            _ => Advance::OtherEpoch,
        })
    }

    /// Passes over what does not concern it: keeps `to` when it still stands at `at`. Whoever is faster, or takes it back, is not undone.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn pass_over(&self, conn: &mut Conn, at: Head, to: i64) -> QueryResult<bool> {
        let moved = self
            .forwards(at.epoch, to)
            .sql(" AND c.position = ")
            .bigint(at.position)
            .execute(conn)
            .await?;
        Ok(moved > 0)
    }

    /// Goes on from `head`, wherever it was: for a consumer that has made anew what it made of events.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn restart(&self, conn: &mut Conn, head: Head) -> QueryResult<()> {
        Statement::new(
            "INSERT INTO event_consumers (name, epoch, position, updated_at) VALUES (",
        )
        .text(self.name)
        .sql(", ")
        .uuid(head.epoch)
        .sql(", ")
        .bigint(head.position)
        .sql(", ")
        .time(clock::now())
        .sql(") ON CONFLICT (name) DO UPDATE SET epoch = EXCLUDED.epoch, position = EXCLUDED.position, updated_at = EXCLUDED.updated_at")
        .execute(conn)
        .await?;
        Ok(())
    }

    /// Keeps a position that is beyond the one that is kept, and was given in this epoch.
    fn forwards(&self, epoch: Uuid, position: i64) -> Statement {
        Statement::new("UPDATE event_consumers c SET position = ")
            .bigint(position)
            .sql(", updated_at = ")
            .time(clock::now())
            .sql(" FROM relay_head h WHERE h.epoch = c.epoch AND c.epoch = ")
            .uuid(epoch)
            .sql(" AND c.name = ")
            .text(self.name)
            .sql(" AND c.position < ")
            .bigint(position)
            .sql(" AND h.position >= ")
            .bigint(position)
    }

    async fn kept(&self, conn: &mut Conn) -> QueryResult<Look> {
        Statement::new(
            "SELECT h.epoch, h.position, c.epoch AS kept_epoch, c.position AS kept_position FROM relay_head h LEFT JOIN event_consumers c ON c.name = ",
        )
        .text(self.name)
        .get_result(conn)
        .await
    }

    /// Begins, unless another instance was faster.
    async fn begin(&self, conn: &mut Conn) -> QueryResult<()> {
        Statement::new("INSERT INTO event_consumers (name, epoch, position, updated_at) SELECT ")
            .text(self.name)
            .sql(", epoch, CASE WHEN ")
            .bool(self.start == Start::Head)
            .sql(" THEN position ELSE 0 END, ")
            .time(clock::now())
            .sql(" FROM relay_head ON CONFLICT (name) DO NOTHING")
            .execute(conn)
            .await?;
        Ok(())
    }
}

/// A consumer beside the end of the log.
#[derive(QueryableByName)]
struct Look {
    #[diesel(embed)]
    head: Head,
    #[diesel(sql_type = Nullable<UuidSql>)]
    kept_epoch: Option<Uuid>,
    #[diesel(sql_type = Nullable<BigInt>)]
    kept_position: Option<i64>,
}

impl Look {
    /// How far the consumer has come, if it is there.
    fn at(&self) -> Option<Head> {
        let (epoch, position) = self.kept_epoch.zip(self.kept_position)?;
        Some(Head { epoch, position })
    }
}
