//! Money of an order: in the currency that it was placed in.

use crate::graphql::codes::CurrencyCode;
use crate::graphql::error::internal;
use crate::graphql::money::MoneyV2;
use async_graphql::{Result, SimpleObject};

use crate::domains::orders::rows::PartRow;

/// The currency of this code, as an order has it.
///
/// # Errors
/// A masked one when the program does not know it.
pub fn currency(code: &str) -> Result<CurrencyCode> {
    CurrencyCode::from_code(code)
        .ok_or_else(|| internal(format_args!("an order is in the unknown currency {code}")))
}

/// Minor units of a currency.
///
/// # Errors
/// A masked one when the program does not know the currency.
pub fn money(minor: i64, code: &str) -> Result<MoneyV2> {
    Ok(MoneyV2::from_minor(minor, currency(code)?))
}

/// What one vendor's part of an order comes to.
#[derive(SimpleObject, Debug, Clone)]
pub struct VendorOrderCost {
    /// Of its lines.
    pub subtotal: MoneyV2,
    /// For bringing it.
    pub delivery: MoneyV2,
    /// Tax on lines and delivery, where prices do not hold it.
    pub tax: MoneyV2,
    /// What was taken off.
    pub discount: MoneyV2,
    /// Subtotal, delivery and tax, less the discount.
    pub total: MoneyV2,
}

impl VendorOrderCost {
    /// Of a part.
    ///
    /// # Errors
    /// A masked one when the program does not know the currency.
    pub fn of(part: &PartRow) -> Result<Self> {
        let money = |minor| money(minor, &part.currency);
        Ok(Self {
            subtotal: money(part.subtotal)?,
            delivery: money(part.delivery)?,
            tax: money(part.tax)?,
            discount: money(part.discount)?,
            total: money(part.total)?,
        })
    }
}
