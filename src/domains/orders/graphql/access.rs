//! Who may see an order, and call it off.

use super::order::Order;
use crate::domains::accounts::graphql::viewer;
use crate::domains::accounts::{Permission, Viewer};
use crate::domains::orders::loaders::{self, OrderById};
use crate::domains::orders::rows::OrderRow;
use crate::domains::orders::{Actor, ActorKind, OrderId};
use crate::graphql::batch::Loader;
use crate::platform::secret::Secret;
use async_graphql::{Context, Result};

/// As whom somebody deals with an order: as its customer, who is signed in or knows its secret, or as the marketplace's staff, who
/// need `permission`. `None` for everybody else, and for whoever brings a wrong secret.
pub fn as_whom(
    viewer: Option<&Viewer>,
    secret: Option<&Secret>,
    order: &OrderRow,
    permission: Permission,
) -> Option<Actor> {
    if secret.is_some_and(|secret| !secret.is_of(&order.secret_hash)) {
        return None;
    }
    let owns = viewer.is_some_and(|viewer| viewer.customer_id == order.customer_id);
    let works = viewer.is_some_and(|viewer| viewer.may(permission));
    let kind = match (owns, works) {
        (false, true) => ActorKind::Staff,
        _ if owns || secret.is_some() => ActorKind::Customer,
        _ => return None,
    };
    Some(Actor {
        kind,
        user_id: viewer.map(|viewer| viewer.user_id),
    })
}

impl Order {
    /// The order of this id, if whoever asks may see it. The secret is the one of the id that the request came with.
    ///
    /// # Errors
    /// When the database failed.
    pub async fn readable(
        ctx: &Context<'_>,
        id: OrderId,
        secret: Option<Secret>,
    ) -> Result<Option<Self>> {
        let found = ctx.data::<Loader<OrderById>>()?.load(id).await?;
        Ok(found
            .filter(|row| {
                as_whom(viewer(ctx), secret.as_ref(), row, Permission::OrdersRead).is_some()
            })
            .map(|row| Self::new(row, secret)))
    }

    /// An order that whoever asks is known to be allowed to see, as it stands after a change. The secret goes into its id.
    ///
    /// # Errors
    /// When the database failed.
    pub async fn load(
        ctx: &Context<'_>,
        id: OrderId,
        secret: Option<Secret>,
    ) -> Result<Option<Self>> {
        loaders::forget(ctx)?;
        let found = ctx.data::<Loader<OrderById>>()?.load(id).await?;
        Ok(found.map(|row| Self::new(row, secret)))
    }
}

/// As whom whoever asks may call off the order of this id.
///
/// # Errors
/// When the database failed.
pub async fn who_cancels(
    ctx: &Context<'_>,
    id: OrderId,
    secret: Option<&Secret>,
) -> Result<Option<Actor>> {
    let found = ctx.data::<Loader<OrderById>>()?.load(id).await?;
    Ok(found.and_then(|row| as_whom(viewer(ctx), secret, &row, Permission::OrdersCancel)))
}
