//! What happened to an order, step by step.

use super::model::{Actor, OrderId, VendorOrderId};
use super::states::OrderState;
use crate::platform::db::{Conn, tables};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

/// One thing that happened.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry {
    /// The part it happened to; absent for the whole order.
    pub part: Option<VendorOrderId>,
    /// What, such as `PLACED`.
    pub kind: &'static str,
    /// The state it led to.
    pub state: Option<OrderState>,
}

/// Adds to the timeline of an order.
pub(super) async fn add(
    conn: &mut Conn,
    order: OrderId,
    actor: Actor,
    entries: &[Entry],
    at: DateTime<Utc>,
) -> QueryResult<()> {
    use tables::order_timeline::dsl as t;
    let rows: Vec<_> = entries
        .iter()
        .map(|entry| {
            (
                t::id.eq(Uuid::now_v7()),
                t::order_id.eq(order),
                t::vendor_order_id.eq(entry.part),
                t::kind.eq(entry.kind),
                t::state.eq(entry.state),
                t::actor.eq(actor.kind),
                t::actor_id.eq(actor.user_id.map(|user| user.0)),
                t::happened_at.eq(at),
            )
        })
        .collect();
    diesel::insert_into(t::order_timeline)
        .values(rows)
        .execute(conn)
        .await?;
    Ok(())
}
