//! In how many texts the words stand, which decides how a search is run.

use super::lexicon::Sought;
use crate::platform::db::{Conn, Statement};
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use diesel_async::RunQueryDsl;

/// So many products are looked at one by one; of more, some are looked at for all.
pub(super) const MOST_EXACT: i64 = 20_000;

/// What is looked for, and in how many texts it stands.
pub(super) struct Breadth {
    /// The tsquery; none for all products.
    pub words: Option<String>,
    /// Whether it is in so many texts that they are not all looked at.
    pub broad: bool,
}

#[derive(QueryableByName)]
struct Counted {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// Takes the strictest of what is looked for that is found at all.
pub(super) async fn measure(conn: &mut Conn, sought: &Sought) -> QueryResult<Breadth> {
    let Sought::Words(queries) = sought else {
        let all: Counted = Statement::new(
            "SELECT reltuples::bigint AS count FROM pg_class WHERE oid = 'listings'::regclass",
        )
        .get_result(conn)
        .await?;
        return Ok(Breadth {
            words: None,
            broad: all.count > MOST_EXACT,
        });
    };
    let mut laxest = None;
    for query in queries {
        let texts: Counted = Statement::new(
            "SELECT count(*) AS count FROM (SELECT 1 FROM product_texts x WHERE x.document @@ ",
        )
        .text(query)
        .sql("::tsquery LIMIT ")
        .literal(MOST_EXACT.saturating_add(1))
        .sql(") found")
        .get_result(conn)
        .await?;
        laxest = Some(query);
        if texts.count > 0 {
            return Ok(Breadth {
                words: Some(query.clone()),
                broad: texts.count > MOST_EXACT,
            });
        }
    }
    Ok(Breadth {
        words: laxest.cloned(),
        broad: false,
    })
}
