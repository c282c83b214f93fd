//! Every statement of this room that only reads.

use super::desk_filter::{DeskFilter, Wanted};
use super::model::{OrderId, VendorOrderId};
use super::rows::{
    ContactRow, CountRow, DeskRow, LineRow, OrderRow, PartRow, PaymentRow, TimelineRow,
};
use super::states::OrderState;
use crate::domains::accounts::CustomerId;
use crate::platform::db::{Conn, Keyset, Slice, Statement};
use diesel::QueryResult;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

const ORDERS: &str = "SELECT o.id, o.number, o.customer_id, o.secret_hash, o.currency, o.language, o.state, o.payment_method, \
     o.subtotal, o.delivery, o.tax, o.discount, o.total, o.note, o.attributes, o.cancel_reason, o.placed_at, o.cancelled_at \
     FROM orders o";

/// The orders of these ids, whoever may see them.
pub(super) async fn orders(conn: &mut Conn, ids: Vec<Uuid>) -> QueryResult<Vec<OrderRow>> {
    Statement::new(ORDERS)
        .sql(" WHERE o.id = ANY(")
        .uuids(ids)
        .sql(")")
        .load(conn)
        .await
}

/// A page of a customer's orders, in some states or in any.
pub(super) async fn orders_of(
    conn: &mut Conn,
    customer: CustomerId,
    states: Option<&[OrderState]>,
    keyset: Keyset,
    slice: &Slice,
) -> QueryResult<Vec<OrderRow>> {
    let mut statement = Statement::new(ORDERS)
        .sql(" WHERE o.customer_id = ")
        .uuid(customer.0);
    if let Some(states) = states {
        statement = among(statement.sql(" AND o.state"), states);
    }
    statement
        .append(keyset.bounds(slice))
        .append(keyset.order(slice))
        .load(conn)
        .await
}

fn among(statement: Statement, states: &[OrderState]) -> Statement {
    let names = states.iter().map(|state| state.as_str().to_owned());
    statement
        .sql(" = ANY(")
        .texts(names.collect())
        .sql("::order_state[])")
}

const PARTS: &str = "SELECT vo.id, vo.order_id, o.number AS order_number, o.currency, o.payment_method, o.note, vo.vendor_id, \
     coalesce(t.name, v.name) AS vendor_name, vo.position, vo.state, vo.subtotal, vo.delivery, vo.tax, vo.discount, vo.total, \
     vo.end_note, vo.tracking_company, vo.tracking_number, vo.placed_at, vo.updated_at, vo.version \
     FROM vendor_orders vo JOIN orders o ON o.id = vo.order_id JOIN vendors v ON v.id = vo.vendor_id \
     LEFT JOIN vendor_translations t ON t.vendor_id = v.id AND t.language = ";

/// The parts of these orders, in order.
pub(super) async fn parts_of(
    conn: &mut Conn,
    language: &str,
    orders: Vec<Uuid>,
) -> QueryResult<Vec<PartRow>> {
    Statement::new(PARTS)
        .text(language)
        .sql(" WHERE vo.order_id = ANY(")
        .uuids(orders)
        .sql(") ORDER BY vo.order_id, vo.position")
        .load(conn)
        .await
}

/// The parts of these ids that their vendors see.
pub(super) async fn released(
    conn: &mut Conn,
    language: &str,
    ids: Vec<Uuid>,
) -> QueryResult<Vec<PartRow>> {
    Statement::new(PARTS)
        .text(language)
        .sql(" WHERE vo.released AND vo.id = ANY(")
        .uuids(ids)
        .sql(")")
        .load(conn)
        .await
}

/// A page of what a vendor sees.
pub(super) async fn desk_page(
    conn: &mut Conn,
    language: &str,
    vendor: Uuid,
    filter: &DeskFilter,
    keyset: Keyset,
    slice: &Slice,
) -> QueryResult<Vec<PartRow>> {
    let statement = Statement::new(PARTS)
        .text(language)
        .sql(" WHERE vo.released AND vo.vendor_id = ")
        .uuid(vendor);
    let statement = filtered(statement, filter)
        .append(keyset.bounds(slice))
        .append(keyset.order(slice));
    if filter.is_composed() {
        statement.once().load(conn).await
    } else {
        statement.load(conn).await
    }
}

