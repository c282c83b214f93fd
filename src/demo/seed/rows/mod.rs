//! From what the demo shop is to rows, a file for each subject.

mod attributes;
mod markets;
mod menus;
mod options;
mod pages;
mod products;
mod shelves;
mod shop;
mod variants;
mod vendors;

pub(super) use attributes::{attributes, enter};
pub(super) use markets::PriceLists;
pub(super) use menus::menus;
pub(super) use pages::pages;
pub(super) use products::{Copied, products};
pub(super) use shelves::{Shelf, collected, shelves};
pub(super) use shop::shop;
pub(super) use vendors::{Maker, makers};
