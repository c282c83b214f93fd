//! Why nothing was bought, as a buyer is told.

use crate::domains::checkout::{CheckoutError, Fault, FaultKind};
use crate::graphql::error::{ErrorCode, client_error, internal};
use crate::graphql::user_error::user_errors;
use async_graphql::{Enum, Result};

/// Why nothing was bought, for programs.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum CheckoutErrorCode {
    /// Has to be said.
    Blank,
    /// The cart was bought already.
    CartBought,
    /// There is nothing in the cart.
    CartEmpty,
    /// An order that was made of the cart awaits its payment.
    CartPaying,
    /// Is none.
    Invalid,
    /// Something in the cart is sold no more.
    MerchandiseUnavailable,
    /// There is too little of something in the cart.
    NotEnoughStock,
    /// It goes to a country that the cart's prices are not of.
    OtherMarket,
    /// The payment was declined.
    PaymentDeclined,
    /// Is longer than it may be.
    TooLong,
    /// The order would cost something else than the buyer was shown.
    TotalChanged,
    /// The order would cost more than an order may.
    TotalTooLarge,
}

user_errors! {
    /// Why nothing was bought.
    CheckoutUserError, CheckoutErrorCode
}

impl CheckoutUserError {
    fn of(code: CheckoutErrorCode, field: &str, message: impl Into<String>) -> Vec<Self> {
        vec![Self::new(code, &["input", field], message)]
    }

    fn of_fault(fault: &Fault) -> Self {
        let code = match fault.kind {
            FaultKind::Blank => CheckoutErrorCode::Blank,
            FaultKind::TooLong => CheckoutErrorCode::TooLong,
            FaultKind::Invalid => CheckoutErrorCode::Invalid,
        };
        let path: Vec<&str> = std::iter::once("input")
            .chain(fault.path.iter().copied())
            .collect();
        Self::new(code, &path, fault.message.clone())
    }

    /// There is no cart of the id, as far as whoever asks can tell.
    pub(super) fn no_cart() -> Vec<Self> {
        Self::of(
            CheckoutErrorCode::Invalid,
            "cartId",
            "There is no such cart: pass the id as it was given, with its key.",
        )
    }

    /// What a buyer is told.
    ///
    /// # Errors
    /// What the client did wrong, or we.
    pub(super) fn told(error: CheckoutError) -> Result<Vec<Self>> {
        use CheckoutErrorCode as Code;
        let cart = |code, message: &str| Ok(Self::of(code, "cartId", message));
        match error {
            CheckoutError::Input(faults) => Ok(faults.iter().map(Self::of_fault).collect()),
            CheckoutError::NoCart => Ok(Self::no_cart()),
            CheckoutError::Bought => cart(
                Code::CartBought,
                "This cart was bought already: begin a new one.",
            ),
            CheckoutError::Paying => cart(
                Code::CartPaying,
                "This cart is being paid: wait until the payment was made or declined.",
            ),
            CheckoutError::Empty => cart(
                Code::CartEmpty,
                "There is nothing in this cart: add something first.",
            ),
            CheckoutError::Unavailable(titles) => {
                let sold_no_more = |title: &String| {
                    let message = format!("{title} is not sold here any more: remove it.");
                    Self::new(Code::MerchandiseUnavailable, &["input", "cartId"], message)
                };
                Ok(titles.iter().map(sold_no_more).collect())
            }
            CheckoutError::Short(lines) => Ok(lines.iter().map(Self::short).collect()),
            CheckoutError::OtherMarket => Ok(vec![Self::new(
                Code::OtherMarket,
                &["input", "shippingAddress", "countryCode"],
                "The prices of this cart are not those of this country: set the cart's country by `cartBuyerIdentityUpdate`.",
            )]),
            CheckoutError::OtherTotal(_) => Ok(Self::of(
                Code::TotalChanged,
                "expectedTotal",
                "The cart costs something else by now: show its total again.",
            )),
            CheckoutError::TooLarge => cart(
                Code::TotalTooLarge,
                "This cart costs more than one order may: split it.",
            ),
            CheckoutError::Declined(reason) => Ok(Self::of(
                Code::PaymentDeclined,
                "testCard",
                declined(&reason),
            )),
            other => Err(told(other)),
        }
    }

    fn short((title, left): &(String, i64)) -> Self {
        let message = match left {
            0 => format!("{title} is sold out: remove it."),
            left => format!("There are only {left} of {title}: take fewer."),
        };
        Self::new(
            CheckoutErrorCode::NotEnoughStock,
            &["input", "cartId"],
            message,
        )
    }
}

fn declined(reason: &str) -> &'static str {
    match reason {
        "insufficient_funds" => "The card has too little on it: use another one.",
        "no_answer" => "The payment did not go through, and nothing was charged: try again.",
        _ => "The card was declined: use another one.",
    }
}

/// What the client did wrong, or we.
fn told(error: CheckoutError) -> async_graphql::Error {
    match error {
        CheckoutError::KeyReused => client_error(
            ErrorCode::IdempotencyKeyReused,
            "This idempotency key was used with another input: take a new one.",
        ),
        CheckoutError::Running => client_error(
            ErrorCode::RequestInProgress,
            "The same request is being done at this moment: send it again in a second to read its outcome.",
        ),
        CheckoutError::Crowded => client_error(
            ErrorCode::ServiceUnavailable,
            "Many buy at this moment: try again in a few seconds.",
        ),
        CheckoutError::Database(error) => error.into(),
        other => internal(other),
    }
}
