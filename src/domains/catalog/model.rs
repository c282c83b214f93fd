//! The parts of a product.

use diesel::Queryable;
use diesel::sql_types::{BigInt, Bool, Integer, Nullable, SmallInt, Text, Uuid as UuidSql};
use uuid::Uuid;

/// The SQL types of a [`Variant`], each in the place of its field.
pub(super) type VariantSql = (
    UuidSql,
    UuidSql,
    Nullable<Text>,
    Nullable<Text>,
    UuidSql,
    Nullable<UuidSql>,
    Nullable<UuidSql>,
    Integer,
    Bool,
    Bool,
    SmallInt,
    BigInt,
    Nullable<BigInt>,
    BigInt,
    Nullable<UuidSql>,
    Nullable<UuidSql>,
    Nullable<Text>,
    Nullable<Integer>,
    Nullable<Integer>,
);

/// A variant with what it costs in the reader's market and how much of it there is.
#[derive(Debug, Clone, Queryable)]
pub struct Variant {
    /// Primary key.
    pub id: Uuid,
    /// Its product.
    pub product_id: Uuid,
    /// What the vendor calls it.
    pub sku: Option<String>,
    /// What stands under its bars.
    pub barcode: Option<String>,
    /// Choice for the first option.
    pub value1_id: Uuid,
    /// Choice for the second option.
    pub value2_id: Option<Uuid>,
    /// Choice for the third option.
    pub value3_id: Option<Uuid>,
    /// Grams.
    pub weight_grams: i32,
    /// Whether it has to be sent.
    pub requires_shipping: bool,
    /// Whether tax is owed on it.
    pub taxable: bool,
    /// Order among its siblings.
    pub position: i16,
    /// Price, minor units.
    pub amount: i64,
    /// Struck-through price, minor units.
    pub compare_at: Option<i64>,
    /// Units that can be bought.
    pub available: i64,
    /// Its own picture's place on the product.
    pub image_id: Option<Uuid>,
    /// Its own picture's file.
    pub image_file_id: Option<Uuid>,
    /// What its own picture shows.
    pub image_alt: Option<String>,
    /// Pixels.
    pub image_width: Option<i32>,
    /// Pixels.
    pub image_height: Option<i32>,
}

/// An option of a product, with its choices in order.
#[derive(Debug, Clone)]
pub struct OptionRow {
    /// Primary key.
    pub id: Uuid,
    /// Its product.
    pub product_id: Uuid,
    /// What is chosen.
    pub name: String,
    /// The choices.
    pub values: Vec<ValueRow>,
}

/// One choice of an option.
#[derive(Debug, Clone)]
pub struct ValueRow {
    /// Primary key.
    pub id: Uuid,
    /// What it is called.
    pub name: String,
    /// Its colour, as `#rrggbb`.
    pub swatch: Option<String>,
}

impl Variant {
    /// Its choices, in the order of the options.
    #[must_use]
    pub fn values(&self) -> Vec<Uuid> {
        [Some(self.value1_id), self.value2_id, self.value3_id]
            .into_iter()
            .flatten()
            .collect()
    }

    /// Its choices with their options, in the order of the options.
    #[must_use]
    pub fn choices<'a>(&self, options: &'a [OptionRow]) -> Vec<(&'a OptionRow, &'a ValueRow)> {
        let chosen = self.values();
        let of = |option: &'a OptionRow| {
            Some((
                option,
                option
                    .values
                    .iter()
                    .find(|value| chosen.contains(&value.id))?,
            ))
        };
        options.iter().filter_map(of).collect()
    }

    /// The names of its choices, such as `Blue / L`.
    #[must_use]
    pub fn named(&self, options: &[OptionRow]) -> String {
        let choices = self.choices(options).into_iter();
        let names: Vec<&str> = choices.map(|(_, value)| value.name.as_str()).collect();
        names.join(" / ")
    }

    /// Whether it can be bought.
    #[must_use]
    pub fn is_available(&self) -> bool {
        self.available > 0
    }
}
