//! Finding products.

mod away;
mod engine;
pub mod engines;
mod feed;
mod recommended;
