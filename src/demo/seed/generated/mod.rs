//! Products, vendors and categories by the thousand, for measuring: put together from lists of words, in English alone, and priced in
//! dollars alone.

mod factory;
mod kinds;
mod names;
mod shelves;
mod traits;
mod vendors;
mod words;

pub(super) use factory::Factory;
pub(super) use shelves::{Leaf, leaves};
pub(super) use vendors::{Trader, traders};

#[cfg(test)]
pub(super) use kinds::KINDS;
#[cfg(test)]
pub(super) use names::name;
