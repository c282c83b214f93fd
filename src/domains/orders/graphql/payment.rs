//! How an order is paid, as its buyer sees it.

use super::money::money;
use crate::domains::orders::rows::{PaymentRow, PaymentState};
use crate::graphql::money::MoneyV2;
use async_graphql::{Object, Result};
use std::sync::Arc;

/// How an order is paid.
#[derive(Clone)]
pub struct OrderPayment(pub Arc<PaymentRow>);

/// How an order is paid.
#[Object]
impl OrderPayment {
    /// How far it is.
    async fn state(&self) -> PaymentState {
        self.0.state
    }

    /// What was agreed to be paid.
    async fn amount(&self) -> Result<MoneyV2> {
        money(self.0.amount, &self.0.currency)
    }

    /// What was paid.
    async fn paid(&self) -> Result<MoneyV2> {
        money(self.0.paid, &self.0.currency)
    }

    /// What was given back.
    async fn refunded(&self) -> Result<MoneyV2> {
        money(self.0.refunded, &self.0.currency)
    }

    /// What is still to be paid.
    async fn owed(&self) -> Result<MoneyV2> {
        money(self.0.owed(), &self.0.currency)
    }

    /// Whose card it was paid with, such as `Visa`.
    async fn card_brand(&self) -> Option<&str> {
        self.0.card_brand.as_deref()
    }

    /// The last four digits of the card's number.
    async fn card_last_digits(&self) -> Option<&str> {
        self.0.card_last_digits.as_deref()
    }
}
