//! Finding products: by words, narrowed down by facets, in an order.
//!
//! An [`Engine`] says which products are found, in what order, and how many of them have which value. There are two: PostgreSQL,
//! which reads the listing tables themselves and therefore never lags, and Meilisearch, which is told of changes. What is shown
//! of what was found is read from the database in the same answer: titles, prices and stock are live, and what is gone is left out.

pub mod analytics;
mod ask;
mod cursor;
mod engine;
pub mod feed;
mod finder;
mod found;
mod gathered;
pub mod graphql;
mod highlight;
mod labels;
mod live;
pub mod meilisearch;
mod names;
pub mod postgres;
mod said;
mod searched;
mod service;
mod suggest;
pub mod tuning;

pub use ask::{Ask, Mark, Page, SearchSort, Unavailable, Within};
pub use engine::{Engine, EngineError};
pub use finder::{Answered, Finder};
pub use found::{FacetCounts, Found, Hit, Total};
pub use meilisearch::{Lag, Meilisearch};
pub use names::Names;
pub use postgres::{Limits, Postgres};
pub use said::SaidOf;
pub use searched::Searched;
pub use tuning::{Pins, Ranking, Synonym, Tuned, Tuner, Tuning};
