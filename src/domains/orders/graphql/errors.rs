//! What a person did wrong with an order.

use super::desk_order::vendors_steps;
use crate::domains::orders::states::TABLE;
use crate::domains::orders::{OrderError, OrderState, Step};
use crate::graphql::error::{ErrorCode, client_error, internal};
use crate::graphql::user_error::user_errors;
use async_graphql::{Enum, Result};

/// What a person did wrong with an order, for programs.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrderErrorCode {
    /// Its payment is being made.
    BeingPaid,
    /// From where the order stands this cannot be done.
    InvalidStep,
    /// There is no such order that the viewer may change.
    NotFound,
    /// Somebody else changed it meanwhile.
    StaleVersion,
    /// A text is too long.
    TooLong,
}

user_errors! {
    /// What a person did wrong with an order.
    OrderUserError, OrderErrorCode
}

impl OrderUserError {
    /// There is no order of the id in the input field `field`, or none that whoever asks may change.
    #[must_use]
    pub fn not_found(field: &str) -> Self {
        Self::new(
            OrderErrorCode::NotFound,
            &["input", field],
            "There is no such order that you may change: check the id.",
        )
    }

    /// What a person is told of an error with the order that the input field `field` names.
    ///
    /// # Errors
    /// What the client did wrong, or we.
    pub fn told(error: OrderError, field: &str) -> Result<Self> {
        Ok(match error {
            OrderError::NotFound => Self::not_found(field),
            OrderError::IllegalStep { state, step } => Self::new(
                OrderErrorCode::InvalidStep,
                &["input", field],
                illegal(state, step),
            ),
            OrderError::BeingPaid => Self::new(
                OrderErrorCode::BeingPaid,
                &["input", field],
                "This order is being paid: wait until the payment was made or declined.",
            ),
            OrderError::StaleVersion { present } => Self::new(
                OrderErrorCode::StaleVersion,
                &["input", "version"],
                format!(
                    "Somebody changed this order meanwhile: look at it again, it is version {present} now."
                ),
            ),
            OrderError::TooLong { field, most } => Self::new(
                OrderErrorCode::TooLong,
                &["input", field],
                format!("This is longer than {most} characters: shorten it."),
            ),
            OrderError::KeyReused => {
                return Err(client_error(
                    ErrorCode::IdempotencyKeyReused,
                    "This idempotency key was used with another input: take a new one.",
                ));
            }
            OrderError::Running => {
                return Err(client_error(
                    ErrorCode::RequestInProgress,
                    "The same request is being done at this moment: send it again in a second to read its outcome.",
                ));
            }
            OrderError::Lost(cause) => return Err(internal(cause)),
            OrderError::Database(error) => return Err(error.into()),
        })
    }
}

/// Says where an order stands, and what can be done instead of `step`.
pub fn illegal(state: OrderState, step: Step) -> String {
    let here = state.as_str();
    if step == Step::Cancel {
        let from = TABLE.iter().filter(|(_, by, _)| *by == Step::Cancel);
        let from = from.map(|(from, _, _)| *from);
        let from = any_of(from.filter(|from| from.is_cancellable()));
        return format!("This order is {here}: only one that is {from} can be cancelled.");
    }
    let next = vendors_steps(state).into_iter();
    let next = any_of(next.filter_map(|step| state.after(step)));
    if next.is_empty() {
        format!("This order is {here}: nothing more can be done with it.")
    } else {
        format!("This order is {here}: from here it can be {next}.")
    }
}

/// `A, B or C`.
fn any_of(states: impl Iterator<Item = OrderState>) -> String {
    let names: Vec<&str> = states.map(OrderState::as_str).collect();
    match names.split_last() {
        None => String::new(),
        Some((last, [])) => (*last).to_owned(),
        Some((last, others)) => format!("{} or {last}", others.join(", ")),
    }
}
