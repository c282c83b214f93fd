//! Lists of orders.

use super::desk_order::VendorDeskOrder;
use super::order::Order;
use crate::domains::accounts::CustomerId;
use crate::domains::orders::desk_filter::DeskFilter;
use crate::domains::orders::{OrderState, reading};
use crate::domains::shop::InContext;
use crate::graphql::budget::charge_rows;
use crate::graphql::connection::{Connection, Placed};
use crate::graphql::made_of;
use crate::graphql::page_args::{Order as ListOrder, PageArgs};
use crate::graphql::ready::Ready;
use crate::platform::db::{DbError, Key, KeyKind, Keyset};
use async_graphql::{Context, Enum, Result};
use std::sync::Arc;
use uuid::Uuid;

/// What a customer's orders are sorted by.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrderSortKeys {
    /// By id, which is the order in which they were placed.
    Id,
    /// In the order in which they were placed.
    ProcessedAt,
    /// By what was agreed to be paid.
    TotalPrice,
}

impl OrderSortKeys {
    const fn order(self) -> ListOrder {
        let (name, kind) = match self {
            Self::Id => ("ID", KeyKind::None),
            Self::ProcessedAt => ("PROCESSED_AT", KeyKind::None),
            Self::TotalPrice => ("TOTAL_PRICE", KeyKind::Int),
        };
        ListOrder {
            name,
            kind,
            descending: false,
        }
    }
}

/// A page of a customer's orders, for whoever was found to be that customer. An empty list of states is none that is asked for.
///
/// # Errors
/// What the page's arguments are refused for, or the database.
pub async fn orders_of(
    ctx: &Context<'_>,
    customer: CustomerId,
    args: &PageArgs,
    sort: OrderSortKeys,
    states: Option<Vec<OrderState>>,
) -> Result<Ready<Connection<Ready<Order>>>> {
    let order = sort.order();
    let slice = args.slice(order)?;
    let keyset = Keyset {
        key: "o.total",
        id: "o.id",
        kind: order.kind,
    };
    let states = distinct(states.unwrap_or_default());
    let states = (!states.is_empty()).then_some(states.as_slice());
    charge_rows(ctx, slice.limit).await;
    let mut conn = made_of::reading(ctx)?.unkept().get().await?;
    let rows = reading::orders_of(&mut conn, customer, states, keyset, &slice)
        .await
        .map_err(DbError::from)?;
    let placed = rows.into_iter().map(|row| Placed {
        key: match order.kind {
            KeyKind::Int => Key::Int(row.total),
            _ => Key::None,
        },
        id: row.id.0,
        item: Ready(Order::new(Arc::new(row), None)),
    });
    Ok(Ready(Connection::new(placed.collect(), &slice, order)))
}

/// The vendor's newest stand first.
const NEWEST: ListOrder = ListOrder {
    name: "NEWEST",
    kind: KeyKind::None,
    descending: true,
};

/// A page of what a vendor sees, for whoever was found to work there.
pub(super) async fn orders_at(
    ctx: &Context<'_>,
    vendor: Uuid,
    args: &PageArgs,
    filter: &DeskFilter,
) -> Result<Connection<VendorDeskOrder>> {
    let slice = args.slice(NEWEST)?;
    let keyset = Keyset {
        key: "",
        id: "vo.id",
        kind: KeyKind::None,
    };
    charge_rows(ctx, slice.limit).await;
    let language = ctx.data::<InContext>()?.language_code();
    let mut conn = made_of::reading(ctx)?.unkept().get().await?;
    let rows = reading::desk_page(&mut conn, language, vendor, filter, keyset, &slice)
        .await
        .map_err(DbError::from)?;
    let placed = rows.into_iter().map(|row| Placed {
        key: Key::None,
        id: row.id.0,
        item: VendorDeskOrder(Arc::new(row)),
    });
    Ok(Connection::new(placed.collect(), &slice, NEWEST))
}

/// Each state once, however often it is named.
pub(super) fn distinct(states: Vec<OrderState>) -> Vec<OrderState> {
    let mut found = Vec::new();
    for state in states {
        if !found.contains(&state) {
            found.push(state);
        }
    }
    found
}
