//! Who may see an order, and call it off.

use super::order::Order;
use crate::domains::accounts::Permission;
use crate::domains::accounts::graphql::viewer;
use crate::domains::orders::access::as_whom;
use crate::domains::orders::loaders::{self, OrderById};
use crate::domains::orders::{Actor, OrderId};
use crate::graphql::batch::Loader;
use crate::platform::secret::Secret;
use async_graphql::{Context, Result};

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
                let whose = (row.secret_hash.as_slice(), row.customer_id);
                as_whom(viewer(ctx), secret.as_ref(), whose, Permission::OrdersRead).is_some()
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
    Ok(found.and_then(|row| {
        let whose = (row.secret_hash.as_slice(), row.customer_id);
        as_whom(viewer(ctx), secret, whose, Permission::OrdersCancel)
    }))
}
