//! The parts of products as PostgreSQL gives them: for each product an array of records of each part.

use super::model::{OptionRow, ValueRow, Variant, VariantSql};
use super::parts::{PlacedPicture, Several};
use crate::domains::media::Picture;
use chrono::{DateTime, Utc};
use diesel::Queryable;
use diesel::deserialize::{self, FromSql};
use diesel::pg::{Pg, PgValue};
use diesel::sql_types::{
    Array, Integer, Nullable, Record, SmallInt, Text, Timestamptz, Uuid as UuidSql,
};
use std::sync::Arc;
use uuid::Uuid;

/// The SQL types of a [`PartsRow`].
pub(super) type PartsSql = (
    Nullable<Array<Record<VariantSql>>>,
    Nullable<Array<Record<ChoiceSql>>>,
    Nullable<Array<Record<PictureSql>>>,
);

/// The parts of one product; nothing where it has none of a part, or nobody asked for it.
#[derive(Queryable)]
pub(super) struct PartsRow {
    variants: Option<Vec<Variant>>,
    options: Option<Vec<Choice>>,
    pictures: Option<Vec<Placed>>,
}

impl PartsRow {
    /// What there is, each part by itself.
    pub(super) fn several(self) -> impl Iterator<Item = Several> {
        let variants = self.variants.map(|variants| {
            let variants = variants.into_iter().map(Arc::new);
            Several::Variants(Arc::new(variants.collect()))
        });
        let options = self.options.map(|choices| {
            let options = gathered(choices.into_iter().map(|choice| choice.0));
            Several::Options(Arc::new(options))
        });
        let pictures = self.pictures.map(|pictures| {
            let pictures = pictures.into_iter().map(|placed| placed.0);
            Several::Pictures(Arc::new(pictures.collect()))
        });
        [variants, options, pictures].into_iter().flatten()
    }
}

type VariantFields = (
    Uuid,
    Uuid,
    Option<String>,
    Option<String>,
    Uuid,
    Option<Uuid>,
    Option<Uuid>,
    i32,
    bool,
    bool,
    i16,
    i64,
    Option<i64>,
    i64,
    Option<Uuid>,
    Option<Uuid>,
    Option<String>,
    Option<i32>,
    Option<i32>,
);

/// A row of the statement of variants, as a record of [`VariantSql`].
pub(super) const VARIANT: &str = "ROW(x.id, x.product_id, x.sku, x.barcode, x.value1_id, x.value2_id, x.value3_id, x.weight_grams, \
     x.requires_shipping, x.taxable, x.position, x.amount, x.compare_at, x.available, x.image_id, x.image_file_id, x.image_alt, \
     x.image_width, x.image_height)";

impl FromSql<Record<VariantSql>, Pg> for Variant {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        let fields = <VariantFields as FromSql<Record<VariantSql>, Pg>>::from_sql(value)?;
        <Self as Queryable<VariantSql, Pg>>::build(fields)
    }
}

/// A choice with its option.
#[derive(Debug, Queryable)]
pub(super) struct OptionValueRow {
    option_id: Uuid,
    product_id: Uuid,
    option_name: String,
    value_id: Uuid,
    value_name: String,
    swatch: Option<String>,
}

/// The same out of a record.
#[derive(Debug)]
pub(super) struct Choice(OptionValueRow);

/// The SQL types of an [`OptionValueRow`], each in the place of its field.
pub(super) type ChoiceSql = (UuidSql, UuidSql, Text, UuidSql, Text, Nullable<Text>);

type ChoiceFields = (Uuid, Uuid, String, Uuid, String, Option<String>);

/// A row of the statement of options, as a record.
pub(super) const CHOICE: &str =
    "ROW(x.option_id, x.product_id, x.option_name, x.value_id, x.value_name, x.swatch)";

impl FromSql<Record<ChoiceSql>, Pg> for Choice {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        let fields = <ChoiceFields as FromSql<Record<ChoiceSql>, Pg>>::from_sql(value)?;
        <OptionValueRow as Queryable<ChoiceSql, Pg>>::build(fields).map(Self)
    }
}

/// The options of these choices, which stand in the order of their options.
pub(super) fn gathered(rows: impl IntoIterator<Item = OptionValueRow>) -> Vec<OptionRow> {
    let mut options: Vec<OptionRow> = Vec::new();
    for row in rows {
        let value = ValueRow {
            id: row.value_id,
            name: row.value_name,
            swatch: row.swatch,
        };
        match options
            .last_mut()
            .filter(|option| option.id == row.option_id)
        {
            Some(option) => option.values.push(value),
            None => options.push(OptionRow {
                id: row.option_id,
                product_id: row.product_id,
                name: row.option_name,
                values: vec![value],
            }),
        }
    }
    options
}

/// A picture out of a record.
#[derive(Debug)]
pub(super) struct Placed(PlacedPicture);

/// The SQL types of a [`Placed`] picture, each in the place of its field.
pub(super) type PictureSql = (
    UuidSql,
    UuidSql,
    SmallInt,
    Nullable<Text>,
    Timestamptz,
    Integer,
    Integer,
);

type PictureFields = (Uuid, Uuid, i16, Option<String>, DateTime<Utc>, i32, i32);

/// A row of the statement of pictures, as a record.
pub(super) const PICTURE: &str =
    "ROW(x.id, x.file_id, x.position, x.alt_text, x.created_at, x.width, x.height)";

impl FromSql<Record<PictureSql>, Pg> for Placed {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        let (id, file_id, position, alt, created_at, width, height) =
            <PictureFields as FromSql<Record<PictureSql>, Pg>>::from_sql(value)?;
        let picture = Picture {
            id,
            file_id,
            width,
            height,
            alt,
        };
        Ok(Self((position, created_at, picture)))
    }
}
