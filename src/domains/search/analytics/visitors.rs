//! Who has looked for a term already: so that nobody makes it popular alone.
//!
//! What is remembered is a number made of the person, the term and a secret that nobody knows and that is another one each day: not who
//! it was, not what was looked for. It stands in the memory of this process, is never written, and is forgotten at midnight (UTC).

use crate::domains::accounts::{ClientAddress, UserId};
use crate::graphql::codes::LanguageCode;
use chrono::NaiveDate;
use std::collections::HashSet;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;

/// How many numbers are remembered at the most, of eight bytes each. Whoever comes later that day is not counted as somebody new.
const MOST: usize = 500_000;

/// Somebody who looks for something, as far as people are told apart.
#[derive(Debug, Clone, Copy, Default)]
pub struct Visitor {
    address: Option<u128>,
    user: Option<UserId>,
}

impl Visitor {
    /// Whoever comes from this address, and is signed in as this user.
    #[must_use]
    pub fn new(address: ClientAddress, user: Option<UserId>) -> Self {
        Self {
            address: address.household(),
            user,
        }
    }

    /// By what they may be known again: an account does not make somebody new of whoever came from the same address, nor an address
    /// of whoever has the same account. Those of whom nothing is known are one.
    fn marks(self) -> impl Iterator<Item = (u8, u128)> {
        let address = self.address.map(|address| (0, address));
        let user = self.user.map(|UserId(user)| (1, user.as_u128()));
        let nobody = (address.is_none() && user.is_none()).then_some((2, 0));
        [address, user, nobody].into_iter().flatten()
    }
}

/// Who was there on a day.
#[derive(Debug, Default)]
pub(super) struct Visitors {
    day: NaiveDate,
    secret: RandomState,
    seen: HashSet<u64>,
}

impl Visitors {
    /// Whether somebody looks for a term for the first time on a day.
    pub fn is_first(
        &mut self,
        day: NaiveDate,
        visitor: Visitor,
        (language, term): (LanguageCode, &str),
    ) -> bool {
        if self.day != day {
            *self = Self {
                day,
                ..Self::default()
            };
        }
        let mut first = true;
        for mark in visitor.marks() {
            let number = self.secret.hash_one((mark, language.code(), term));
            let full = self.seen.len() >= MOST;
            first &= !self.seen.contains(&number) && !full;
            if !full {
                self.seen.insert(number);
            }
        }
        first
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn visitor(address: Option<&str>, user: Option<u128>) -> Visitor {
        let address = address.map_or(ClientAddress::default(), |it| {
            ClientAddress::own(it.parse().unwrap())
        });
        Visitor::new(address, user.map(|user| UserId(Uuid::from_u128(user))))
    }

    #[test]
    fn somebody_is_counted_once_a_day_and_term_however_they_come() {
        let day = NaiveDate::from_ymd_opt(2026, 1, 1).unwrap();
        let mut visitors = Visitors::default();
        let mut first = |day, address, user, term| {
            visitors.is_first(day, visitor(address, user), (LanguageCode::En, term))
        };
        let home = Some("192.0.2.7");
        assert!(first(day, home, None, "mug"));
        assert!(!first(day, home, None, "mug"));
        assert!(first(day, home, None, "bowl"));
        // The same place with another account, the same account elsewhere.
        assert!(!first(day, home, Some(1), "mug"));
        assert!(!first(day, Some("192.0.2.8"), Some(1), "mug"));
        assert!(first(day, Some("192.0.2.9"), Some(2), "mug"));
        // A household has as many addresses as it likes.
        assert!(first(day, Some("2001:db8:1:2::1"), None, "mug"));
        assert!(!first(day, Some("2001:db8:1:2::2"), None, "mug"));
        // Of whom nothing is known, there is one.
        assert!(first(day, None, None, "mug"));
        assert!(!first(day, None, None, "mug"));
        let next = day.succ_opt().unwrap();
        assert!(first(next, home, None, "mug"));
    }
}
