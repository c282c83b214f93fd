//! How administrators tune the search: synonyms, words that are not looked for, what counts how much, and what stands in front.

mod checks;
mod error;
pub mod graphql;
mod model;
pub mod pins;
mod service;
mod snapshot;
mod store;

pub use checks::weight_within;
pub use error::{Field, TuningError};
pub use model::{Ranking, Synonym, Tuning};
pub use pins::{Pins, Rule, RuleMatch};
pub use service::{RankingChange, Saying, Tunings};
pub use snapshot::{Tuned, Tuner};
pub use store::{Logged, Rows, RuleId, SynonymId};
