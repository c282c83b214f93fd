//! How many hits there are, and how many have which value.

use super::base;
use super::breadth::Breadth;
use crate::domains::listing::Narrowing;
use crate::domains::search::{Ask, FacetCounts, Total};
use crate::domains::shop::InContext;
use crate::platform::db::{Conn, Statement};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Nullable};
use diesel_async::RunQueryDsl;

/// What was counted.
pub(super) struct Counted {
    pub total: Total,
    pub facets: Option<FacetCounts>,
}

/// What a row of the counts says.
#[derive(QueryableByName)]
struct Row {
    /// The value; none for the row of the hits themselves.
    #[diesel(sql_type = Nullable<Integer>)]
    value: Option<i32>,
    #[diesel(sql_type = BigInt)]
    count: i64,
    #[diesel(sql_type = BigInt)]
    available: i64,
    #[diesel(sql_type = BigInt)]
    unavailable: i64,
    #[diesel(sql_type = Nullable<BigInt>)]
    least: Option<i64>,
    #[diesel(sql_type = Nullable<BigInt>)]
    most: Option<i64>,
}

/// Counts what is asked for.
pub(super) async fn count(
    conn: &mut Conn,
    ask: &Ask,
    context: &InContext,
    breadth: &Breadth,
) -> QueryResult<Counted> {
    let rows: Vec<Row> = if ask.facets {
        facets(ask, context, breadth).load(conn).await?
    } else {
        total(ask, context, breadth).load(conn).await?
    };
    let mut total = Total {
        count: 0,
        exact: true,
    };
    let mut facets = FacetCounts {
        exact: true,
        ..FacetCounts::default()
    };
    for row in rows {
        let count = natural(row.count);
        match row.value {
            Some(value) => {
                facets.values.insert(value, count);
            }
            None => {
                total.count = count;
                facets.available = natural(row.available);
                facets.unavailable = natural(row.unavailable);
                facets.prices = row.least.zip(row.most);
            }
        }
    }
    Ok(Counted {
        total,
        facets: ask.facets.then_some(facets),
    })
}

fn natural(number: i64) -> u64 {
    u64::try_from(number).unwrap_or_default()
}

fn total(ask: &Ask, context: &InContext, breadth: &Breadth) -> Statement {
    let mut rows = Statement::new(
        "SELECT NULL::integer AS value, count(*) AS count, 0::bigint AS available, 0::bigint AS unavailable, \
         NULL::bigint AS least, NULL::bigint AS most",
    )
    .append(base::rows(ask, context, breadth));
    for condition in base::conditions(&ask.narrowing) {
        rows = rows.sql(" AND ").append(condition);
    }
    rows
}

/// Rows that pass, and those that fail one condition only: these count for the values of the group that they fail.
///
/// `fails` has a bit for each condition, in the order of [`base::conditions`].
fn facets(ask: &Ask, context: &InContext, breadth: &Breadth) -> Statement {
    let bits = Bits::of(&ask.narrowing);
    let mut fails = Statement::new("0::bigint");
    for (condition, bit) in base::conditions(&ask.narrowing)
        .into_iter()
        .zip(bits.each())
    {
        fails = fails
            .sql(" + CASE WHEN ")
            .append(condition)
            .sql(" THEN 0 ELSE ")
            .literal(bit)
            .sql(" END");
    }
    Statement::new("WITH base AS MATERIALIZED (SELECT * FROM (SELECT l.facets, l.in_stock, lp.min_amount, lp.max_amount, ")
        .append(fails)
        .sql(" AS fails")
        .append(base::rows(ask, context, breadth))
        .sql(" OFFSET 0) judged WHERE fails & (fails - 1) = 0), \
              counted AS (SELECT value, fails, count(*) AS count FROM base CROSS JOIN unnest(base.facets) value GROUP BY value, fails) \
              SELECT NULL::integer AS value, count(*) FILTER (WHERE fails = 0) AS count, \
              count(*) FILTER (WHERE in_stock AND fails IN (0, ")
        .literal(bits.availability)
        .sql(")) AS available, count(*) FILTER (WHERE NOT in_stock AND fails IN (0, ")
        .literal(bits.availability)
        .sql(")) AS unavailable, min(min_amount) FILTER (WHERE fails IN (0, ")
        .literal(bits.prices)
        .sql(")) AS least, max(max_amount) FILTER (WHERE fails IN (0, ")
        .literal(bits.prices)
        .sql(")) AS most FROM base UNION ALL SELECT c.value, sum(c.count)::bigint, 0, 0, NULL, NULL FROM counted c \
              JOIN facet_values f ON f.id = c.value LEFT JOIN unnest(")
        .texts(bits.groups.iter().map(|(kind, _, _)| kind.clone()).collect())
        .sql(", ")
        .texts(bits.groups.iter().map(|(_, field, _)| field.clone()).collect())
        .sql(", ")
        .bigints(bits.groups.iter().map(|(_, _, bit)| *bit).collect())
        .sql(") chosen(kind, field, bit) ON chosen.kind = f.kind::text AND chosen.field = f.field \
              WHERE c.fails = 0 OR c.fails = chosen.bit GROUP BY c.value")
}

/// Which bit of `fails` belongs to what.
struct Bits {
    /// Kind, field and bit of each group.
    groups: Vec<(String, String, i64)>,
    /// Zero when no price was chosen.
    prices: i64,
    /// Zero when no availability was chosen.
    availability: i64,
}

impl Bits {
    fn of(narrowing: &Narrowing) -> Self {
        let mut next = (0..62).map(|shift| 1_i64 << shift);
        let groups = narrowing
            .groups
            .iter()
            .zip(next.by_ref())
            .map(|(group, bit)| (group.kind.code().to_owned(), group.field.clone(), bit))
            .collect();
        let mut bit_if = |chosen: bool| {
            if chosen {
                next.next().unwrap_or_default()
            } else {
                0
            }
        };
        Self {
            groups,
            prices: bit_if(!narrowing.prices.is_empty()),
            availability: bit_if(narrowing.available.is_some()),
        }
    }

    fn each(&self) -> impl Iterator<Item = i64> {
        (0..62).map(|shift| 1_i64 << shift)
    }
}
