//! Prices in the two currencies of the demo shop.

/// A price in minor units of its currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::demo::seed) struct Price {
    /// What is asked.
    pub amount: i64,
    /// What was asked before; always more than is asked now.
    pub compare_at: Option<i64>,
}

impl Price {
    /// A price; a former price that is not above it is left out.
    pub fn new(amount: i64, compare_at: Option<i64>) -> Self {
        Self {
            amount,
            compare_at: compare_at.filter(|former| *former > amount),
        }
    }

    /// Both amounts raised by `by`.
    pub fn raised(self, by: i64) -> Self {
        Self {
            amount: self.amount + by,
            compare_at: self.compare_at.map(|former| former + by),
        }
    }

    /// This price in US cents as one in fils.
    pub fn in_fils(self) -> Self {
        Self::new(fils(self.amount), self.compare_at.map(fils))
    }
}

/// US cents as fils, a thousand to the Kuwaiti dinar, to the nearest 50: at 0.307 dinars a dollar, a cent is 3.07 fils.
pub(in crate::demo::seed) fn fils(usd_cents: i64) -> i64 {
    (usd_cents * 307 + 2_500) / 5_000 * 50
}
