//! Which of a vendor's orders are looked for.

use super::states::OrderState;
use chrono::{DateTime, Utc};

/// Which of a vendor's orders are looked for.
#[derive(Debug, Clone, Default)]
pub struct DeskFilter {
    /// In one of these states; in any when it is empty.
    pub states: Vec<OrderState>,
    /// Placed after this moment.
    pub placed_after: Option<DateTime<Utc>>,
    /// Placed before this moment.
    pub placed_before: Option<DateTime<Utc>>,
    /// Which order, or whose.
    pub wanted: Option<Wanted>,
}

/// What a vendor looks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// The order of this number.
    Number(i64),
    /// Orders of a buyer whose last name, or first name and last name, begin like this.
    Buyer(String),
}

impl Wanted {
    /// Reads what was typed: `#1001`, `1001`, `#1001-2`, or the beginning of a name; nothing when it is blank.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        let number = text.strip_prefix('#').unwrap_or(text);
        let (order, part) = number.split_once('-').unwrap_or((number, "1"));
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        match order.parse() {
            // A sign is no part of a number here.
            Ok(number) if digits(order) && digits(part) => Some(Self::Number(number)),
            _ => (!text.is_empty()).then(|| Self::Buyer(text.to_owned())),
        }
    }
}

impl DeskFilter {
    /// Whether its statement is one of too many to keep.
    #[must_use]
    pub const fn is_composed(&self) -> bool {
        self.placed_after.is_some() || self.placed_before.is_some() || self.wanted.is_some()
    }
}
