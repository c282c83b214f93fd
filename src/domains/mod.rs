//! What the marketplace is: one room for each subject, and the GraphQL of a subject inside its room.

pub mod catalog;
pub mod collections;
pub mod content;
pub mod listing;
pub mod media;
pub mod shop;
pub mod vendors;
