//! Following a cart.

use super::cart::Cart;
use super::query::cart_by_id;
use crate::domains::carts::loaders::CartById;
use crate::domains::carts::{CartState, Ticket};
use crate::domains::live::{Step, Teller, Told, What, follow, gone};
use crate::graphql::batch::Loader;
use crate::graphql::gid::expect_keyed;
use crate::graphql::scalars::DateTime;
use crate::platform::outbox::Audience;
use async_graphql::{ComplexObject, Context, Enum, ID, Result, SimpleObject, Subscription};
use futures_util::Stream;

/// Subscriptions about carts.
#[derive(Default)]
pub struct CartSubscription;

/// Subscriptions about carts.
#[Subscription]
impl CartSubscription {
    /// What happens to a cart, whoever of those who know its key did it; it ends when the cart was bought.
    async fn cart_updated(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The cart's global id, with its secret.")] cart_id: ID,
        #[graphql(
            desc = "The cursor of the last event that was seen: what came after it is told first. Without it the subscription begins now."
        )]
        after: Option<String>,
    ) -> Result<impl Stream<Item = Result<Told<CartUpdate>>>> {
        let (id, secret) = expect_keyed("Cart", &cart_id)?;
        let secret = secret.ok_or_else(|| gone("cart"))?;
        let ticket = Ticket {
            id: crate::domains::carts::CartId(id),
            secret,
        };
        Box::pin(follow(ctx, Audience::Cart(id), after, OneCart(ticket))).await
    }
}

/// What happened to a cart.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum CartUpdateKind {
    /// Nothing: the subscription begins here. Sent first to whoever names no cursor.
    Started,
    /// What happened since the cursor cannot be told any more: take what stands here as the truth, and go on from this cursor.
    Resync,
    /// Its lines, its buyer, its note or its attributes changed, or it can be changed again after a payment that failed.
    Changed,
    /// It is being paid, and cannot be changed meanwhile.
    Paying,
    /// It was bought: nothing comes after this.
    Bought,
}

/// Something that happened to a cart, and the cart as it is now.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct CartUpdate {
    /// Where to go on after this: `after` of another subscription.
    pub cursor: String,
    /// What happened.
    pub kind: CartUpdateKind,
    /// When it happened.
    pub happened_at: DateTime,
    #[graphql(skip)]
    ticket: Ticket,
}

#[ComplexObject]
impl CartUpdate {
    /// The cart as it is now, which may be further than what happened; `null` once it was bought.
    async fn cart(&self, ctx: &Context<'_>) -> Result<Option<Cart>> {
        cart_by_id(ctx, self.ticket.id.0, Some(self.ticket.secret.clone())).await
    }
}

/// Tells of one cart.
struct OneCart(Ticket);

impl Teller for OneCart {
    type Answer = CartUpdate;

    async fn tell(&self, step: Step) -> Result<Option<CartUpdate>> {
        let cart = step
            .moment
            .get::<Loader<CartById>>()?
            .load(self.0.id)
            .await?
            .filter(|row| self.0.secret.is_of(&row.secret_hash))
            .ok_or_else(|| gone("cart"))?;
        let kind = match &step.what {
            // Whatever else was missed: it is over.
            What::Started | What::Resync if cart.state == CartState::Bought => {
                CartUpdateKind::Bought
            }
            What::Started => CartUpdateKind::Started,
            What::Resync => CartUpdateKind::Resync,
            What::Happened(event) => match event.facts.get("state").and_then(|it| it.as_str()) {
                Some("BOUGHT") => CartUpdateKind::Bought,
                Some("PAYING") => CartUpdateKind::Paying,
                _ => CartUpdateKind::Changed,
            },
        };
        Ok(Some(CartUpdate {
            cursor: step.cursor.to_string(),
            kind,
            happened_at: DateTime(step.at),
            ticket: self.0.clone(),
        }))
    }

    fn is_last(answer: &CartUpdate) -> bool {
        answer.kind == CartUpdateKind::Bought
    }
}
