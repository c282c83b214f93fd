//! Every statement of this room.

use super::model::{
    NewPayment, Operation, OperationId, OperationKind, OperationState, PaymentId, PaymentMethod,
    PaymentState,
};
use crate::domains::ids::{OrderId, VendorOrderId};
use crate::platform::db::{Conn, Statement, tables};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Uuid as UuidSql};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

/// A payment whose row is locked.
#[derive(QueryableByName)]
pub(super) struct Locked {
    #[diesel(sql_type = UuidSql)]
    pub id: PaymentId,
    #[diesel(sql_type = tables::sql_types::PaymentMethod)]
    pub method: PaymentMethod,
    #[diesel(sql_type = tables::sql_types::PaymentState)]
    pub state: PaymentState,
    #[diesel(sql_type = BigInt)]
    pub amount: i64,
    #[diesel(sql_type = BigInt)]
    pub paid: i64,
    #[diesel(sql_type = BigInt)]
    pub refunded: i64,
    #[diesel(sql_type = BigInt)]
    pub forgone: i64,
}

/// Locks the payment of an order.
pub(super) async fn lock_payment(conn: &mut Conn, order: OrderId) -> QueryResult<Locked> {
    Statement::new(
        "SELECT id, method, state, amount, paid, refunded, forgone FROM payments WHERE order_id = ",
    )
    .uuid(order.0)
    .sql(" FOR NO KEY UPDATE")
    .get_result(conn)
    .await
}

