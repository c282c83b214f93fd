//! Every statement of this room.

use super::model::{Level, Share};
use crate::domains::ids::OrderLineId;
use crate::platform::db::{Conn, Statement};
use chrono::{DateTime, Utc};
use diesel::sql_types::{Bool, Integer, Uuid as UuidSql};
use diesel::{QueryResult, QueryableByName};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

/// Locks all levels of these variants in the order of their keys, and tells what is free.
pub(super) async fn lock_levels(conn: &mut Conn, variants: Vec<Uuid>) -> QueryResult<Vec<Level>> {
    Statement::new("SELECT variant_id, location_id, on_hand - reserved AS free FROM stock_levels WHERE variant_id = ANY(")
        .uuids(variants)
        .sql(") ORDER BY variant_id, location_id FOR NO KEY UPDATE")
        .load(conn)
        .await
}

/// Writes reservations, and counts them into their levels, which are locked.
pub(super) async fn reserve(
    conn: &mut Conn,
    shares: &[Share],
    at: DateTime<Utc>,
) -> QueryResult<()> {
    let quantities: Vec<i32> = shares.iter().map(|share| share.quantity).collect();
    Statement::new("WITH made AS (INSERT INTO stock_reservations (id, order_line_id, variant_id, location_id, quantity, state, made_at) \
         SELECT r.id, r.line, r.variant, r.location, r.quantity, 'OPEN', ")
        .time(at)
        .sql(" FROM unnest(")
        .uuids(shares.iter().map(|_| Uuid::now_v7()).collect())
        .sql(", ")
        .uuids(shares.iter().map(|share| share.line.0).collect())
        .sql(", ")
        .uuids(shares.iter().map(|share| share.variant_id).collect())
        .sql(", ")
        .uuids(shares.iter().map(|share| share.location_id).collect())
        .sql(", ")
        .integers(quantities)
        .sql(") AS r(id, line, variant, location, quantity) RETURNING variant_id, location_id, quantity), ")
        .append(told("made", at))
        .sql(" UPDATE stock_levels s SET reserved = s.reserved + m.quantity, updated_at = ")
        .time(at)
        .sql(" FROM (SELECT variant_id, location_id, sum(quantity)::integer AS quantity FROM made GROUP BY 1, 2) m \
              WHERE s.variant_id = m.variant_id AND s.location_id = m.location_id")
        .execute(conn)
        .await?;
    Ok(())
}

/// Tells, within a statement, of the products whose variants stand in its part `which` that there is more or less of them. Nobody follows
/// it but whoever keeps what was made of their stock, so that it costs a sale no statement more.
fn told(which: &'static str, at: DateTime<Utc>) -> Statement {
    Statement::new(
        "told AS (INSERT INTO outbox_new (id, kind, subject_id, audiences, facts, told_at) SELECT ",
    )
    .uuid(Uuid::now_v7())
    .sql(", 'stock.changed', p.ids[1], '{}', jsonb_build_object('products', to_jsonb(p.ids)), ")
    .time(at)
    .sql(" FROM (SELECT array_agg(DISTINCT v.product_id) AS ids FROM ")
    .sql(which)
    .sql(" c JOIN variants v ON v.id = c.variant_id) p WHERE p.ids IS NOT NULL)")
}

#[derive(QueryableByName)]
pub(super) struct Reserved {
    #[diesel(sql_type = UuidSql)]
    pub variant_id: Uuid,
    /// Whether nothing of the variant is free.
    #[diesel(sql_type = Bool)]
    pub sold_out: bool,
}

/// The variants of which these lines hold reservations.
pub(super) async fn reserved(conn: &mut Conn, lines: &[OrderLineId]) -> QueryResult<Vec<Uuid>> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = UuidSql)]
        variant_id: Uuid,
    }
    let rows: Vec<Row> = Statement::new("SELECT DISTINCT variant_id FROM stock_reservations WHERE state = 'OPEN' AND order_line_id = ANY(")
        .uuids(ids(lines))
        .sql(")")
        .load(conn)
        .await?;
    Ok(rows.into_iter().map(|row| row.variant_id).collect())
}

