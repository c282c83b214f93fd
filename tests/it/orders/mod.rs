//! Orders as their customers and their vendors read them.

mod desk;
pub mod fixture;
mod inside;
mod list;
pub mod reading;