fn filtered(mut statement: Statement, filter: &DeskFilter) -> Statement {
    match filter.states.as_slice() {
        [] => {}
        // One state has an index of its own.
        [state] => {
            statement = statement
                .sql(" AND vo.state = ")
                .text(state.as_str())
                .sql("::order_state");
        }
        several => statement = among(statement.sql(" AND vo.state"), several),
    }
    if let Some(moment) = filter.placed_after {
        statement = statement.sql(" AND vo.placed_at > ").time(moment);
    }
    if let Some(moment) = filter.placed_before {
        statement = statement.sql(" AND vo.placed_at < ").time(moment);
    }
    match &filter.wanted {
        None => statement,
        Some(Wanted::Number(number)) => statement.sql(" AND o.number = ").bigint(*number),
        Some(Wanted::Buyer(name)) => statement
            .sql(" AND EXISTS (SELECT FROM order_contacts c WHERE c.order_id = vo.order_id AND (starts_with(lower(c.last_name), lower(")
            .text(name)
            .sql(")) OR starts_with(lower(c.first_name || ' ' || c.last_name), lower(")
            .text(name)
            .sql("))))"),
    }
}

/// How many orders each of these vendors sees, by state.
pub(super) async fn counts_of(conn: &mut Conn, vendors: Vec<Uuid>) -> QueryResult<Vec<CountRow>> {
    Statement::new(
        "SELECT vendor_id, state, count(*) AS count FROM vendor_orders WHERE released AND vendor_id = ANY(",
    )
    .uuids(vendors)
    .sql(") GROUP BY vendor_id, state ORDER BY vendor_id, state")
    .load(conn)
    .await
}

/// The vendors of these ids, selling or not.
pub(super) async fn desks(
    conn: &mut Conn,
    language: &str,
    vendors: Vec<Uuid>,
) -> QueryResult<Vec<DeskRow>> {
    Statement::new(
        "SELECT v.id, v.handle, coalesce(t.name, v.name) AS name, v.state FROM vendors v \
         LEFT JOIN vendor_translations t ON t.vendor_id = v.id AND t.language = ",
    )
    .text(language)
    .sql(" WHERE v.id = ANY(")
    .uuids(vendors)
    .sql(")")
    .load(conn)
    .await
}

/// The lines of these parts, in order.
pub(super) async fn lines_of(
    conn: &mut Conn,
    parts: Vec<VendorOrderId>,
) -> QueryResult<Vec<LineRow>> {
    Statement::new(
        "SELECT l.id, l.vendor_order_id, l.position, l.variant_id, l.title, l.variant_title, l.sku, l.image_file_id, \
         f.width AS image_width, f.height AS image_height, l.quantity, l.unit_price, l.subtotal, l.discount, l.attributes \
         FROM order_lines l LEFT JOIN files f ON f.id = l.image_file_id WHERE l.vendor_order_id = ANY(",
    )
    .uuids(parts.into_iter().map(|id| id.0).collect())
    .sql(") ORDER BY l.vendor_order_id, l.position")
    .load(conn)
    .await
}

/// Who these orders go to.
pub(super) async fn contacts(
    conn: &mut Conn,
    orders: Vec<OrderId>,
) -> QueryResult<Vec<ContactRow>> {
    of_orders(
        "SELECT order_id, email, first_name, last_name, company, address1, address2, city, province, zip, country, phone \
         FROM order_contacts WHERE order_id = ANY(",
        orders,
    )
    .sql(")")
    .load(conn)
    .await
}

/// How these orders are paid.
pub(super) async fn payments(
    conn: &mut Conn,
    orders: Vec<OrderId>,
) -> QueryResult<Vec<PaymentRow>> {
    of_orders(
        "SELECT order_id, state, currency, amount, paid, refunded, forgone, card_brand, card_last_digits \
         FROM payments WHERE order_id = ANY(",
        orders,
    )
    .sql(")")
    .load(conn)
    .await
}

/// What happened to these orders, oldest first.
pub(super) async fn timelines(
    conn: &mut Conn,
    orders: Vec<OrderId>,
) -> QueryResult<Vec<TimelineRow>> {
    of_orders(
        "SELECT order_id, vendor_order_id, kind, state, actor, happened_at FROM order_timeline WHERE order_id = ANY(",
        orders,
    )
    .sql(") ORDER BY order_id, id")
    .load(conn)
    .await
}

fn of_orders(sql: &'static str, orders: Vec<OrderId>) -> Statement {
    Statement::new(sql).uuids(orders.into_iter().map(|id| id.0).collect())
}
