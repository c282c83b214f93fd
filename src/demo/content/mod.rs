//! The texts of the demo shop, kept as data beside this module.
//!
//! Names, copy, prices and the tree of categories live in JSON files, split by subject (the
//! products by their maker), so that a text can be changed without touching a line of Rust.
//! [`load`] reads them all; what the files must keep between them (references that resolve,
//! handles that differ) is held by the tests of this module.

mod attributes;
mod model;
#[cfg(test)]
mod tests;

pub use attributes::{Attribute, AttributeChoice, AttributeKind, ProductType, Trait, Traits};
pub use model::{
    Category, Collection, Menu, MenuItem, MenuItemKind, OptionValue, Page, Policies, Policy,
    Product, ProductOption, Seo, Shop, Text, Vendor,
};

use std::collections::BTreeMap;

/// The product files, one for each vendor, in the order of `vendors.json`.
const PRODUCT_FILES: [&str; 12] = [
    include_str!("products/tuesday-kiln.json"),
    include_str!("products/small-hours.json"),
    include_str!("products/loom-of-salt.json"),
    include_str!("products/laurel-house.json"),
    include_str!("products/tetas-shelf.json"),
    include_str!("products/plain-speaking.json"),
    include_str!("products/long-way-bags.json"),
    include_str!("products/cobble-and-last.json"),
    include_str!("products/margin-notes.json"),
    include_str!("products/patient-gardener.json"),
    include_str!("products/quiet-room.json"),
    include_str!("products/ninth-hour.json"),
];

/// Everything the demo shop says and sells.
#[derive(Debug, Clone)]
pub struct Content {
    /// The shop's own name, slogan and policies.
    pub shop: Shop,
    /// The makers who sell in the shop.
    pub vendors: Vec<Vendor>,
    /// The tree of categories; a parent always stands before its children.
    pub categories: Vec<Category>,
    /// The curated collections.
    pub collections: Vec<Collection>,
    /// The products of all vendors, vendor after vendor.
    pub products: Vec<Product>,
    /// The kinds of things, in order.
    pub types: Vec<ProductType>,
    /// What is told of things, in the order of the filters.
    pub attributes: Vec<Attribute>,
    /// What is told of each product, by its handle.
    pub traits: BTreeMap<String, Traits>,
    /// The menus that storefronts look up by handle.
    pub menus: Vec<Menu>,
    /// The pages of plain text.
    pub pages: Vec<Page>,
}

/// Reads the content that was compiled into the program.
///
/// # Errors
///
/// When one of the files is not JSON of the shape these structs have: a mistake in the files
/// themselves, which the tests of this module catch.
pub fn load() -> Result<Content, serde_json::Error> {
    Ok(Content {
        shop: serde_json::from_str(include_str!("shop.json"))?,
        vendors: serde_json::from_str(include_str!("vendors.json"))?,
        categories: serde_json::from_str(include_str!("categories.json"))?,
        collections: serde_json::from_str(include_str!("collections.json"))?,
        products: load_products()?,
        types: serde_json::from_str(include_str!("types.json"))?,
        attributes: serde_json::from_str(include_str!("attributes.json"))?,
        traits: serde_json::from_str(include_str!("traits.json"))?,
        menus: serde_json::from_str(include_str!("menus.json"))?,
        pages: serde_json::from_str(include_str!("pages.json"))?,
    })
}

/// Joins the product files of all vendors into one list.
fn load_products() -> Result<Vec<Product>, serde_json::Error> {
    let mut products = Vec::new();
    for file in PRODUCT_FILES {
        products.extend(serde_json::from_str::<Vec<Product>>(file)?);
    }
    Ok(products)
}
