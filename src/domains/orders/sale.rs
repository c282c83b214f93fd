//! What the sale and its payment do with an order, each within the caller's transaction.

use super::advance::{Stride, advance, hold};
use super::error::OrderError;
use super::model::{Actor, CancelReason, OrderId, VendorOrderId};
use super::placing::NewOrder;
use super::states::Step;
use super::timeline::{self, Entry};
use super::{events, store};
use crate::platform::clock;
use crate::platform::db::Conn;
use crate::platform::outbox;
use uuid::Uuid;

/// Writes a new order within the sale's transaction, and tells of it. `None` when it costs more than an order may.
///
/// # Errors
/// Whatever the database says.
pub async fn place(
    conn: &mut Conn,
    order: &NewOrder,
    actor: Actor,
) -> Result<Option<i64>, OrderError> {
    let Some(amounts) = order.amounts() else {
        return Ok(None);
    };
    let at = clock::now();
    store::insert(conn, order, amounts, at).await?;
    let state = store::first_state(order);
    let whole = Entry {
        part: None,
        kind: "PLACED",
        state: Some(state),
    };
    let parts = order.parts.iter().map(|part| Entry {
        part: Some(part.id),
        ..whole
    });
    let entries: Vec<Entry> = std::iter::once(whole).chain(parts).collect();
    timeline::add(conn, (order.id, None), actor, &entries, at).await?;
    Ok(Some(amounts.total))
}

/// Tells that an order was placed, as the last thing that the sale's transaction writes.
///
/// # Errors
/// Whatever the database says.
pub async fn tell_placed(conn: &mut Conn, order: &NewOrder) -> Result<(), OrderError> {
    let vendors: Vec<Uuid> = order.parts.iter().map(|part| part.vendor_id).collect();
    let event = events::placed(
        order.id,
        order.customer_id,
        store::first_state(order),
        &vendors,
    );
    Ok(outbox::tell(conn, event).await?)
}

/// Whether there is an order of this id.
///
/// # Errors
/// Whatever the database says.
pub async fn is_placed(conn: &mut Conn, id: OrderId) -> Result<bool, OrderError> {
    Ok(store::is_there(conn, id).await?)
}

/// The cart that an order was made of, which never changes.
///
/// # Errors
/// [`OrderError::NotFound`].
pub async fn cart_of(conn: &mut Conn, id: OrderId) -> Result<Uuid, OrderError> {
    store::cart_of(conn, id).await?.ok_or(OrderError::NotFound)
}

/// Locks an order with its parts.
///
/// # Errors
/// [`OrderError::NotFound`].
pub async fn lock_order(conn: &mut Conn, id: OrderId) -> Result<(), OrderError> {
    hold(conn, id).await.map(|_| ())
}

/// Lets the vendors see an order whose payment came.
///
/// # Errors
/// [`OrderError::IllegalStep`] when it does not await its payment.
pub async fn release(conn: &mut Conn, id: OrderId) -> Result<(), OrderError> {
    all(conn, id, Step::Release, CancelReason::Other).await
}

/// Calls an order off whose payment was declined, or did not come.
///
/// # Errors
/// [`OrderError::IllegalStep`] when it does not await its payment.
pub async fn decline(conn: &mut Conn, id: OrderId) -> Result<(), OrderError> {
    all(conn, id, Step::Cancel, CancelReason::Declined).await
}

async fn all(
    conn: &mut Conn,
    id: OrderId,
    step: Step,
    reason: CancelReason,
) -> Result<(), OrderError> {
    let mut held = hold(conn, id).await?;
    let chosen: Vec<VendorOrderId> = held.parts.iter().map(|part| part.id).collect();
    advance(
        conn,
        &mut held,
        &chosen,
        step,
        &Stride::default(),
        Actor::SYSTEM,
        reason,
    )
    .await
}
