//! Finding products.

mod engine;
mod recommended;
