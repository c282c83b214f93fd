//! Finding products.

mod analytics;
mod engine;
mod people;
mod tuning;
