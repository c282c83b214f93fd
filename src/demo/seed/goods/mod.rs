//! The products of the demo shop as they are before they become rows: those made by hand, and those made by the thousand.

mod assortment;
mod choices;
mod handmade;
mod hidden;
mod price;
mod stock;
mod traits;

pub(super) use assortment::Assortment;
pub(super) use choices::combinations;
pub use hidden::{HIDDEN, Hidden};
pub(super) use price::Price;
#[cfg(test)]
pub(super) use price::fils;
pub(super) use stock::around;
pub(super) use traits::{Is, Rating, Value};

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::identity::Name;
use super::wording::Wording;
use crate::demo::drawing::Palette;

/// Who sells, and where it keeps its stock.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seller {
    /// The vendor.
    pub vendor: Uuid,
    /// Its one location.
    pub location: Uuid,
}

/// A product with all that hangs on it.
#[derive(Debug, Clone)]
pub(super) struct Item {
    /// The name in addresses.
    pub handle: String,
    /// Who sells it.
    pub seller: Seller,
    /// The category it stands in.
    pub category: Uuid,
    /// What is said of it in English.
    pub wording: Wording,
    /// Its type, for its attributes.
    pub type_id: Uuid,
    /// What its attributes are.
    pub values: Vec<Value>,
    /// How it was rated, if it was.
    pub rating: Option<Rating>,
    /// The kind of thing, in English.
    pub product_type: String,
    /// What is said of it in Arabic; generated products have none.
    pub arabic: Option<Arabic>,
    /// Words to find it by.
    pub tags: Vec<String>,
    /// Whether the public sees it.
    pub standing: Standing,
    /// Units sold.
    pub sold: i64,
    /// When it came into the shop.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// What a shopper chooses.
    pub options: Vec<Choice>,
    /// The files of its pictures, in order.
    pub images: Vec<Uuid>,
    /// What is put into a cart.
    pub variants: Vec<Variant>,
    /// The weight of each, in grams.
    pub weight_grams: i32,
}

impl Item {
    /// The product's id.
    pub fn id(&self) -> Uuid {
        Name::of("products").and(&self.handle).id(self.created_at)
    }

    /// The id of the option at a position, which counts from 1.
    pub fn option_id(&self, option: i16) -> Uuid {
        Name::of("product_options")
            .and(&self.handle)
            .nth(option)
            .id(self.created_at)
    }

    /// The id of the value at a position of an option, which count from 1.
    pub fn value_id(&self, option: i16, value: i16) -> Uuid {
        Name::of("option_values")
            .and(&self.handle)
            .nth(option)
            .nth(value)
            .id(self.created_at)
    }

    /// The id of the value of an attribute at a position, which counts from 1.
    pub fn attribute_id(&self, value: i16) -> Uuid {
        Name::of("product_attributes")
            .and(&self.handle)
            .nth(value)
            .id(self.created_at)
    }

    /// The id of the picture at a position, which counts from 1.
    pub fn image_id(&self, image: i16) -> Uuid {
        Name::of("product_images")
            .and(&self.handle)
            .nth(image)
            .id(self.created_at)
    }

    /// The id of the variant at a position, which counts from 1.
    pub fn variant_id(&self, variant: i16) -> Uuid {
        Name::of("variants")
            .and(&self.handle)
            .nth(variant)
            .id(self.created_at)
    }

    /// The id of the first movement of the variant's stock.
    pub fn movement_id(&self, variant: i16) -> Uuid {
        Name::of("stock_movements")
            .and(&self.handle)
            .nth(variant)
            .id(self.updated_at)
    }
}

/// A product in Arabic.
#[derive(Debug, Clone)]
pub(super) struct Arabic {
    /// The name in Arabic addresses, where it has one of its own.
    pub handle: Option<String>,
    /// What is said of it.
    pub wording: Wording,
    /// The kind of thing.
    pub product_type: String,
}

/// Whether the public sees a product, as the database says it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Standing {
    /// What its vendor says.
    pub state: &'static str,
    /// What the marketplace says.
    pub moderation: &'static str,
    /// From when on it is seen; absent means from its creation.
    pub published_at: Option<DateTime<Utc>>,
}

impl Standing {
    /// Seen by everybody.
    pub const PUBLIC: Self = Self {
        state: "ACTIVE",
        moderation: "APPROVED",
        published_at: None,
    };
}

/// Something a shopper chooses.
#[derive(Debug, Clone)]
pub(super) struct Choice {
    /// What is chosen, in English.
    pub name: String,
    /// What is chosen, in Arabic.
    pub name_ar: Option<String>,
    /// Between what.
    pub values: Vec<ChoiceValue>,
}

/// One of the values to choose between.
#[derive(Debug, Clone)]
pub(super) struct ChoiceValue {
    /// The words on the button, in English.
    pub name: String,
    /// The words on the button, in Arabic.
    pub name_ar: Option<String>,
    /// The colours it shows the product in.
    pub palette: Option<Palette>,
}

/// A choice of one value of each option.
#[derive(Debug, Clone)]
pub(super) struct Variant {
    /// Positions of the values, which count from 1: at most three.
    pub picks: Vec<i16>,
    /// The vendor's number for it.
    pub sku: String,
    /// The price in US cents.
    pub usd: Price,
    /// The price in fils; absent where it is not sold in dinars.
    pub kwd: Option<Price>,
    /// Units on hand.
    pub on_hand: i32,
    /// Position of its picture, which counts from 1.
    pub image: i16,
}
