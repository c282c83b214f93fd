//! What can be done with carts.

use super::inputs::{
    self, AttributeInput, CartBuyerIdentityInput, CartInput, CartLineInput, CartLineUpdateInput,
    Unread,
};
use super::payload::{
    CartAttributesUpdatePayload, CartBuyerIdentityUpdatePayload, CartCreatePayload,
    CartLinesAddPayload, CartLinesRemovePayload, CartLinesUpdatePayload, CartNoteUpdatePayload,
    Outcome,
};
use crate::domains::accounts::UserId;
use crate::domains::accounts::graphql::viewer;
use crate::domains::accounts::service::Accounts;
use crate::domains::carts::draft::Warning;
use crate::domains::carts::service::Carts;
use crate::domains::carts::{CartError, CartErrorCode, CartId, Fault, Ticket};
use crate::domains::shop::InContext;
use crate::graphql::error::internal;
use crate::graphql::gid::expect_keyed;
use async_graphql::{Context, ID, MaybeUndefined, Object, Result};

/// Mutations of carts.
#[derive(Default)]
pub struct CartMutation;

/// Mutations of carts.
#[Object]
impl CartMutation {
    /// Begins a cart, in the buyer's country, else in that of the request. Whoever is signed in owns it.
    async fn cart_create(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What it begins with.")] input: Option<CartInput>,
    ) -> Result<Option<CartCreatePayload>> {
        let input = input.unwrap_or_default();
        let owner = match owner(ctx, input.buyer_identity.as_ref()).await? {
            Ok(owner) => owner,
            Err(error) => return below_input(ctx, Unread::Person(error)).await,
        };
        let new = match inputs::new_cart(input) {
            Ok(new) => new,
            Err(why) => return below_input(ctx, why).await,
        };
        let carts = ctx.data::<Carts>()?;
        let created = carts
            .create(ctx.data::<InContext>()?, owner.flatten(), new)
            .await;
        let outcome = match created {
            Ok((ticket, warnings)) => Outcome::of(ctx, Some(&ticket), Ok(warnings)).await?,
            Err(error) => Outcome::of(ctx, None, Err(error)).await?,
        };
        Ok(Some(outcome.into()))
    }

    /// Puts something in a cart: all of it, or nothing when any of it is wrong. The same variant with the same attributes joins the
    /// line that is there. Of what there is not enough of, the cart gets what there is, and a warning.
    async fn cart_lines_add(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The cart's global id.")] cart_id: ID,
        #[graphql(desc = "What is put in: at most 250 lines.")] lines: Vec<CartLineInput>,
    ) -> Result<Option<CartLinesAddPayload>> {
        let ticket = ticket(&cart_id)?;
        let change = match (&ticket, inputs::new_lines(lines)) {
            (_, Err(why)) => Err(why),
            (None, _) => Ok(Err(CartError::NotFound)),
            (Some(ticket), Ok(lines)) => {
                Ok(ctx.data::<Carts>()?.add_lines(ticket.clone(), lines).await)
            }
        };
        answered(ctx, ticket, change).await
    }

    /// Changes lines of a cart: all of them, or nothing when anything is wrong. Lines that become equal are joined.
    async fn cart_lines_update(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The cart's global id.")] cart_id: ID,
        #[graphql(desc = "What becomes of which line: at most 250 changes.")] lines: Vec<
            CartLineUpdateInput,
        >,
    ) -> Result<Option<CartLinesUpdatePayload>> {
        let ticket = ticket(&cart_id)?;
        let change = match (&ticket, inputs::updates(lines)) {
            (_, Err(why)) => Err(why),
            (None, _) => Ok(Err(CartError::NotFound)),
            (Some(ticket), Ok(updates)) => Ok(ctx
                .data::<Carts>()?
                .update_lines(ticket.clone(), updates)
                .await),
        };
        answered(ctx, ticket, change).await
    }

