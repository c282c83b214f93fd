//! How many hits there are, and how many have which value.

use super::base;
use super::breadth::{BUCKETS, Breadth};
use super::tallies::{Bits, Row, Tallies, Tally};
use crate::domains::listing::Narrowing;
use crate::domains::search::{Ask, FacetCounts, Total};
use crate::domains::shop::InContext;
use crate::platform::db::{Conn, Statement};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

/// What was counted.
pub(super) struct Counted {
    pub total: Total,
    pub facets: Option<FacetCounts>,
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
        bits: Bits::of(&ask.narrowing),
        only: None,
    };
    let sampled = breadth.broad && breadth.buckets < BUCKETS;
    if ask.facets {
        return rows.facets(conn, sampled).await;
    }
    let mut total = rows.total(conn, sampled).await?;
    if !total.exact && rows.is_few(total.count) {
        total = rows.total(conn, false).await?;
    }
    Ok(Counted {
        total,
        facets: None,
    })
}

/// Counts what these products have, whatever their words: as if they were all that there is of what is asked for.
pub(super) async fn of_products(
    conn: &mut Conn,
    products: &[Uuid],
    ask: &Ask,
    context: &InContext,
) -> QueryResult<FacetCounts> {
    let ask = Ask {
        without: Vec::new(),
        ..ask.clone()
    };
    let breadth = Breadth {
        words: None,
        broad: false,
        buckets: BUCKETS,
        counted: i64::MAX,
    };
    let rows = Rows {
        ask: &ask,
        context,
        breadth: &breadth,
        bits: Bits::of(&ask.narrowing),
        only: Some(products),
    };
    let tallies = rows.near_misses(conn, false).await?;
    Ok(tallies.facets(&rows.bits))
}

/// What is counted.
struct Rows<'a> {
    ask: &'a Ask,
    context: &'a InContext,
    breadth: &'a Breadth<'a>,
    bits: Bits,
    /// No others than these products.
    only: Option<&'a [Uuid]>,
}

