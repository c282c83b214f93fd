//! What a change of a cart answers.

use super::cart::Cart;
use super::inputs::Unread;
use crate::domains::carts::draft::Warning;
use crate::domains::carts::{CartError, CartErrorCode, Fault, Ticket, loaders};
use crate::graphql::error::{ErrorCode, client_error, internal};
use crate::graphql::gid::gid;
use crate::graphql::ready::Ready;
use crate::graphql::user_error::user_errors;
use async_graphql::{Context, Enum, Error, ID, Result, SimpleObject};
use std::sync::Arc;

user_errors! {
    /// What is wrong with a change of a cart. Nothing was changed then.
    CartUserError, CartErrorCode
}

impl From<Fault> for CartUserError {
    fn from(fault: Fault) -> Self {
        Self {
            code: Some(fault.code),
            field: (!fault.path.is_empty()).then_some(fault.path),
            message: fault.message,
        }
    }
}

/// What a warning is about, for programs.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum CartWarningCode {
    /// There are fewer than were wanted: the line has as many as there are.
    MerchandiseNotEnoughStock,
    /// There are none: none was added.
    MerchandiseOutOfStock,
}

/// What the buyer ought to know, though the change was made.
#[derive(SimpleObject, Debug, Clone, PartialEq, Eq)]
pub struct CartWarning {
    /// What it is about, for programs.
    pub code: CartWarningCode,
    /// What it is about, for people.
    pub message: String,
    /// The global id of the line or of the variant that it is about.
    pub target: ID,
}

impl From<Warning> for CartWarning {
    fn from(warning: Warning) -> Self {
        match warning {
            Warning::NotEnough { line, kept } => Self {
                code: CartWarningCode::MerchandiseNotEnoughStock,
                message: format!("There are only {kept} of this: the cart has all of them."),
                target: gid("CartLine", line.0),
            },
            Warning::OutOfStock { variant } => Self {
                code: CartWarningCode::MerchandiseOutOfStock,
                message: "This is sold out: none was added.".to_owned(),
                target: gid("ProductVariant", variant),
            },
        }
    }
}

/// What any change of a cart answers.
#[derive(Default)]
pub struct Outcome {
    cart: Option<Cart>,
    user_errors: Vec<CartUserError>,
    warnings: Vec<CartWarning>,
}

impl Outcome {
    /// Of a change of the cart that `ticket` opens; the cart is answered as it stands, changed or not.
    ///
    /// # Errors
    /// What is no fault of the person.
    pub async fn of(
        ctx: &Context<'_>,
        ticket: Option<&Ticket>,
        change: Result<Vec<Warning>, CartError>,
    ) -> Result<Self> {
        let (user_errors, warnings) = match change {
            Ok(warnings) => (Vec::new(), warnings),
            Err(error) => (told(error)?, Vec::new()),
        };
        loaders::forget(ctx)?;
        let view = match ticket {
            Some(ticket) => loaders::cart(ctx, ticket).await?,
            None => None,
        };
        Ok(Self {
            cart: view.map(|view| Cart(Arc::new(view))),
            user_errors,
            warnings: warnings.into_iter().map(CartWarning::from).collect(),
        })
    }

    /// Of an input that could not be read.
    ///
    /// # Errors
    /// What is no fault of the person.
    pub async fn unread(ctx: &Context<'_>, ticket: Option<&Ticket>, why: Unread) -> Result<Self> {
        match why {
            Unread::Client(error) => Err(error),
            Unread::Person(error) => Self::of(ctx, ticket, Err(error)).await,
        }
    }
}

/// What a person is told of it; what is not theirs is an error.
fn told(error: CartError) -> Result<Vec<CartUserError>, Error> {
    let of_cart = |code, message: &str| Ok(vec![CartUserError::new(code, &["cartId"], message)]);
    match error {
        CartError::NotFound => of_cart(
            CartErrorCode::Invalid,
            "There is no such cart, or it was bought: begin another with `cartCreate`.",
        ),
        CartError::Paying => of_cart(
            CartErrorCode::CartPaying,
            "An order was made of this cart and waits for its payment: finish the payment, or begin another cart.",
        ),
        CartError::Faults(faults) => Ok(faults.into_iter().map(CartUserError::from).collect()),
        CartError::Busy => Err(client_error(
            ErrorCode::ServiceUnavailable,
            "This cart is being changed all the time: try again in a few seconds.",
        )),
        CartError::Database(error) => Err(error.into()),
        error @ (CartError::NoRandomness(_) | CartError::BrokenOff(_)) => Err(internal(error)),
    }
}

/// Declares the payload of each mutation, all alike.
macro_rules! payloads {
    ($($(#[doc = $about:literal])+ $name:ident;)*) => {
        $(
            $(#[doc = $about])+
            #[derive(SimpleObject)]
            pub struct $name {
                /// The cart as it stands now; `null` when there is none that its id opens.
                cart: Option<Ready<Cart>>,
                /// What is wrong with the input. Nothing was changed then.
                user_errors: Vec<CartUserError>,
                /// What the buyer ought to know, though the change was made.
                warnings: Vec<CartWarning>,
            }

            impl From<Outcome> for $name {
                fn from(Outcome { cart, user_errors, warnings }: Outcome) -> Self {
                    Self { cart: cart.map(Ready), user_errors, warnings }
                }
            }
        )*
    };
}

payloads! {
    /// What `cartCreate` answers.
    CartCreatePayload;
    /// What `cartLinesAdd` answers.
    CartLinesAddPayload;
    /// What `cartLinesUpdate` answers.
    CartLinesUpdatePayload;
    /// What `cartLinesRemove` answers.
    CartLinesRemovePayload;
    /// What `cartBuyerIdentityUpdate` answers.
    CartBuyerIdentityUpdatePayload;
    /// What `cartNoteUpdate` answers.
    CartNoteUpdatePayload;
    /// What `cartAttributesUpdate` answers.
    CartAttributesUpdatePayload;
}
