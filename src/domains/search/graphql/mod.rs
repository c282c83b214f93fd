//! Searching in the schema.

mod article;
mod facets;
mod filter;
mod inputs;
mod phrases;
mod predictive;
mod ready;
mod results;
mod search;
mod suggestion;
mod tracking;

pub use article::{Article, Blog};
pub use facets::{FacetsOf, filters_of};
pub use filter::{Filter, FilterPresentation, FilterType, FilterValue, Swatch};
pub use inputs::SearchableField;
pub(in crate::domains::search) use predictive::Predicted;
pub use predictive::PredictiveSearchResult;
pub use ready::ready_types;
pub use results::{SearchHighlight, SearchResultItem, SearchResultItemConnection};
pub use search::SearchQuery;
pub use suggestion::SearchQuerySuggestion;
