//! What can be asked about carts.

use super::cart::Cart;
use crate::domains::carts::{CartId, Ticket, loaders};
use crate::graphql::gid::expect_keyed;
use crate::graphql::ready::Ready;
use crate::platform::secret::Secret;
use async_graphql::{Context, ID, Object, Result};
use std::sync::Arc;
use uuid::Uuid;

/// Queries about carts.
#[derive(Default)]
pub struct CartQuery;

/// Queries about carts.
#[Object]
impl CartQuery {
    /// A cart; `null` when there is none of this id, its secret is missing or wrong, or it was bought.
    async fn cart(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The cart's global id, with its secret.")] id: ID,
    ) -> Result<Option<Ready<Cart>>> {
        let (id, secret) = expect_keyed("Cart", &id)?;
        Ok(cart_by_id(ctx, id, secret).await?.map(Ready))
    }
}

/// The cart that an id and its secret open.
///
/// # Errors
/// When the database failed.
pub async fn cart_by_id(
    ctx: &Context<'_>,
    id: Uuid,
    secret: Option<Secret>,
) -> Result<Option<Cart>> {
    let Some(secret) = secret else {
        return Ok(None);
    };
    let ticket = Ticket {
        id: CartId(id),
        secret,
    };
    let view = loaders::cart(ctx, &ticket).await?;
    Ok(view.map(|view| Cart(Arc::new(view))))
}
