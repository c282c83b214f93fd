//! How many hits there are, and how many have which value.

use super::base;
use super::breadth::{BUCKETS, Breadth, MOST_EXACT, MOST_RANKED};
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
    /// Rows that this was counted of.
    #[diesel(sql_type = BigInt)]
    looked_at: i64,
}

/// Counts what is asked for. Of very many products some are looked at for all, and the answer says so; where these come to few
/// enough, all of them are looked at.
pub(super) async fn count(
    conn: &mut Conn,
    ask: &Ask,
    context: &InContext,
    breadth: &Breadth<'_>,
) -> QueryResult<Counted> {
    let rows = Rows {
        ask,
        context,
        breadth,
    };
    let sampled = breadth.broad && breadth.buckets < BUCKETS;
    let mut counted = if ask.facets {
        let first = rows.facets(conn, sampled).await?;
        match sampled && first.looked_at <= MOST_EXACT && breadth.words.is_none() {
            true => rows.facets(conn, false).await?,
            false => first,
        }
    } else {
        rows.total(conn, sampled).await?
    };
    let few = u64::try_from(MOST_RANKED).unwrap_or_default();
    if !counted.total.exact && counted.total.count <= few {
        counted.total = rows.total(conn, false).await?.total;
    }
    // What stands beside estimates is not told as if all of it were counted.
    counted.total.exact &= counted.facets.as_ref().is_none_or(|facets| facets.exact);
    Ok(Counted {
        total: counted.total,
        facets: counted.facets,
    })
}

/// What was counted, and of how many rows.
struct Reckoned {
    total: Total,
    facets: Option<FacetCounts>,
    looked_at: i64,
}

/// What is counted.
struct Rows<'a> {
    ask: &'a Ask,
    context: &'a InContext,
    breadth: &'a Breadth<'a>,
}

impl Rows<'_> {
    /// The rows, or those of some buckets.
    fn rows(&self, sampled: bool) -> Statement {
        let rows = base::rows(self.ask, self.context, self.breadth);
        if sampled {
            rows.sql(" AND (uuid_hash(l.product_id) & 255) < ")
                .literal(self.breadth.buckets)
        } else {
            rows
        }
    }

    async fn total(&self, conn: &mut Conn, sampled: bool) -> QueryResult<Reckoned> {
        let mut rows = Statement::new(
            "SELECT NULL::integer AS value, count(*) AS count, 0::bigint AS available, 0::bigint AS unavailable, \
             NULL::bigint AS least, NULL::bigint AS most, 0::bigint AS looked_at",
        )
        .append(self.rows(sampled));
        for condition in self.ask.narrowing.conditions() {
            rows = rows.sql(" AND ").append(condition);
        }
        let rows: Vec<Row> = rows.load(conn).await?;
        Ok(self.reckon(rows, sampled))
    }

    /// Rows that pass, and those that fail one condition only: these count for the values of the group that they fail.
    ///
    /// `fails` has a bit for each condition, in the order of [`Narrowing::conditions`].
    async fn facets(&self, conn: &mut Conn, sampled: bool) -> QueryResult<Reckoned> {
        let bits = Bits::of(&self.ask.narrowing);
        let mut fails = Statement::new("0::bigint");
        let mut conditions = self.ask.narrowing.conditions().into_iter();
        for (bit, condition) in bits.each().zip(conditions.by_ref()) {
            fails = fails
                .sql(" + CASE WHEN ")
                .append(condition)
                .sql(" THEN 0 ELSE ")
                .literal(bit)
                .sql(" END");
        }
        // More than there are bits for hold for all counts alike.
        let without_bit = conditions.fold(Statement::default(), |all, condition| {
            all.sql(" AND ").append(condition)
        });
        let rows: Vec<Row> = Statement::new(
            "WITH base AS MATERIALIZED (SELECT * FROM (SELECT l.facets, l.in_stock, lp.min_amount, lp.max_amount, ",
        )
        .append(fails)
        .sql(" AS fails")
        .append(self.rows(sampled))
        .append(self.near_misses())
        .append(without_bit)
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
        .sql(")) AS most, count(*) AS looked_at FROM base \
              UNION ALL SELECT c.value, sum(c.count)::bigint, 0, 0, NULL, NULL, 0 FROM counted c \
              JOIN facet_values f ON f.id = c.value LEFT JOIN unnest(")
        .texts(bits.groups.iter().map(|(kind, _, _)| kind.clone()).collect())
        .sql(", ")
        .texts(bits.groups.iter().map(|(_, field, _)| field.clone()).collect())
        .sql(", ")
        .bigints(bits.groups.iter().map(|(_, _, bit)| *bit).collect())
        .sql(") chosen(kind, field, bit) ON chosen.kind = f.kind::text AND chosen.field = f.field \
              WHERE c.fails = 0 OR c.fails = chosen.bit GROUP BY c.value")
        .load(conn)
        .await?;
        Ok(self.reckon(rows, sampled))
    }

    /// Of two groups or more a row must have one of the first or of the second to fail at most one: that an index can find.
    fn near_misses(&self) -> Statement {
        let narrowing = Narrowing {
            groups: self.ask.narrowing.groups.clone(),
            ..Narrowing::default()
        };
        let conditions = narrowing.conditions();
        let mut first = conditions.into_iter().take(2);
        match (first.next(), first.next()) {
            (Some(one), Some(other)) => Statement::new(" AND (")
                .append(one)
                .sql(" OR ")
                .append(other)
                .sql(")"),
            _ => Statement::default(),
        }
    }

    fn reckon(&self, rows: Vec<Row>, sampled: bool) -> Reckoned {
        let scaled = |number: i64| {
            let number = if sampled {
                number.saturating_mul(BUCKETS) / self.breadth.buckets.max(1)
            } else {
                number
            };
            u64::try_from(number).unwrap_or_default()
        };
        let mut reckoned = Reckoned {
            total: Total {
                count: 0,
                exact: !sampled,
            },
            facets: None,
            looked_at: 0,
        };
        let mut facets = FacetCounts {
            exact: !sampled,
            ..FacetCounts::default()
        };
        for row in rows {
            let count = scaled(row.count);
            if let Some(value) = row.value {
                facets.values.insert(value, count);
            } else {
                reckoned.total.count = count;
                reckoned.looked_at = i64::try_from(scaled(row.looked_at)).unwrap_or(i64::MAX);
                facets.available = scaled(row.available);
                facets.unavailable = scaled(row.unavailable);
                facets.prices = row.least.zip(row.most);
            }
        }
        reckoned.facets = self.ask.facets.then_some(facets);
        reckoned
    }
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