    /// Takes lines out of a cart: all of them, or none when any is not there.
    async fn cart_lines_remove(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The cart's global id.")] cart_id: ID,
        #[graphql(
            desc = "Global ids of lines, those that cannot be bought any more too: at most 250."
        )]
        line_ids: Vec<ID>,
    ) -> Result<Option<CartLinesRemovePayload>> {
        let ticket = ticket(&cart_id)?;
        let change = match (&ticket, inputs::line_ids(line_ids)) {
            (_, Err(why)) => Err(why),
            (None, _) => Ok(Err(CartError::NotFound)),
            (Some(ticket), Ok(ids)) => {
                Ok(ctx.data::<Carts>()?.remove_lines(ticket.clone(), ids).await)
            }
        };
        answered(ctx, ticket, change).await
    }

    /// Says who buys. Another country is another market with its prices: what is not sold there becomes unavailable. Whoever is signed
    /// in owns the cart from then on; nobody does when nobody is and the token is null.
    async fn cart_buyer_identity_update(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The cart's global id.")] cart_id: ID,
        #[graphql(desc = "What becomes known of the buyer.")]
        buyer_identity: CartBuyerIdentityInput,
    ) -> Result<Option<CartBuyerIdentityUpdatePayload>> {
        let ticket = ticket(&cart_id)?;
        let change = match (&ticket, owner(ctx, Some(&buyer_identity)).await?) {
            (None, _) => Err(CartError::NotFound),
            (_, Err(error)) => Err(error),
            (Some(ticket), Ok(owner)) => {
                let identity = inputs::identity(buyer_identity);
                let context = ctx.data::<InContext>()?;
                ctx.data::<Carts>()?
                    .identify(ticket.clone(), context, owner, identity)
                    .await
            }
        };
        answered(ctx, ticket, Ok(change)).await
    }

    /// Writes down what the buyer wants to say.
    async fn cart_note_update(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The cart's global id.")] cart_id: ID,
        #[graphql(desc = "The note: at most 5000 characters; an empty one forgets it.")]
        note: String,
    ) -> Result<Option<CartNoteUpdatePayload>> {
        let ticket = ticket(&cart_id)?;
        let change = match &ticket {
            None => Err(CartError::NotFound),
            Some(ticket) => ctx.data::<Carts>()?.note(ticket.clone(), note).await,
        };
        answered(ctx, ticket, Ok(change)).await
    }

    /// Remembers these attributes of a cart, and those from before no longer.
    async fn cart_attributes_update(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The cart's global id.")] cart_id: ID,
        #[graphql(desc = "The attributes: at most 25, and 64 kB with those of the lines.")]
        attributes: Vec<AttributeInput>,
    ) -> Result<Option<CartAttributesUpdatePayload>> {
        let ticket = ticket(&cart_id)?;
        let change = match &ticket {
            None => Err(CartError::NotFound),
            Some(ticket) => {
                let attributes = inputs::attributes(Some(attributes));
                ctx.data::<Carts>()?
                    .set_attributes(ticket.clone(), attributes)
                    .await
            }
        };
        answered(ctx, ticket, Ok(change)).await
    }
}

/// What opens the cart of this id; `None` without a secret.
fn ticket(id: &ID) -> Result<Option<Ticket>> {
    let (id, secret) = expect_keyed("Cart", id)?;
    Ok(secret.map(|secret| Ticket {
        id: CartId(id),
        secret,
    }))
}

/// Whose the cart becomes: of the buyer whose token the input has, else of whoever is signed in; else it stays whose it is, or is
/// nobody's when the token is null.
async fn owner(
    ctx: &Context<'_>,
    identity: Option<&CartBuyerIdentityInput>,
) -> Result<Result<Option<Option<UserId>>, CartError>> {
    let signed_in = viewer(ctx).map(|viewer| Some(viewer.user_id));
    let token = match identity.map(|identity| &identity.customer_access_token) {
        None | Some(MaybeUndefined::Undefined) => return Ok(Ok(signed_in)),
        Some(MaybeUndefined::Null) => return Ok(Ok(signed_in.or(Some(None)))),
        Some(MaybeUndefined::Value(token)) => token,
    };
    let found = ctx.data::<Accounts>()?.authenticate(token).await;
    Ok(match found.map_err(internal)? {
        Some(buyer) => Ok(Some(Some(buyer.user_id))),
        None => Err(CartError::Faults(vec![Fault::new(
            CartErrorCode::Invalid,
            &["buyerIdentity", "customerAccessToken"],
            "This is no access token that is still valid: sign in again.",
        )])),
    })
}

async fn answered<P: From<Outcome>>(
    ctx: &Context<'_>,
    ticket: Option<Ticket>,
    change: Result<Result<Vec<Warning>, CartError>, Unread>,
) -> Result<Option<P>> {
    let outcome = match change {
        Ok(change) => Outcome::of(ctx, ticket.as_ref(), change).await?,
        Err(why) => Outcome::unread(ctx, ticket.as_ref(), why).await?,
    };
    Ok(Some(outcome.into()))
}

/// The fields of a new cart stand below `input`.
async fn below_input(ctx: &Context<'_>, why: Unread) -> Result<Option<CartCreatePayload>> {
    let why = match why {
        Unread::Person(CartError::Faults(faults)) => {
            let below = faults.into_iter().map(|fault| fault.below(&["input"]));
            Unread::Person(CartError::Faults(below.collect()))
        }
        other => other,
    };
    Ok(Some(Outcome::unread(ctx, None, why).await?.into()))
}
