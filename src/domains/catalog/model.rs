//! The parts of a product.

use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Bool, Integer, Nullable, SmallInt, Text, Uuid as UuidSql};
use uuid::Uuid;

/// A variant with what it costs in the reader's market and how much of it there is.
#[derive(Debug, Clone, QueryableByName)]
pub struct Variant {
    /// Primary key.
    #[diesel(sql_type = UuidSql)]
    pub id: Uuid,
    /// Its product.
    #[diesel(sql_type = UuidSql)]
    pub product_id: Uuid,
    /// What the vendor calls it.
    #[diesel(sql_type = Nullable<Text>)]
    pub sku: Option<String>,
    /// What stands under its bars.
    #[diesel(sql_type = Nullable<Text>)]
    pub barcode: Option<String>,
    /// Choice for the first option.
    #[diesel(sql_type = UuidSql)]
    pub value1_id: Uuid,
    /// Choice for the second option.
    #[diesel(sql_type = Nullable<UuidSql>)]
    pub value2_id: Option<Uuid>,
    /// Choice for the third option.
    #[diesel(sql_type = Nullable<UuidSql>)]
    pub value3_id: Option<Uuid>,
    /// Grams.
    #[diesel(sql_type = Integer)]
    pub weight_grams: i32,
    /// Whether it has to be sent.
    #[diesel(sql_type = Bool)]
    pub requires_shipping: bool,
    /// Whether tax is owed on it.
    #[diesel(sql_type = Bool)]
    pub taxable: bool,
    /// Order among its siblings.
    #[diesel(sql_type = SmallInt)]
    pub position: i16,
    /// Price, minor units.
    #[diesel(sql_type = BigInt)]
    pub amount: i64,
    /// Struck-through price, minor units.
    #[diesel(sql_type = Nullable<BigInt>)]
    pub compare_at: Option<i64>,
    /// Units that can be bought.
    #[diesel(sql_type = BigInt)]
    pub available: i64,
    /// Its own picture's place on the product.
    #[diesel(sql_type = Nullable<UuidSql>)]
    pub image_id: Option<Uuid>,
    /// Its own picture's file.
    #[diesel(sql_type = Nullable<UuidSql>)]
    pub image_file_id: Option<Uuid>,
    /// What its own picture shows.
    #[diesel(sql_type = Nullable<Text>)]
    pub image_alt: Option<String>,
    /// Pixels.
    #[diesel(sql_type = Nullable<Integer>)]
    pub image_width: Option<i32>,
    /// Pixels.
    #[diesel(sql_type = Nullable<Integer>)]
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
