//! The demo shop: what it says and sells, its pictures, and the command that puts both into an empty database.

pub mod content;
pub mod drawing;
pub mod people;
pub mod seed;
