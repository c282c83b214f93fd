//! In how many texts the words stand, which decides how a search is run.

use super::lexicon::{Sought, Wanted};
use crate::platform::db::{Conn, Statement};
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use diesel_async::RunQueryDsl;

/// How much is looked at one by one: of more, some are looked at for all, and what is told is an estimate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// So many products are looked at one by one.
    pub counted: i64,
    /// Hits of words that are in more texts are neither ranked nor counted one by one: reading the texts would take longer than a
    /// reader waits.
    pub ranked: i64,
    /// About so many listings are looked at when some are looked at for all.
    pub sample: i64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            counted: 20_000,
            ranked: 5_000,
            sample: 8_000,
        }
    }
}

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
    /// So many hits are counted one by one.
    pub counted: i64,
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
pub(super) async fn measure<'a>(
    conn: &mut Conn,
    sought: &'a Sought,
    limits: &Limits,
) -> QueryResult<Breadth<'a>> {
    let all: Counted = Statement::new(
        "SELECT greatest(reltuples, 0)::bigint AS count FROM pg_class WHERE oid = 'product_texts'::regclass",
    )
    .get_result(conn)
    .await?;
    let mut breadth = Breadth {
        words: None,
        broad: all.count > limits.counted,
        buckets: limits
            .sample
            .saturating_mul(BUCKETS)
            .checked_div(all.count)
            .unwrap_or(BUCKETS)
            .clamp(1, BUCKETS),
        counted: limits.counted,
    };
    let Sought::Words(wanted) = sought else {
        return Ok(breadth);
    };
    breadth.counted = limits.ranked;
    for level in &wanted.levels {
        let texts = found(conn, level, limits.ranked).await?;
        breadth.words = Some((level, wanted));
        breadth.broad = texts > limits.ranked && all.count > limits.counted;
        if texts > 0 {
            break;
        }
    }
    Ok(breadth)
}

async fn found(conn: &mut Conn, words: &str, most: i64) -> QueryResult<i64> {
    let counted: Counted = Statement::new(
        "SELECT count(*) AS count FROM (SELECT 1 FROM product_texts x WHERE x.document @@ ",
    )
    .text(words)
    .sql("::tsquery LIMIT ")
    .literal(most.saturating_add(1))
    .sql(") found")
    .get_result(conn)
    .await?;
    Ok(counted.count)
}
