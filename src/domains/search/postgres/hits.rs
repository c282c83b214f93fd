//! A page of hits.

use super::base;
use super::breadth::Breadth;
use super::order::Order;
use crate::domains::search::{Ask, Hit, Mark};
use crate::domains::shop::InContext;
use crate::platform::db::{Conn, Statement};
use diesel::prelude::*;
use diesel::sql_types::{Jsonb, Uuid as UuidSql};
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

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = UuidSql)]
    product_id: Uuid,
    #[diesel(sql_type = Jsonb)]
    place: Value,
}

/// Where a page begins and how it is read.
struct Way<'a> {
    from: Option<&'a Mark>,
    backwards: bool,
    /// How many hits are skipped, for a place without a key.
    skipped: i64,
    limit: i64,
}

/// The page that is asked for, of `total` hits.
pub(super) async fn page(
    conn: &mut Conn,
    ask: &Ask,
    context: &InContext,
    breadth: &Breadth,
    total: u64,
) -> QueryResult<Part> {
    let way = Way::of(ask);
    let counted = way.skips();
    let rows: Vec<Row> = statement(ask, context, breadth, &way).load(conn).await?;
    let wanted = ask.page.limit;
    // By counting, pages before a place are read forwards: from so many hits before it up to it.
    let turned = counted && ask.page.backwards;
    let more = if turned {
        way.skipped > 0
    } else {
        rows.len() > wanted
    };
    let places: Vec<Row> = if turned {
        rows.into_iter().rev().collect()
    } else {
        rows
    };
    let hits = places
        .into_iter()
        .take(wanted)
        .zip(0_u32..)
        .map(|(row, step)| Hit {
            id: row.product_id,
            mark: Mark {
                offset: offset(ask, total, step),
                key: Some(row.place),
                id: row.product_id,
            },
            words: Vec::new(),
        })
        .collect();
    Ok(Part { hits, more })
}

impl<'a> Way<'a> {
    fn of(ask: &'a Ask) -> Self {
        let limit = i64::try_from(ask.page.limit).unwrap_or(i64::MAX);
        let from = ask.page.from.as_ref();
        let counted = from.filter(|mark| mark.key.is_none());
        let at = counted.map(|mark| i64::from(mark.offset).min(FARTHEST));
        let (skipped, limit) = match at {
            None => (0, limit.saturating_add(1)),
            Some(at) if ask.page.backwards => (at.saturating_sub(limit).max(0), limit.min(at)),
            Some(at) => (at.saturating_add(1), limit.saturating_add(1)),
        };
        Self {
            from,
            backwards: ask.page.backwards,
            skipped,
            limit,
        }
    }

    fn skips(&self) -> bool {
        self.from.is_some_and(|mark| mark.key.is_none())
    }
}

fn statement(ask: &Ask, context: &InContext, breadth: &Breadth, way: &Way<'_>) -> Statement {
    let order = Order::of(ask, breadth);
    let backwards = way.backwards && !way.skips();
    let mut rows = Statement::new(
        "SELECT h.product_id, jsonb_build_array(h.in_stock, h.key) AS place FROM (SELECT l.product_id, l.in_stock, ",
    )
    .append(order.key.clone())
    .sql(" AS key")
    .append(base::rows(ask, context, breadth));
    for condition in base::conditions(&ask.narrowing) {
        rows = rows.sql(" AND ").append(condition);
    }
    rows = rows.sql(") h");
    if let Some(beyond) = way.from.and_then(|mark| order.beyond(mark, backwards)) {
        rows = rows.append(beyond);
    }
    rows.append(order.by(backwards))
        .sql(" LIMIT ")
        .literal(way.limit)
        .sql(" OFFSET ")
        .literal(way.skipped)
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
