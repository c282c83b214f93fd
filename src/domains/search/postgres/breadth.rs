//! In how many texts the words stand, which decides how a search is run.

use super::lexicon::{Sought, Wanted};
use crate::platform::db::{Conn, Statement};
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use diesel_async::RunQueryDsl;

/// So many products are looked at one by one; of more, some are looked at for all.
pub(super) const MOST_EXACT: i64 = 20_000;

/// Hits of words that are in more texts are not ranked: reading the texts would take longer than a reader waits.
pub(super) const MOST_RANKED: i64 = 5_000;

/// About so many listings are looked at when some are looked at for all.
const SAMPLE: i64 = 8_000;

/// Listings are in so many buckets by the hash of their product, which `listings_sampled` has in order.
pub(super) const BUCKETS: i64 = 256;

/// What is looked for, and in how many texts it stands.
pub(super) struct Breadth<'a> {
    /// The tsquery and how its hits are ranked; none for all products.
    pub words: Option<(&'a str, &'a Wanted)>,
    /// Whether it is in so many texts that they are not all looked at.
    pub broad: bool,
    /// How many buckets are looked at when not all are.
    pub buckets: i64,
}

#[derive(QueryableByName)]
struct Counted {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

impl Breadth<'_> {
    /// Whether not all of the words are asked for, since nothing has all of them.
    pub fn is_relaxed(&self) -> bool {
        self.words.is_some_and(|(level, wanted)| {
            wanted.levels.as_slice().first().map(String::as_str) != Some(level)
        })
    }
}

/// Takes the strictest of what is looked for that is found at all.
pub(super) async fn measure<'a>(conn: &mut Conn, sought: &'a Sought) -> QueryResult<Breadth<'a>> {
    let all: Counted = Statement::new(
        "SELECT greatest(reltuples, 0)::bigint AS count FROM pg_class WHERE oid = 'product_texts'::regclass",
    )
    .get_result(conn)
    .await?;
    let mut breadth = Breadth {
        words: None,
        broad: all.count > MOST_EXACT,
        buckets: SAMPLE
            .saturating_mul(BUCKETS)
            .checked_div(all.count)
            .unwrap_or(BUCKETS)
            .clamp(1, BUCKETS),
    };
    let Sought::Words(wanted) = sought else {
        return Ok(breadth);
    };
    for level in &wanted.levels {
        let texts = found(conn, level).await?;
        breadth.words = Some((level, wanted));
        breadth.broad = texts > MOST_RANKED && all.count > MOST_EXACT;
        if texts > 0 {
            break;
        }
    }
    Ok(breadth)
}

async fn found(conn: &mut Conn, words: &str) -> QueryResult<i64> {
    let counted: Counted = Statement::new(
        "SELECT count(*) AS count FROM (SELECT 1 FROM product_texts x WHERE x.document @@ ",
    )
    .text(words)
    .sql("::tsquery LIMIT ")
    .literal(MOST_RANKED.saturating_add(1))
    .sql(") found")
    .get_result(conn)
    .await?;
    Ok(counted.count)
}
