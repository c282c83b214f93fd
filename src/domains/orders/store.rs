//! Every statement that writes orders.

use super::model::{CancelReason, OrderId, OrderLineId, VendorOrderId};
use super::placing::{Amounts, NewOrder, NewPart};
use super::states::OrderState;
use crate::domains::accounts::CustomerId;
use crate::platform::db::{Conn, Statement, tables};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Bool, Integer, Nullable, Uuid as UuidSql};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

/// An order whose row is locked.
#[derive(QueryableByName)]
pub(super) struct LockedOrder {
    #[diesel(sql_type = UuidSql)]
    pub id: OrderId,
    #[diesel(sql_type = UuidSql)]
    pub customer_id: CustomerId,
    #[diesel(sql_type = tables::sql_types::OrderState)]
    pub state: OrderState,
}

/// A vendor order whose row is locked.
#[derive(Clone, QueryableByName)]
pub(super) struct LockedPart {
    #[diesel(sql_type = UuidSql)]
    pub id: VendorOrderId,
    #[diesel(sql_type = UuidSql)]
    pub vendor_id: Uuid,
    #[diesel(sql_type = tables::sql_types::OrderState)]
    pub state: OrderState,
    #[diesel(sql_type = Bool)]
    pub released: bool,
    #[diesel(sql_type = Integer)]
    pub version: i32,
    /// What happened last to the order, in its timeline.
    #[diesel(sql_type = Nullable<UuidSql>)]
    pub last_step: Option<Uuid>,
}

/// Locks an order.
pub(super) async fn lock_order(conn: &mut Conn, id: OrderId) -> QueryResult<Option<LockedOrder>> {
    Statement::new("SELECT id, customer_id, state FROM orders WHERE id = ")
        .uuid(id.0)
        .sql(" FOR NO KEY UPDATE")
        .get_result(conn)
        .await
        .optional()
}

/// Locks the vendor orders of a locked order, in the order of their keys.
pub(super) async fn lock_parts(conn: &mut Conn, order: OrderId) -> QueryResult<Vec<LockedPart>> {
    Statement::new(
        "SELECT id, vendor_id, state, released, version, \
         (SELECT t.id FROM order_timeline t WHERE t.order_id = vendor_orders.order_id ORDER BY t.id DESC LIMIT 1) AS last_step \
         FROM vendor_orders WHERE order_id = ",
    )
    .uuid(order.0)
    .sql(" ORDER BY id FOR NO KEY UPDATE")
    .load(conn)
    .await
}

/// The order of a vendor's order that the vendor may see.
pub(super) async fn order_of(
    conn: &mut Conn,
    vendor: Uuid,
    part: VendorOrderId,
) -> QueryResult<Option<OrderId>> {
    use tables::vendor_orders::dsl as v;
    v::vendor_orders
        .filter(v::vendor_id.eq(vendor))
        .filter(v::id.eq(part))
        .filter(v::released)
        .select(v::order_id)
        .first(conn)
        .await
        .optional()
}

/// The lines of vendor orders.
pub(super) async fn lines_of(
    conn: &mut Conn,
    parts: &[VendorOrderId],
) -> QueryResult<Vec<OrderLineId>> {
    use tables::order_lines::dsl as l;
    let parts: Vec<Uuid> = parts.iter().map(|part| part.0).collect();
    l::order_lines
        .filter(l::vendor_order_id.eq_any(parts))
        .order(l::id)
        .select(l::id)
        .load(conn)
        .await
}

/// What opens an order: the hash of its secret, and its customer. Neither ever changes.
pub(super) async fn whose(
    conn: &mut Conn,
    id: OrderId,
) -> QueryResult<Option<(Vec<u8>, CustomerId)>> {
    use tables::orders::dsl as o;
    o::orders
        .find(id)
        .select((o::secret_hash, o::customer_id))
        .first(conn)
        .await
        .optional()
}

/// The cart that an order was made of.
pub(super) async fn cart_of(conn: &mut Conn, id: OrderId) -> QueryResult<Option<Uuid>> {
    use tables::orders::dsl as o;
    o::orders
        .find(id)
        .select(o::cart_id)
        .first(conn)
        .await
        .optional()
}

/// Whether there is an order of this id.
pub(super) async fn is_there(conn: &mut Conn, id: OrderId) -> QueryResult<bool> {
    use tables::orders::dsl as o;
    diesel::select(diesel::dsl::exists(o::orders.find(id)))
        .get_result(conn)
        .await
}

/// What a step changes about a vendor order.
pub(super) struct PartChange<'a> {
    pub id: VendorOrderId,
    pub state: OrderState,
    pub end_note: Option<&'a str>,
    pub tracking_company: Option<&'a str>,
    pub tracking_number: Option<&'a str>,
}