/// Gives the open reservations of these lines up; their levels are locked. Tells which variants could not be had until then.
pub(super) async fn release(
    conn: &mut Conn,
    lines: &[OrderLineId],
    at: DateTime<Utc>,
) -> QueryResult<Vec<Reserved>> {
    Statement::new("WITH ended AS (UPDATE stock_reservations SET state = 'RELEASED', ended_at = ")
        .time(at)
        .sql(" WHERE state = 'OPEN' AND order_line_id = ANY(")
        .uuids(ids(lines))
        .sql(") RETURNING variant_id, location_id, quantity), \
              per_level AS (SELECT variant_id, location_id, sum(quantity)::integer AS quantity FROM ended GROUP BY 1, 2), \
              full_before AS (SELECT variant_id, sum(on_hand - reserved) <= 0 AS sold_out FROM stock_levels \
                  WHERE variant_id IN (SELECT variant_id FROM per_level) GROUP BY 1), \
              ")
        .append(told("ended", at))
        .sql(", given AS (UPDATE stock_levels s SET reserved = s.reserved - p.quantity, updated_at = ")
        .time(at)
        .sql(" FROM per_level p WHERE s.variant_id = p.variant_id AND s.location_id = p.location_id) \
              SELECT variant_id, sold_out FROM full_before")
        .load(conn)
        .await
}

#[derive(QueryableByName)]
pub(super) struct Ended {
    #[diesel(sql_type = UuidSql)]
    pub id: Uuid,
    #[diesel(sql_type = UuidSql)]
    pub variant_id: Uuid,
    #[diesel(sql_type = UuidSql)]
    pub location_id: Uuid,
    #[diesel(sql_type = Integer)]
    pub quantity: i32,
}

/// Ends the open reservations of these lines because the goods leave; their levels are locked.
pub(super) async fn fulfil(
    conn: &mut Conn,
    lines: &[OrderLineId],
    at: DateTime<Utc>,
) -> QueryResult<Vec<Ended>> {
    Statement::new("WITH ended AS (UPDATE stock_reservations SET state = 'FULFILLED', ended_at = ")
        .time(at)
        .sql(" WHERE state = 'OPEN' AND order_line_id = ANY(")
        .uuids(ids(lines))
        .sql(") RETURNING id, variant_id, location_id, quantity), \
              per_level AS (SELECT variant_id, location_id, sum(quantity)::integer AS quantity FROM ended GROUP BY 1, 2), \
              gone AS (UPDATE stock_levels s SET reserved = s.reserved - p.quantity, on_hand = s.on_hand - p.quantity, updated_at = ")
        .time(at)
        .sql(" FROM per_level p WHERE s.variant_id = p.variant_id AND s.location_id = p.location_id) \
              SELECT id, variant_id, location_id, quantity FROM ended")
        .load(conn)
        .await
}

/// Writes why there is less on hand.
pub(super) async fn sold(
    conn: &mut Conn,
    ended: &[Ended],
    actor: Option<Uuid>,
    at: DateTime<Utc>,
) -> QueryResult<()> {
    Statement::new("INSERT INTO stock_movements (id, variant_id, location_id, kind, quantity, reservation_id, actor_id, moved_at) \
         SELECT m.id, m.variant, m.location, 'SALE', -m.quantity, m.reservation, ")
        .optional_uuid(actor)
        .sql(", ")
        .time(at)
        .sql(" FROM unnest(")
        .uuids(ended.iter().map(|_| Uuid::now_v7()).collect())
        .sql(", ")
        .uuids(ended.iter().map(|row| row.variant_id).collect())
        .sql(", ")
        .uuids(ended.iter().map(|row| row.location_id).collect())
        .sql(", ")
        .integers(ended.iter().map(|row| row.quantity).collect())
        .sql(", ")
        .uuids(ended.iter().map(|row| row.id).collect())
        .sql(") AS m(id, variant, location, quantity, reservation)")
        .execute(conn)
        .await?;
    Ok(())
}

#[derive(QueryableByName)]
struct ProductRow {
    #[diesel(sql_type = UuidSql)]
    product_id: Uuid,
}

/// The products of these variants.
pub(super) async fn products_of(conn: &mut Conn, variants: Vec<Uuid>) -> QueryResult<Vec<Uuid>> {
    let rows: Vec<ProductRow> =
        Statement::new("SELECT DISTINCT product_id FROM variants WHERE id = ANY(")
            .uuids(variants)
            .sql(")")
            .load(conn)
            .await?;
    Ok(rows.into_iter().map(|row| row.product_id).collect())
}

fn ids(lines: &[OrderLineId]) -> Vec<Uuid> {
    lines.iter().map(|line| line.0).collect()
}
