//! What an order's parts and its payment come to, in the words that storefronts know.

use super::rows::{PartRow, PaymentRow, PaymentState};
use super::states::OrderState;

/// How far an order is paid.
#[derive(async_graphql::Enum, Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[graphql(name = "OrderFinancialStatus")]
pub enum FinancialStatus {
    /// All that is owed was paid.
    Paid,
    /// Something was paid, and something is still owed.
    PartiallyPaid,
    /// Something of what was paid was given back.
    PartiallyRefunded,
    /// Nothing was paid yet.
    Pending,
    /// All that was paid was given back.
    Refunded,
    /// Nothing was paid, and nothing is owed any longer.
    Voided,
}

/// How far an order is on its way.
#[derive(async_graphql::Enum, Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[graphql(name = "OrderFulfillmentStatus")]
pub enum FulfillmentStatus {
    /// Everything that was not given up was sent.
    Fulfilled,
    /// Nothing was sent yet, and a vendor works on it.
    InProgress,
    /// It waits for its payment.
    OnHold,
    /// Some of it was sent.
    PartiallyFulfilled,
    /// All of it was given up, and something came back.
    Restocked,
    /// Nothing was sent.
    Unfulfilled,
}

impl FinancialStatus {
    /// From the amounts of a payment.
    #[must_use]
    pub fn of(payment: &PaymentRow) -> Self {
        let PaymentRow {
            state,
            amount,
            paid,
            refunded,
            forgone,
            ..
        } = *payment;
        let called_off = matches!(state, PaymentState::Declined | PaymentState::Voided);
        // An order that costs nothing owes nothing from the beginning, and was not given up for that.
        let given_up = amount > 0 && forgone >= amount;
        if refunded > 0 {
            if refunded >= paid {
                Self::Refunded
            } else {
                Self::PartiallyRefunded
            }
        } else if paid == 0 && (called_off || given_up) {
            Self::Voided
        } else if payment.owed() == 0 {
            Self::Paid
        } else if paid > 0 {
            Self::PartiallyPaid
        } else {
            Self::Pending
        }
    }
}

impl FulfillmentStatus {
    /// From the states of an order's parts; what was given up counts for nothing while another part is left.
    #[must_use]
    pub fn of(parts: &[OrderState]) -> Self {
        use OrderState::{Accepted, AwaitingPayment, Delivered, Preparing, Returned, Shipped};
        let left: Vec<OrderState> = parts
            .iter()
            .copied()
            .filter(|state| !state.is_given_up())
            .collect();
        let any = |wanted: &[OrderState]| left.iter().any(|state| wanted.contains(state));
        if left.is_empty() {
            return if parts.contains(&Returned) {
                Self::Restocked
            } else {
                Self::Unfulfilled
            };
        }
        let sent = [Shipped, Delivered];
        if left.iter().all(|state| sent.contains(state)) {
            Self::Fulfilled
        } else if any(&sent) {
            Self::PartiallyFulfilled
        } else if any(&[Accepted, Preparing]) {
            Self::InProgress
        } else if any(&[AwaitingPayment]) {
            Self::OnHold
        } else {
            Self::Unfulfilled
        }
    }
}

/// Whether all that is left of an order can be called off, and something is left.
#[must_use]
pub fn is_cancellable(parts: &[OrderState]) -> bool {
    let mut left = parts.iter().filter(|state| !state.is_end()).peekable();
    left.peek().is_some() && left.all(|state| state.is_cancellable())
}

/// What an order comes to without the parts that were given up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Current {
    /// Of its lines.
    pub subtotal: i64,
    /// For bringing it.
    pub delivery: i64,
    /// Of lines and delivery.
    pub tax: i64,
    /// All in all.
    pub total: i64,
}

impl Current {
    /// From the parts of one order.
    #[must_use]
    pub fn of<'a>(parts: impl IntoIterator<Item = &'a PartRow>) -> Self {
        let kept = parts.into_iter().filter(|part| !part.state.is_given_up());
        kept.fold(Self::default(), |sum, part| Self {
            subtotal: sum.subtotal.saturating_add(part.subtotal),
            delivery: sum.delivery.saturating_add(part.delivery),
            tax: sum.tax.saturating_add(part.tax),
            total: sum.total.saturating_add(part.total),
        })
    }
}