/// Writes what is known of a locked payment.
pub(super) async fn write_payment(
    conn: &mut Conn,
    payment: &Locked,
    at: DateTime<Utc>,
) -> QueryResult<()> {
    use tables::payments::dsl as p;
    diesel::update(p::payments.find(payment.id))
        .set((
            p::state.eq(payment.state),
            p::paid.eq(payment.paid),
            p::refunded.eq(payment.refunded),
            p::forgone.eq(payment.forgone),
            p::updated_at.eq(at),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// Writes a payment with its shares.
pub(super) async fn insert_payment(
    conn: &mut Conn,
    id: PaymentId,
    payment: &NewPayment,
    amount: i64,
    at: DateTime<Utc>,
) -> QueryResult<()> {
    use tables::payment_allocations::dsl as a;
    use tables::payments::dsl as p;
    let card = payment.card.as_ref();
    diesel::insert_into(p::payments)
        .values((
            p::id.eq(id),
            p::order_id.eq(payment.order_id),
            p::method.eq(payment.method),
            p::state.eq(PaymentState::Pending),
            p::currency.eq(&payment.currency),
            p::amount.eq(amount),
            p::card_brand.eq(card.map(|card| card.brand)),
            p::card_last_digits.eq(card.map(|card| card.last_digits.as_str())),
            p::created_at.eq(at),
            p::updated_at.eq(at),
        ))
        .execute(conn)
        .await?;
    let shares: Vec<_> = payment
        .shares
        .iter()
        .map(|(part, amount)| {
            (
                a::payment_id.eq(id),
                a::vendor_order_id.eq(*part),
                a::amount.eq(*amount),
            )
        })
        .collect();
    diesel::insert_into(a::payment_allocations)
        .values(shares)
        .execute(conn)
        .await?;
    Ok(())
}

/// An operation that is planned.
pub(super) struct Planned<'a> {
    pub payment: PaymentId,
    pub part: Option<VendorOrderId>,
    pub kind: OperationKind,
    pub amount: i64,
    pub instrument: &'a str,
    /// When somebody else takes it up, if whoever planned it does not.
    pub next_attempt_at: DateTime<Utc>,
}

/// Writes an operation.
pub(super) async fn plan(
    conn: &mut Conn,
    planned: &Planned<'_>,
    at: DateTime<Utc>,
) -> QueryResult<OperationId> {
    use tables::payment_operations::dsl as o;
    let id = OperationId::new();
    diesel::insert_into(o::payment_operations)
        .values((
            o::id.eq(id),
            o::payment_id.eq(planned.payment),
            o::vendor_order_id.eq(planned.part),
            o::kind.eq(planned.kind),
            o::state.eq(OperationState::Planned),
            o::amount.eq(planned.amount),
            o::instrument.eq(planned.instrument),
            o::next_attempt_at.eq(planned.next_attempt_at),
            o::created_at.eq(at),
            o::updated_at.eq(at),
        ))
        .execute(conn)
        .await?;
    Ok(id)
}

const OPERATIONS: &str = "SELECT o.id, o.payment_id, p.order_id, o.vendor_order_id, o.kind, o.state, o.amount, p.currency::text AS currency, \
     o.instrument, o.failure, o.attempts FROM payment_operations o JOIN payments p ON p.id = o.payment_id WHERE ";

/// An operation as it stands.
pub(super) async fn operation(conn: &mut Conn, id: OperationId) -> QueryResult<Option<Operation>> {
    Statement::new(OPERATIONS)
        .sql("o.id = ")
        .uuid(id.0)
        .get_result(conn)
        .await
        .optional()
}

/// The charge of an order, if a gateway is asked for one.
pub(super) async fn charge_of(conn: &mut Conn, order: OrderId) -> QueryResult<Option<Operation>> {
    Statement::new(OPERATIONS)
        .sql("o.kind = 'CHARGE' AND p.order_id = ")
        .uuid(order.0)
        .get_result(conn)
        .await
        .optional()
}

/// The token that an order was charged with.
pub(super) async fn instrument_of(
    conn: &mut Conn,
    payment: PaymentId,
) -> QueryResult<Option<String>> {
    use tables::payment_operations::dsl as o;
    o::payment_operations
        .filter(o::payment_id.eq(payment))
        .filter(o::kind.eq(OperationKind::Charge))
        .select(o::instrument)
        .first(conn)
        .await
        .optional()
}

/// Writes what became of an operation.
pub(super) async fn end_operation(
    conn: &mut Conn,
    id: OperationId,
    state: OperationState,
    failure: Option<&str>,
    at: DateTime<Utc>,
) -> QueryResult<()> {
    use tables::payment_operations::dsl as o;
    diesel::update(o::payment_operations.find(id))
        .set((
            o::state.eq(state),
            o::failure.eq(failure),
            o::updated_at.eq(at),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// Notes that the gateway was asked in vain; one that is ended stays as it is.
pub(super) async fn postpone(
    conn: &mut Conn,
    id: OperationId,
    until: DateTime<Utc>,
    at: DateTime<Utc>,
) -> QueryResult<()> {
    use tables::payment_operations::dsl as o;
    let open = [OperationState::Planned, OperationState::Unknown];
    diesel::update(o::payment_operations.find(id).filter(o::state.eq_any(open)))
        .set((
            o::state.eq(OperationState::Unknown),
            o::attempts.eq(o::attempts + 1),
            o::next_attempt_at.eq(until),
            o::updated_at.eq(at),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

#[derive(QueryableByName)]
struct Due {
    #[diesel(sql_type = UuidSql)]
    id: OperationId,
}

/// Takes operations that it is time to ask for, so that nobody else does until `until`.
pub(super) async fn take_due(
    conn: &mut Conn,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
) -> QueryResult<Vec<OperationId>> {
    let taken: Vec<Due> = Statement::new("UPDATE payment_operations SET next_attempt_at = ")
        .time(until)
        .sql(" WHERE id IN (SELECT id FROM payment_operations WHERE state IN ('PLANNED', 'UNKNOWN') AND next_attempt_at <= ")
        .time(now)
        .sql(" ORDER BY next_attempt_at LIMIT 20 FOR UPDATE SKIP LOCKED) RETURNING id")
        .load(conn)
        .await?;
    Ok(taken.into_iter().map(|due| due.id).collect())
}

/// What the parts' shares of a payment are, in the order of the parts.
pub(super) async fn shares(
    conn: &mut Conn,
    payment: PaymentId,
    parts: &[VendorOrderId],
) -> QueryResult<Vec<(VendorOrderId, i64)>> {
    use tables::payment_allocations::dsl as a;
    let parts: Vec<Uuid> = parts.iter().map(|part| part.0).collect();
    a::payment_allocations
        .filter(a::payment_id.eq(payment))
        .filter(a::vendor_order_id.eq_any(parts))
        .order(a::vendor_order_id)
        .select((a::vendor_order_id, a::amount))
        .load(conn)
        .await
}
