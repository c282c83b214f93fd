//! A page of hits.

use super::base;
use super::breadth::Breadth;
use super::order::Order;
use crate::domains::search::{Ask, Hit, Mark, Total};
use crate::domains::shop::InContext;
use crate::platform::db::{Conn, Statement};
use diesel::prelude::*;
use diesel::sql_types::{Bool, Jsonb, Uuid as UuidSql};
use diesel_async::RunQueryDsl;
use serde_json::Value;
use uuid::Uuid;

/// A place that the other engine made is gone to by counting, up to here.
const FARTHEST: i64 = 50_000;

/// Part of the hits.
#[derive(Default)]
pub(super) struct Part {
    pub hits: Vec<Hit>,
    pub more: bool,
}

impl Part {
    /// How many hits there are at least, by the last of these.
    pub fn at_least(&self) -> Total {
        let last = self.hits.last().map(|hit| u64::from(hit.mark.offset));
        Total {
            count: last.map_or(0, |offset| offset.saturating_add(1)) + u64::from(self.more),
            exact: false,
        }
    }
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = UuidSql)]
    product_id: Uuid,
    #[diesel(sql_type = Bool)]
    in_stock: bool,
    #[diesel(sql_type = Jsonb)]
    key: Value,
}

/// The page that is asked for, of `total` hits.
pub(super) async fn page(
    conn: &mut Conn,
    ask: &Ask,
    context: &InContext,
    breadth: &Breadth<'_>,
    total: u64,
) -> QueryResult<Part> {
    let order = Order::of(ask, context, breadth);
    let rows = Rows {
        ask,
        context,
        breadth,
        order: &order,
    };
    let from = ask.page.from.as_ref();
    let beyond = from.and_then(|mark| order.beyond(mark, ask.page.backwards));
    let (found, more) = match (from, beyond) {
        (Some(mark), None) => rows.counted(conn, mark.offset).await?,
        (_, beyond) => rows.keyed(conn, beyond).await?,
    };
    let hits = found
        .into_iter()
        .zip(0_u32..)
        .map(|(row, step)| Hit {
            id: row.product_id,
            mark: Mark {
                offset: offset(ask, total, step),
                key: Some(order.place(row.in_stock, row.key)),
                id: row.product_id,
            },
            words: Vec::new(),
        })
        .collect();
    Ok(Part { hits, more })
}

/// What a page is read of.
struct Rows<'a> {
    ask: &'a Ask,
    context: &'a InContext,
    breadth: &'a Breadth<'a>,
    order: &'a Order,
}

impl Rows<'_> {
    /// By key. What can be had and what cannot are read one after the other when the one comes before the other: each of them an
    /// index has in order, both together none.
    async fn keyed(
        &self,
        conn: &mut Conn,
        beyond: Option<(bool, Statement)>,
    ) -> QueryResult<(Vec<Row>, bool)> {
        let backwards = self.ask.page.backwards;
        let wanted = self.ask.page.limit.saturating_add(1);
        let first = beyond.as_ref().map(|(in_stock, _)| *in_stock);
        let mut bound = beyond.map(|(_, statement)| statement);
        let stocks: Vec<Option<bool>> = match (self.order.stock_first, first) {
            (false, _) => vec![None],
            (true, Some(first)) if first == backwards => vec![Some(first)],
            (true, _) => vec![Some(!backwards), Some(backwards)],
        };
        let mut found: Vec<Row> = Vec::new();
        for in_stock in stocks {
            let missing = wanted.saturating_sub(found.len());
            if missing == 0 {
                break;
            }
            let statement = self
                .select(in_stock, bound.take())
                .append(self.order.by(backwards, false))
                .sql(" LIMIT ")
                .literal(i64::try_from(missing).unwrap_or(i64::MAX));
            found.extend(statement.load::<Row>(conn).await?);
        }
        let more = found.len() > self.ask.page.limit;
        found.truncate(self.ask.page.limit);
        Ok((found, more))
    }

    /// By counting, from a place that the other engine made. Pages before it are read forwards, up to it.
    async fn counted(&self, conn: &mut Conn, from: u32) -> QueryResult<(Vec<Row>, bool)> {
        let at = i64::from(from).min(FARTHEST);
        let limit = i64::try_from(self.ask.page.limit).unwrap_or(i64::MAX);
        let backwards = self.ask.page.backwards;
        let (skipped, read) = if backwards {
            (at.saturating_sub(limit).max(0), limit.min(at))
        } else {
            (at.saturating_add(1), limit.saturating_add(1))
        };
        let mut found: Vec<Row> = self
            .select(None, None)
            .append(self.order.by(false, true))
            .sql(" LIMIT ")
            .literal(read)
            .sql(" OFFSET ")
            .literal(skipped)
            .load(conn)
            .await?;
        if backwards {
            found.reverse();
            return Ok((found, skipped > 0));
        }
        let more = found.len() > self.ask.page.limit;
        found.truncate(self.ask.page.limit);
        Ok((found, more))
    }

    /// The hits, those in stock or not when it is said, beyond a bound when there is one.
    fn select(&self, in_stock: Option<bool>, bound: Option<Statement>) -> Statement {
        let mut rows =
            Statement::new("SELECT h.product_id, h.in_stock, to_jsonb(h.key) AS key FROM (SELECT ")
                .sql(self.order.id)
                .sql(", l.in_stock, ")
                .append(self.order.key.clone())
                .sql(" AS key")
                .append(base::rows(self.ask, self.context, self.breadth));
        for condition in self.ask.narrowing.conditions() {
            rows = rows.sql(" AND ").append(condition);
        }
        if let Some(in_stock) = in_stock {
            rows = rows.sql(" AND l.in_stock = ").bool(in_stock);
        }
        rows = rows.sql(") h");
        match bound {
            Some(bound) => rows.sql(" WHERE ").append(bound),
            None => rows,
        }
    }
}

/// How many hits come before the one that is so many steps from where the page begins.
fn offset(ask: &Ask, total: u64, step: u32) -> u32 {
    let from = ask.page.from.as_ref().map(|mark| mark.offset);
    let end = || u32::try_from(total).unwrap_or(u32::MAX);
    match (from, ask.page.backwards) {
        (None, false) => step,
        (Some(at), false) => at.saturating_add(1).saturating_add(step),
        (from, true) => from
            .unwrap_or_else(end)
            .saturating_sub(1)
            .saturating_sub(step),
    }
}
