//! Names of values in other languages of which nobody knows who says them: those of before that was written down, or of a product that
//! is listed no more.

use crate::platform::db::{Change, Conn, Database, DbError, Statement, UNATTENDED};
use diesel::sql_types::{BigInt, Integer, Text};
use diesel::{QueryResult, QueryableByName};
use diesel_async::RunQueryDsl;
use std::time::Duration;

/// Names of a portion: to ask products whether they say one takes three milliseconds in a shop of a million, and forty where none of a hundred does.
const PORTION: i64 = 50;

/// Finds a product for each of them that says it, and throws away those of which none of a hundred does: how many.
///
/// # Errors
/// Whatever the database says; what was settled until then is.
pub(super) async fn settle(database: &Database) -> Result<u64, DbError> {
    let (mut after, mut sum) = (Name::default(), 0);
    loop {
        let (gone, last) = database.make(&Portion { after }).await?;
        sum += gone;
        let Some(last) = last else { return Ok(sum) };
        after = last;
    }
}

/// A name, by the value and the language.
#[derive(Debug, Clone, Default, QueryableByName)]
struct Name {
    #[diesel(sql_type = Integer)]
    facet_id: i32,
    #[diesel(sql_type = Text)]
    language: String,
}

/// Names after this one.
struct Portion {
    after: Name,
}

#[derive(QueryableByName)]
struct Gone {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

impl Change for Portion {
    /// How many are gone, and the last that was looked at.
    type Done = (u64, Option<Name>);
    type Refusal = DbError;
    const LONGEST: Duration = UNATTENDED;

    async fn run(&self, conn: &mut Conn) -> Result<Self::Done, DbError> {
        let open = self.open(conn).await?;
        let Some(last) = open.last().cloned() else {
            return Ok((0, None));
        };
        let gone: Gone = Statement::new(
            "WITH asked AS MATERIALIZED (SELECT t.facet_id, t.language, facet_translation_sayer(t) AS sayer FROM unnest(",
        )
        .integers(open.iter().map(|name| name.facet_id).collect())
        .sql("::integer[], ")
        .texts(open.into_iter().map(|name| name.language).collect())
        .sql(
            "::text[]) open(facet_id, language) JOIN facet_value_translations t ON t.facet_id = open.facet_id AND t.language = open.language), \
             kept AS (UPDATE facet_value_translations have SET said_by = asked.sayer FROM asked \
             WHERE have.facet_id = asked.facet_id AND have.language = asked.language AND asked.sayer IS NOT NULL), \
             gone AS (DELETE FROM facet_value_translations have USING asked \
             WHERE have.facet_id = asked.facet_id AND have.language = asked.language AND asked.sayer IS NULL RETURNING 1) \
             SELECT count(*) AS count FROM gone",
        )
        .get_result(conn)
        .await?;
        Ok((u64::try_from(gone.count).unwrap_or_default(), Some(last)))
    }
}

impl Portion {
    /// The next ones, locked in their order.
    async fn open(&self, conn: &mut Conn) -> QueryResult<Vec<Name>> {
        Statement::new(
            "SELECT t.facet_id, t.language FROM facet_value_translations t WHERE (t.facet_id, t.language) > (",
        )
        .integer(self.after.facet_id)
        .sql(", ")
        .text(&*self.after.language)
        .sql(
            ") AND (t.said_by IS NULL OR NOT EXISTS (SELECT FROM listings l WHERE l.product_id = t.said_by)) \
             ORDER BY t.facet_id, t.language LIMIT ",
        )
        .literal(PORTION)
        .sql(" FOR UPDATE OF t")
        .load(conn)
        .await
    }
}
