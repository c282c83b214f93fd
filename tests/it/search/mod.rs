//! Finding products.

mod engine;
