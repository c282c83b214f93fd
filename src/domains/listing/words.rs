//! Words by which mistyped ones are mended: those that no product has any more are thrown away.

use crate::platform::db::{Change, Conn, Database, DbError, Statement, UNATTENDED};
use diesel::sql_types::{Nullable, Text};
use diesel::{QueryResult, QueryableByName};
use diesel_async::RunQueryDsl;
use std::time::Duration;

/// Words of a portion: to ask whether products have one takes three milliseconds in a shop of a million, and ten where many do.
const PORTION: i64 = 250;

/// Between two portions, so that others have the database for themselves most of the time.
const PAUSE: Duration = Duration::from_millis(50);

/// Throws away words that no product has which is seen, now or later: how many.
///
/// # Errors
/// Whatever the database says; what was thrown away until then is gone.
pub async fn prune(database: &Database) -> Result<u64, DbError> {
    let (mut after, mut sum) = (String::new(), 0);
    loop {
        let (gone, last) = database.make(&Portion { after }).await?;
        sum += gone;
        let Some(last) = last else { return Ok(sum) };
        after = last;
        tokio::time::sleep(PAUSE).await;
    }
}

/// Words after this one: how many are gone, and the last that was looked at.
struct Portion {
    after: String,
}

#[derive(QueryableByName)]
struct Last {
    #[diesel(sql_type = Nullable<Text>)]
    word: Option<String>,
}

impl Change for Portion {
    type Done = (u64, Option<String>);
    type Refusal = DbError;
    const LONGEST: Duration = UNATTENDED;

    async fn run(&self, conn: &mut Conn) -> Result<Self::Done, DbError> {
        let Some(last) = self.last(conn).await? else {
            return Ok((0, None));
        };
        let gone = Statement::new("DELETE FROM search_words w WHERE w.word > ")
            .text(&*self.after)
            .sql(" AND w.word <= ")
            .text(&*last)
            .sql(" AND NOT search_word_is_said(w.word)")
            .execute(conn)
            .await?;
        Ok((u64::try_from(gone).unwrap_or_default(), Some(last)))
    }
}

impl Portion {
    async fn last(&self, conn: &mut Conn) -> QueryResult<Option<String>> {
        let last: Last = Statement::new(
            "SELECT max(word) AS word FROM (SELECT word FROM search_words WHERE word > ",
        )
        .text(&*self.after)
        .sql(" ORDER BY word LIMIT ")
        .literal(PORTION)
        .sql(") portion")
        .get_result(conn)
        .await?;
        Ok(last.word)
    }
}
