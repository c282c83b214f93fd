//! The demo shop: what it says and sells, its pictures, its people and their orders, and the command that puts them into an empty
//! database.

pub mod content;
pub mod drawing;
pub mod orders;
pub mod people;
pub mod seed;