/// Writes a step of a locked vendor order. What the step says nothing of stays as it is.
pub(super) async fn write_part(
    conn: &mut Conn,
    change: &PartChange<'_>,
    at: DateTime<Utc>,
) -> QueryResult<()> {
    use tables::vendor_orders::dsl as v;
    diesel::update(v::vendor_orders.find(change.id))
        .set((
            v::state.eq(change.state),
            change.end_note.map(|note| v::end_note.eq(note)),
            change
                .tracking_company
                .map(|name| v::tracking_company.eq(name)),
            change
                .tracking_number
                .map(|number| v::tracking_number.eq(number)),
            (change.state == OrderState::Pending).then(|| v::released.eq(true)),
            v::version.eq(v::version + 1),
            v::updated_at.eq(at),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// Writes the state of a locked order; with the reason, when it is called off for good.
pub(super) async fn write_order(
    conn: &mut Conn,
    id: OrderId,
    state: OrderState,
    ended: Option<CancelReason>,
    at: DateTime<Utc>,
) -> QueryResult<()> {
    use tables::orders::dsl as o;
    diesel::update(o::orders.find(id))
        .set((
            o::state.eq(state),
            ended.map(|reason| (o::cancel_reason.eq(reason), o::cancelled_at.eq(at))),
            o::version.eq(o::version + 1),
            o::updated_at.eq(at),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// Writes a new order with its contact, its parts and their lines.
pub(super) async fn insert(
    conn: &mut Conn,
    order: &NewOrder,
    amounts: Amounts,
    at: DateTime<Utc>,
) -> QueryResult<()> {
    insert_order(conn, order, amounts, at).await?;
    insert_contact(conn, order).await?;
    insert_parts(conn, order, at).await?;
    insert_lines(conn, order).await
}

/// The state that a new order and its parts begin in.
pub(super) const fn first_state(order: &NewOrder) -> OrderState {
    if order.awaits_payment {
        OrderState::AwaitingPayment
    } else {
        OrderState::Pending
    }
}

async fn insert_order(
    conn: &mut Conn,
    order: &NewOrder,
    amounts: Amounts,
    at: DateTime<Utc>,
) -> QueryResult<()> {
    use tables::orders::dsl as o;
    diesel::insert_into(o::orders)
        .values((
            o::id.eq(order.id),
            o::cart_id.eq(order.cart_id),
            o::customer_id.eq(order.customer_id),
            o::secret_hash.eq(order.secret_hash.as_slice()),
            o::market_id.eq(order.market_id),
            o::currency.eq(&order.currency),
            o::language.eq(&order.language),
            o::country.eq(&order.country),
            o::state.eq(first_state(order)),
            o::payment_method.eq(order.payment_method),
            o::subtotal.eq(amounts.subtotal),
            o::delivery.eq(amounts.delivery),
            o::tax.eq(amounts.tax),
            o::discount.eq(amounts.discount),
            o::total.eq(amounts.total),
            o::note.eq(&order.note),
            o::attributes.eq(&order.attributes),
            o::placed_at.eq(at),
            o::updated_at.eq(at),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

async fn insert_contact(conn: &mut Conn, order: &NewOrder) -> QueryResult<()> {
    use tables::order_contacts::dsl as c;
    let contact = &order.contact;
    diesel::insert_into(c::order_contacts)
        .values((
            c::order_id.eq(order.id),
            c::email.eq(&contact.email),
            c::first_name.eq(&contact.first_name),
            c::last_name.eq(&contact.last_name),
            c::company.eq(&contact.company),
            c::address1.eq(&contact.address1),
            c::address2.eq(&contact.address2),
            c::city.eq(&contact.city),
            c::province.eq(&contact.province),
            c::zip.eq(&contact.zip),
            c::country.eq(&contact.country),
            c::phone.eq(&contact.phone),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

async fn insert_parts(conn: &mut Conn, order: &NewOrder, at: DateTime<Utc>) -> QueryResult<()> {
    use tables::vendor_orders::dsl as v;
    let state = first_state(order);
    let row = |(part, position): (&NewPart, i16)| {
        (
            v::id.eq(part.id),
            v::order_id.eq(order.id),
            v::vendor_id.eq(part.vendor_id),
            v::position.eq(position),
            v::state.eq(state),
            v::released.eq(!order.awaits_payment),
            v::subtotal.eq(part.amounts.subtotal),
            v::delivery.eq(part.amounts.delivery),
            v::tax.eq(part.amounts.tax),
            v::discount.eq(part.amounts.discount),
            v::total.eq(part.amounts.total),
            v::placed_at.eq(at),
            v::updated_at.eq(at),
        )
    };
    let rows: Vec<_> = order.parts.iter().zip(1..).map(row).collect();
    diesel::insert_into(v::vendor_orders)
        .values(rows)
        .execute(conn)
        .await?;
    Ok(())
}

async fn insert_lines(conn: &mut Conn, order: &NewOrder) -> QueryResult<()> {
    use tables::order_lines::dsl as l;
    let lines = order
        .parts
        .iter()
        .flat_map(|part| part.lines.iter().map(move |line| (part, line)));
    let rows: Vec<_> = lines
        .zip(1_i16..)
        .map(|((part, line), position)| {
            (
                l::id.eq(line.id),
                l::order_id.eq(order.id),
                l::vendor_order_id.eq(part.id),
                l::position.eq(position),
                l::product_id.eq(line.product_id),
                l::variant_id.eq(line.variant_id),
                l::title.eq(&line.title),
                l::variant_title.eq(&line.variant_title),
                l::sku.eq(line.sku.as_deref()),
                l::image_file_id.eq(line.image_file_id),
                l::quantity.eq(line.quantity),
                l::unit_price.eq(line.unit_price),
                l::subtotal.eq(line.amounts.subtotal),
                l::tax.eq(line.amounts.tax),
                l::discount.eq(line.amounts.discount),
                l::total.eq(line.amounts.total),
                l::attributes.eq(&line.attributes),
            )
        })
        .collect();
    diesel::insert_into(l::order_lines)
        .values(rows)
        .execute(conn)
        .await?;
    Ok(())
}
