//! Finding products.

mod analytics;
mod away;
mod engine;
pub mod engines;
mod feed;
mod people;
mod recommended;
mod tuning;
