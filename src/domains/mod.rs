//! What the marketplace is: one room for each subject, and the GraphQL of a subject inside its room.

pub mod accounts;
pub mod carts;
pub mod catalog;
pub mod checkout;
pub mod collections;
pub mod content;
pub mod ids;
pub mod inventory;
pub mod limits;
pub mod listing;
pub mod live;
pub mod media;
pub mod orders;
pub mod payments;
pub mod reach;
pub mod search;
pub mod shop;
pub mod touching;
pub mod vendors;
