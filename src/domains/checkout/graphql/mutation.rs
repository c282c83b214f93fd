//! Buying a cart.

use super::errors::{CheckoutErrorCode, CheckoutUserError};
use super::inputs::{CheckoutCompleteInput, MoneyInput, TestCardInput};
use crate::domains::accounts::graphql::viewer;
use crate::domains::carts::CartId;
use crate::domains::checkout::{Checkout, Purchase};
use crate::domains::orders::graphql::Order;
use crate::domains::payments::{Card, CardError};
use crate::domains::shop::InContext;
use crate::graphql::codes::CurrencyCode;
use crate::graphql::money::minor_from_text;
use crate::graphql::{gid, idempotent};
use async_graphql::{Context, Object, Result, SimpleObject};

/// Mutations of buying.
#[derive(Default)]
pub struct CheckoutMutation;

/// What came of buying a cart.
#[derive(SimpleObject)]
pub struct CheckoutCompletePayload {
    /// The order. Its id has a key, by which a guest reads it: keep it. While its state is `AWAITING_PAYMENT` the gateway has not
    /// answered yet.
    pub order: Option<Order>,
    /// Why nothing was bought.
    pub user_errors: Vec<CheckoutUserError>,
}

/// Mutations of buying.
#[Object]
impl CheckoutMutation {
    /// Buys everything in a cart: all of it, or nothing. The stock is taken, the order is split by vendor, and the cart is gone.
    ///
    /// Send it with `@idempotent(key:)`: when the answer is lost, the same request with the same key answers the same order. After
    /// a declined payment the cart can be bought again, with a new key.
    async fn checkout_complete(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is bought, where it goes, and how it is paid.")]
        input: CheckoutCompleteInput,
    ) -> Result<Option<CheckoutCompletePayload>> {
        complete(ctx, input).await.map(Some)
    }
}

async fn complete(
    ctx: &Context<'_>,
    input: CheckoutCompleteInput,
) -> Result<CheckoutCompletePayload> {
    let context = ctx.data::<InContext>()?;
    let key = idempotent::key(ctx)?;
    let purchase = match purchase(ctx, context, input)? {
        Ok(purchase) => purchase,
        Err(errors) => return Ok(refused(errors)),
    };
    match ctx.data::<Checkout>()?.complete(purchase, key).await {
        Ok(bought) => Ok(CheckoutCompletePayload {
            order: Order::load(ctx, bought.order_id, Some(bought.secret)).await?,
            user_errors: Vec::new(),
        }),
        Err(error) => Ok(refused(CheckoutUserError::told(error)?)),
    }
}

const fn refused(user_errors: Vec<CheckoutUserError>) -> CheckoutCompletePayload {
    CheckoutCompletePayload {
        order: None,
        user_errors,
    }
}

/// The purchase that the input says, or what is wrong with it.
fn purchase(
    ctx: &Context<'_>,
    context: &InContext,
    input: CheckoutCompleteInput,
) -> Result<Result<Purchase, Vec<CheckoutUserError>>> {
    let (cart, secret) = gid::expect_keyed("Cart", &input.cart_id)?;
    let Some(secret) = secret else {
        return Ok(Err(CheckoutUserError::no_cart()));
    };
    let invalid = |path: &[&str], message: &str| {
        vec![CheckoutUserError::new(
            CheckoutErrorCode::Invalid,
            path,
            message,
        )]
    };
    let card = match input.test_card.map(card).transpose() {
        Ok(card) => card,
        Err(message) => return Ok(Err(invalid(&["input", "testCard", "number"], message))),
    };
    let expected_total = match input.expected_total.map(minor).transpose() {
        Ok(total) => total,
        Err(message) => return Ok(Err(invalid(&["input", "expectedTotal", "amount"], message))),
    };
    Ok(Ok(Purchase {
        cart_id: CartId(cart),
        secret,
        viewer: viewer(ctx).cloned(),
        email: input.email,
        address: input.shipping_address.into(),
        method: input.payment_method,
        card,
        note: input.note,
        expected_total,
        language: context.language_code(),
    }))
}

fn card(said: TestCardInput) -> Result<Card, &'static str> {
    Card::of_number(&said.number).map_err(|error| match error {
        CardError::NoNumber => "This is no card number.",
        CardError::Unknown => {
            "The TEST gateway does not know this card: the description of this field lists its cards."
        }
    })
}

/// Minor units of an amount with no more digits than its currency has.
fn minor(said: MoneyInput) -> Result<(i64, CurrencyCode), &'static str> {
    minor_from_text(&said.amount.0, said.currency_code)
        .map(|minor| (minor, said.currency_code))
        .ok_or("This is no amount of the currency.")
}
