//! What is done with payments, each within the caller's transaction. The order of a payment is locked before the payment.

use super::gateway::Outcome;
use super::model::{
    NewPayment, Operation, OperationId, OperationKind, OperationState, PaymentId, PaymentMethod,
    PaymentState,
};
use super::store::{self, Locked, Planned};
use crate::domains::ids::{OrderId, VendorOrderId};
use crate::platform::clock;
use crate::platform::db::Conn;
use chrono::TimeDelta;
use diesel::QueryResult;

/// After this time somebody else asks the gateway, because whoever planned the operation must be gone.
const TAKEN_UP: TimeDelta = TimeDelta::seconds(30);

/// Begins the payment of an order. What has to be asked of a gateway is planned, and named.
///
/// # Errors
/// Whatever the database says.
pub async fn begin(conn: &mut Conn, payment: &NewPayment) -> QueryResult<Option<OperationId>> {
    let at = clock::now();
    let id = PaymentId::new();
    let amount = payment.shares.iter().map(|(_, amount)| amount).sum();
    store::insert_payment(conn, id, payment, amount, at).await?;
    let Some(card) = payment.card.as_ref().filter(|_| amount > 0) else {
        return Ok(None);
    };
    let planned = Planned {
        payment: id,
        part: None,
        kind: OperationKind::Charge,
        amount,
        instrument: card.instrument,
        next_attempt_at: at + TAKEN_UP,
    };
    store::plan(conn, &planned, at).await.map(Some)
}

/// An operation as it stands.
///
/// # Errors
/// Whatever the database says.
pub async fn operation(conn: &mut Conn, id: OperationId) -> QueryResult<Option<Operation>> {
    store::operation(conn, id).await
}

/// The charge of an order, if a gateway is asked for one.
///
/// # Errors
/// Whatever the database says.
pub async fn charge_of(conn: &mut Conn, order: OrderId) -> QueryResult<Option<Operation>> {
    store::charge_of(conn, order).await
}

/// Writes what became of an operation, whose order is locked. Nothing is written when it was written before; tells whether it was.
///
/// # Errors
/// Whatever the database says.
pub async fn conclude(
    conn: &mut Conn,
    operation: &Operation,
    outcome: &Outcome,
) -> QueryResult<bool> {
    let at = clock::now();
    let mut payment = store::lock_payment(conn, operation.order_id).await?;
    let present = store::operation(conn, operation.id).await?;
    let open = present
        .is_some_and(|now| matches!(now.state, OperationState::Planned | OperationState::Unknown));
    if !open {
        return Ok(false);
    }
    let failure = match outcome {
        Outcome::Approved => None,
        Outcome::Declined(reason) => Some(reason.as_str()),
        Outcome::Voided => Some("no_answer"),
    };
    let state = if failure.is_none() {
        OperationState::Done
    } else {
        OperationState::Failed
    };
    store::end_operation(conn, operation.id, state, failure, at).await?;
    match (operation.kind, failure) {
        (OperationKind::Charge, None) => payment.paid += operation.amount,
        (OperationKind::Refund, None) => payment.refunded += operation.amount,
        (OperationKind::Charge, Some(_)) => payment.state = PaymentState::Declined,
        // Seen by `doctor` ("refunds"), and by whoever watches the log: money is owed to somebody.
        (OperationKind::Refund, Some(reason)) => {
            tracing::error!(operation = %operation.id, reason, "a refund failed");
        }
    }
    payment.settle();
    store::write_payment(conn, &payment, at).await?;
    Ok(true)
}

/// Notes that the gateway was asked in vain: it is asked again later, each time after twice the time, up to an hour.
///
/// # Errors
/// Whatever the database says.
pub async fn postpone(conn: &mut Conn, operation: &Operation) -> QueryResult<()> {
    let at = clock::now();
    let doublings = u32::try_from(operation.attempts).unwrap_or(0).min(11);
    let wait = TimeDelta::seconds(2_i64.pow(doublings)).min(TimeDelta::hours(1));
    store::postpone(conn, operation.id, at + wait, at).await
}

/// Takes the operations that it is time to ask a gateway for.
///
/// # Errors
/// Whatever the database says.
pub async fn take_due(conn: &mut Conn) -> QueryResult<Vec<OperationId>> {
    let now = clock::now();
    store::take_due(conn, now, now + TAKEN_UP).await
}

/// Asks for nothing more for parts of an order that were given up, and plans to give back what came in for them. The order is
/// locked.
///
/// # Errors
/// Whatever the database says.
pub async fn forgo(
    conn: &mut Conn,
    order: OrderId,
    parts: &[VendorOrderId],
) -> QueryResult<Vec<OperationId>> {
    let at = clock::now();
    let mut payment = store::lock_payment(conn, order).await?;
    let shares = store::shares(conn, payment.id, parts).await?;
    let charged = payment.method != PaymentMethod::CashOnDelivery && payment.paid > 0;
    let instrument = if charged {
        store::instrument_of(conn, payment.id).await?
    } else {
        None
    };
    let mut planned = Vec::new();
    for (part, amount) in shares {
        payment.forgone += amount;
        if let Some(instrument) = instrument.as_deref().filter(|_| amount > 0) {
            let refund = Planned {
                payment: payment.id,
                part: Some(part),
                kind: OperationKind::Refund,
                amount,
                instrument,
                next_attempt_at: at,
            };
            planned.push(store::plan(conn, &refund, at).await?);
        }
    }
    payment.settle();
    store::write_payment(conn, &payment, at).await?;
    Ok(planned)
}

/// Notes that a part of an order was paid in cash when it arrived; nothing when it is not paid in cash. The order is locked.
///
/// # Errors
/// Whatever the database says.
pub async fn collect(conn: &mut Conn, order: OrderId, part: VendorOrderId) -> QueryResult<()> {
    let mut payment = store::lock_payment(conn, order).await?;
    if payment.method != PaymentMethod::CashOnDelivery {
        return Ok(());
    }
    let shares = store::shares(conn, payment.id, &[part]).await?;
    payment.paid += shares.iter().map(|(_, amount)| amount).sum::<i64>();
    payment.settle();
    store::write_payment(conn, &payment, clock::now()).await
}

impl Locked {
    /// The state that the amounts amount to.
    fn settle(&mut self) {
        self.state = match self.state {
            PaymentState::Declined => PaymentState::Declined,
            _ => super::model::state_of(self.amount, self.paid, self.forgone),
        };
    }
}
