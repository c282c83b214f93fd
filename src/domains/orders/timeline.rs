//! What happened to an order, step by step.

use super::model::{Actor, OrderId, VendorOrderId};
use super::states::OrderState;
use crate::platform::db::{Conn, tables};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::{NoContext, Timestamp, Uuid};

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

/// Adds to the timeline of an order, behind what happened `last`.
pub(super) async fn add(
    conn: &mut Conn,
    (order, mut last): (OrderId, Option<Uuid>),
    actor: Actor,
    entries: &[Entry],
    at: DateTime<Utc>,
) -> QueryResult<()> {
    use tables::order_timeline::dsl as t;
    let rows: Vec<_> = entries
        .iter()
        .map(|entry| {
            let id = behind(last);
            last = Some(id);
            (
                t::id.eq(id),
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

/// An id that sorts behind `last`. Steps are in the order of their ids, which begin with the time: another program's clock may be ahead of
/// this one's.
fn behind(last: Option<Uuid>) -> Uuid {
    const MILLISECOND: u32 = 1_000_000;
    let id = Uuid::now_v7();
    let Some(time) = last
        .filter(|last| *last >= id)
        .and_then(|last| last.get_timestamp())
    else {
        return id;
    };
    let (seconds, nanos) = time.to_unix();
    let next = nanos.saturating_add(MILLISECOND);
    let (seconds, nanos) = match next.checked_sub(1_000 * MILLISECOND) {
        Some(rest) => (seconds.saturating_add(1), rest),
        None => (seconds, next),
    };
    Uuid::new_v7(Timestamp::from_unix(NoContext, seconds, nanos))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_stands_behind_the_last_one_whatever_the_clocks_say() {
        let now = Uuid::now_v7();
        assert!(behind(None) > now);
        assert!(behind(Some(now)) > now);
        // Ten minutes ahead, at the end of a second and elsewhere.
        let (seconds, _) = now.get_timestamp().unwrap().to_unix();
        for nanos in [0, 500_000_000, 999_000_000, 999_999_999] {
            let mut last = Uuid::new_v7(Timestamp::from_unix(NoContext, seconds + 600, nanos));
            for _ in 0..2_000 {
                let next = behind(Some(last));
                assert!(next > last, "{next} {last}");
                last = next;
            }
        }
    }
}
