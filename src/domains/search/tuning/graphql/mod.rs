//! The tuning in the schema.

mod errors;
mod inputs;
mod mutation;
mod query;
mod view;

pub use errors::{SearchTuningErrorCode, SearchTuningUserError};
pub use mutation::TuningMutation;
pub use query::TuningQuery;
pub use view::SearchTuning;