impl Rows<'_> {
    fn is_few(&self, count: u64) -> bool {
        i64::try_from(count).is_ok_and(|count| count <= self.breadth.counted)
    }

    /// ` FROM ... WHERE ...`: all rows, or those of some buckets.
    fn rows(&self, sampled: bool) -> Statement {
        let mut rows = base::rows(self.ask, self.context, self.breadth);
        if let Some(products) = self.only {
            rows = rows
                .sql(" AND l.product_id = ANY(")
                .uuids(products.to_vec())
                .sql(")");
        }
        if sampled {
            rows.sql(" AND (uuid_hash(l.product_id) & 255) < ")
                .literal(self.breadth.buckets)
        } else {
            rows
        }
    }

    /// Those that pass; `but` is a condition that they need not pass.
    fn passing(&self, sampled: bool, but: Option<usize>) -> Statement {
        let mut rows = self.rows(sampled);
        let conditions = self.ask.narrowing.conditions().into_iter().enumerate();
        for (_, condition) in conditions.filter(|(place, _)| but != Some(*place)) {
            rows = rows.sql(" AND ").append(condition);
        }
        rows
    }

    async fn total(&self, conn: &mut Conn, sampled: bool) -> QueryResult<Total> {
        let rows: Vec<Row> = Statement::new("SELECT NULL::integer AS value, 0::bigint AS bit, count(*) AS count, 0::bigint AS available, \
             0::bigint AS unavailable, NULL::bigint AS least, NULL::bigint AS most")
            .append(self.passing(sampled, None))
            .load(conn)
            .await?;
        let tallies = self.tallies(rows, sampled);
        Ok(Total {
            count: tallies.hits().count,
            exact: !sampled,
        })
    }

    /// Everything, of some of the rows and then, where they come to few, of all: of all that fail at most one condition, or at least
    /// of the hits themselves.
    async fn facets(&self, conn: &mut Conn, sampled: bool) -> QueryResult<Counted> {
        let first = self.near_misses(conn, sampled).await?;
        if !sampled {
            return Ok(self.told(&first, true, true));
        }
        if self.breadth.words.is_none() && self.is_few(first.looked_at()) {
            let all = self.near_misses(conn, false).await?;
            return Ok(self.told(&all, true, true));
        }
        if !self.is_few(first.hits().count) {
            return Ok(self.told(&first, false, false));
        }
        let mut hits = self.hits(conn).await?;
        let own_exact = self.own(conn, &first, &mut hits).await?;
        Ok(self.told(&hits, true, own_exact))
    }

    fn told(&self, tallies: &Tallies, exact: bool, own_exact: bool) -> Counted {
        let facets = FacetCounts {
            exact,
            own_exact,
            ..tallies.facets(&self.bits)
        };
        Counted {
            total: Total {
                count: tallies.hits().count,
                exact,
            },
            facets: Some(facets),
        }
    }

    /// Rows that pass, and those that fail one condition only: these count for the values of the group that they fail.
    ///
    /// `bit` has a bit for each condition that a row fails, in the order of [`Narrowing::conditions`].
    async fn near_misses(&self, conn: &mut Conn, sampled: bool) -> QueryResult<Tallies> {
        let mut fails = Statement::new("0::bigint");
        let mut conditions = self.ask.narrowing.conditions().into_iter();
        for (bit, condition) in Bits::each().zip(conditions.by_ref()) {
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
        .append(self.one_of_two())
        .append(without_bit)
        .sql(" OFFSET 0) judged WHERE fails & (fails - 1) = 0)")
        .append(self.bits.counted())
        .load(conn)
        .await?;
        Ok(self.tallies(rows, sampled))
    }

    /// Of two groups or more a row must have one of the first or of the second to fail at most one: that an index can find.
    fn one_of_two(&self) -> Statement {
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

    /// All rows that pass, and no others.
    async fn hits(&self, conn: &mut Conn) -> QueryResult<Tallies> {
        let rows: Vec<Row> = Statement::new(
            "WITH base AS MATERIALIZED (SELECT l.facets, l.in_stock, lp.min_amount, lp.max_amount, 0::bigint AS fails",
        )
        .append(self.passing(false, None))
        .sql(")")
        .append(self.bits.counted())
        .load(conn)
        .await?;
        Ok(self.tallies(rows, false))
    }

    /// What was chosen from, counted as if nothing of it had been chosen: one by one where `sample` says that it comes to few, and
    /// else as the sample says. Whether all of it was counted one by one.
    async fn own(
        &self,
        conn: &mut Conn,
        sample: &Tallies,
        hits: &mut Tallies,
    ) -> QueryResult<bool> {
        let mut exact = true;
        for (place, (kind, field, bit)) in self.bits.groups.iter().enumerate() {
            if self.is_few(sample.but(*bit).count) {
                let rows: Vec<Row> = Statement::new("SELECT u.value, ")
                    .literal(*bit)
                    .sql("::bigint AS bit, count(*) AS count, 0::bigint AS available, 0::bigint AS unavailable, NULL::bigint AS least, \
                          NULL::bigint AS most FROM (SELECT l.facets")
                    .append(self.passing(false, Some(place)))
                    .sql(" OFFSET 0) rows CROSS JOIN unnest(rows.facets) u(value) JOIN facet_values f ON f.id = u.value WHERE f.kind::text = ")
                    .text(kind)
                    .sql(" AND f.field = ")
                    .text(field)
                    .sql(" GROUP BY u.value")
                    .load(conn)
                    .await?;
                hits.replace(*bit, self.tallies(rows, false).values);
            } else {
                exact = false;
                // Whatever has a chosen value passes its group: that is known of the hits.
                let chosen = self.ask.narrowing.groups.get(place);
                hits.complete(*bit, sample, |value| {
                    chosen.is_some_and(|group| group.values.contains(&value))
                });
            }
        }
        let groups = self.bits.groups.len();
        let of_price = usize::from(self.bits.prices != 0);
        for (bit, place) in [
            (self.bits.prices, groups),
            (self.bits.availability, groups.saturating_add(of_price)),
        ] {
            if bit == 0 {
                continue;
            }
            let others = if self.is_few(sample.but(bit).count) {
                self.others(conn, place, bit).await?
            } else {
                exact = false;
                sample.of_bit(bit)
            };
            hits.add(bit, others);
        }
        Ok(exact)
    }

    /// Rows that fail the condition at this place alone.
    async fn others(&self, conn: &mut Conn, place: usize, bit: i64) -> QueryResult<Tally> {
        let Some(condition) = self.ask.narrowing.conditions().into_iter().nth(place) else {
            return Ok(Tally::default());
        };
        let rows: Vec<Row> = Statement::new("SELECT NULL::integer AS value, ")
            .literal(bit)
            .sql("::bigint AS bit, count(*) AS count, count(*) FILTER (WHERE l.in_stock) AS available, \
                  count(*) FILTER (WHERE NOT l.in_stock) AS unavailable, min(lp.min_amount) AS least, max(lp.max_amount) AS most")
            .append(self.passing(false, Some(place)))
            .sql(" AND NOT (")
            .append(condition)
            .sql(")")
            .load(conn)
            .await?;
        Ok(self.tallies(rows, false).of_bit(bit))
    }

    fn tallies(&self, rows: Vec<Row>, sampled: bool) -> Tallies {
        let buckets = self.breadth.buckets.max(1);
        Tallies::of(rows, |number| {
            if sampled {
                number.saturating_mul(BUCKETS) / buckets
            } else {
                number
            }
        })
    }
}
