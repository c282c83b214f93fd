//! How administrators tune the search: synonyms, words that are not looked for, what counts how much, and what stands in front.

mod model;
pub mod pins;
mod snapshot;
mod store;

pub use model::{Ranking, Synonym, Tuning};
pub use pins::{Pins, Rule, RuleMatch};
pub use snapshot::{Tuned, Tuner};
