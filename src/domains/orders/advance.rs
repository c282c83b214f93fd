//! The one function that changes vendor orders, and with them the order: the state, stock, money, the timeline and the events of a
//! step are one transaction.

use super::error::OrderError;
use super::events;
use super::model::{Actor, CancelReason, OrderId, VendorOrderId};
use super::states::{OrderState, Step};
use super::store::{self, LockedOrder, LockedPart, PartChange};
use super::timeline::{self, Entry};
use crate::domains::{inventory, payments};
use crate::platform::clock;
use crate::platform::db::Conn;
use crate::platform::outbox;
use chrono::{DateTime, Utc};

/// What is said with a step.
#[derive(Debug, Clone, Default)]
pub(super) struct Stride {
    /// What is said with it, when it ends them.
    pub end_note: Option<String>,
    /// Who carries them.
    pub tracking_company: Option<String>,
    /// The carrier's number.
    pub tracking_number: Option<String>,
}

/// An order with its parts, all locked.
pub(super) struct Held {
    pub order: LockedOrder,
    pub parts: Vec<LockedPart>,
}

/// Locks an order and its parts.
///
/// # Errors
/// [`OrderError::NotFound`].
pub(super) async fn hold(conn: &mut Conn, id: OrderId) -> Result<Held, OrderError> {
    let order = store::lock_order(conn, id)
        .await?
        .ok_or(OrderError::NotFound)?;
    let parts = store::lock_parts(conn, id).await?;
    Ok(Held { order, parts })
}

/// Does `step` with `chosen` parts of an order, all or none.
///
/// # Errors
/// [`OrderError::IllegalStep`] for the first part it may not be done with.
pub(super) async fn advance(
    conn: &mut Conn,
    held: &mut Held,
    chosen: &[VendorOrderId],
    step: Step,
    stride: &Stride,
    actor: Actor,
    reason: CancelReason,
) -> Result<(), OrderError> {
    let at = clock::now();
    let moves = moves(held, chosen, step)?;
    if moves.is_empty() {
        // Everything has ended before.
        return Err(OrderError::IllegalStep {
            state: held.order.state,
            step,
        });
    }
    for (part, to) in &moves {
        let change = PartChange {
            id: part.id,
            state: *to,
            end_note: stride.end_note.as_deref(),
            tracking_company: stride.tracking_company.as_deref(),
            tracking_number: stride.tracking_number.as_deref(),
        };
        store::write_part(conn, &change, at).await?;
    }
    let before = held.order.state;
    let whole = held.settle(&moves);
    if whole != before {
        let ended = whole.is_given_up().then_some(reason);
        store::write_order(conn, held.order.id, whole, ended, at).await?;
    }
    consequences(conn, held.order.id, chosen, step, actor).await?;
    record(conn, held, &moves, step, actor, (before, whole), at).await
}

impl Held {
    /// The parts that something can still be done with.
    pub fn left(&self) -> Vec<VendorOrderId> {
        let left = self.parts.iter().filter(|part| !part.state.is_end());
        left.map(|part| part.id).collect()
    }
}

/// Where the step leads each chosen part.
fn moves(
    held: &Held,
    chosen: &[VendorOrderId],
    step: Step,
) -> Result<Vec<(LockedPart, OrderState)>, OrderError> {
    let lead = |part: &LockedPart| {
        let to = part.state.after(step).ok_or(OrderError::IllegalStep {
            state: part.state,
            step,
        })?;
        Ok((part.clone(), to))
    };
    held.parts
        .iter()
        .filter(|part| chosen.contains(&part.id))
        .map(lead)
        .collect()
}

impl Held {
    /// Notes the moves, and tells the state of the whole that follows.
    fn settle(&mut self, moves: &[(LockedPart, OrderState)]) -> OrderState {
        for part in &mut self.parts {
            if let Some((_, to)) = moves.iter().find(|(moved, _)| moved.id == part.id) {
                part.state = *to;
            }
        }
        let states: Vec<OrderState> = self.parts.iter().map(|part| part.state).collect();
        self.order.state = OrderState::of_whole(&states).unwrap_or(self.order.state);
        self.order.state
    }
}

/// What a step means for money and stock.
async fn consequences(
    conn: &mut Conn,
    order: OrderId,
    parts: &[VendorOrderId],
    step: Step,
    actor: Actor,
) -> Result<(), OrderError> {
    match step {
        Step::Release | Step::Accept | Step::Prepare => {}
        Step::Ship => {
            let lines = store::lines_of(conn, parts).await?;
            inventory::fulfil(conn, &lines, actor.user_id.map(|user| user.0)).await?;
        }
        Step::Deliver => {
            for part in parts {
                payments::collect(conn, order, *part).await?;
            }
        }
        Step::Reject | Step::Cancel => {
            payments::forgo(conn, order, parts).await?;
            let lines = store::lines_of(conn, parts).await?;
            inventory::release(conn, &lines).await?;
        }
    }
    Ok(())
}

async fn record(
    conn: &mut Conn,
    held: &Held,
    moves: &[(LockedPart, OrderState)],
    step: Step,
    actor: Actor,
    (before, whole): (OrderState, OrderState),
    at: DateTime<Utc>,
) -> Result<(), OrderError> {
    let entries: Vec<Entry> = moves
        .iter()
        .map(|(part, to)| Entry {
            part: Some(part.id),
            kind: kind(step),
            state: Some(*to),
        })
        .collect();
    let last = held.parts.iter().filter_map(|part| part.last_step).max();
    timeline::add(conn, (held.order.id, last), actor, &entries, at).await?;
    for (part, to) in moves {
        outbox::tell(conn, events::stepped(&held.order, part, step, *to)).await?;
    }
    if whole != before {
        let parts: Vec<VendorOrderId> = moves.iter().map(|(part, _)| part.id).collect();
        outbox::tell(conn, events::changed(&held.order, whole, &parts)).await?;
    }
    Ok(())
}

/// How the timeline calls a step.
const fn kind(step: Step) -> &'static str {
    match step {
        Step::Release => "RELEASED",
        Step::Accept => "ACCEPTED",
        Step::Reject => "REJECTED",
        Step::Prepare => "PREPARED",
        Step::Ship => "SHIPPED",
        Step::Deliver => "DELIVERED",
        Step::Cancel => "CANCELLED",
    }
}
