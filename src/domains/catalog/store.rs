//! Every statement of this room.

use super::model::{OptionRow, ValueRow, Variant, VariantSql};
use crate::domains::media::Picture;
use crate::domains::shop::InContext;
use crate::platform::db::{Conn, Statement, tables};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Nullable, Text, Uuid as UuidSql};
use diesel_async::RunQueryDsl;
use std::collections::HashMap;
use uuid::Uuid;

/// The columns of a [`Variant`], each in the place of its field.
const VARIANTS: &str = "SELECT va.id, va.product_id, va.sku, va.barcode, va.value1_id, va.value2_id, va.value3_id, \
     va.weight_grams, va.requires_shipping, va.taxable, va.position, vp.amount, vp.compare_at, \
     coalesce(s.available, 0) AS available, i.id AS image_id, f.id AS image_file_id, i.alt_text AS image_alt, \
     f.width AS image_width, f.height AS image_height \
     FROM variants va \
     LEFT JOIN LATERAL (SELECT sum(on_hand - reserved)::bigint AS available FROM stock_levels WHERE variant_id = va.id) s ON true \
     LEFT JOIN product_images i ON i.id = va.image_id LEFT JOIN files f ON f.id = i.file_id \
     JOIN variant_prices vp ON vp.variant_id = va.id AND vp.price_list_id = ";

/// The variants of these products, in order.
pub(super) async fn variants_of(
    conn: &mut Conn,
    context: &InContext,
    products: Vec<Uuid>,
) -> QueryResult<Vec<Variant>> {
    Statement::new(VARIANTS)
        .uuid(context.market.price_list_id)
        .sql(" WHERE va.product_id = ANY(")
        .uuids(products)
        .sql(") ORDER BY va.product_id, va.position")
        .typed::<VariantSql>()
        .load(conn)
        .await
}

/// The variants of these ids.
pub(super) async fn variants(
    conn: &mut Conn,
    context: &InContext,
    ids: Vec<Uuid>,
) -> QueryResult<Vec<Variant>> {
    Statement::new(VARIANTS)
        .uuid(context.market.price_list_id)
        .sql(" WHERE va.id = ANY(")
        .uuids(ids)
        .sql(")")
        .typed::<VariantSql>()
        .load(conn)
        .await
}

/// The SQL types of an [`OptionValueRow`], each in the place of its field.
type OptionValueSql = (UuidSql, UuidSql, Text, UuidSql, Text, Nullable<Text>);

#[derive(Queryable)]
struct OptionValueRow {
    option_id: Uuid,
    product_id: Uuid,
    option_name: String,
    value_id: Uuid,
    value_name: String,
    swatch: Option<String>,
}

/// The columns of an [`OptionValueRow`], each in the place of its field.
const OPTIONS: &str = "SELECT o.id AS option_id, o.product_id, coalesce(ot.name, o.name) AS option_name, x.id AS value_id, \
     coalesce(xt.name, x.name) AS value_name, x.swatch::text AS swatch \
     FROM product_options o JOIN option_values x ON x.option_id = o.id \
     LEFT JOIN product_option_translations ot ON ot.option_id = o.id AND ot.language = ";

fn options(language: &str) -> Statement {
    Statement::new(OPTIONS)
        .text(language)
        .sql(" LEFT JOIN option_value_translations xt ON xt.value_id = x.id AND xt.language = ")
        .text(language)
}

/// The options of these products with their choices, in order.
pub(super) async fn options_of(
    conn: &mut Conn,
    language: &str,
    products: Vec<Uuid>,
) -> QueryResult<Vec<OptionRow>> {
    let rows: Vec<OptionValueRow> = options(language)
        .sql(" WHERE o.product_id = ANY(")
        .uuids(products)
        .sql(") ORDER BY o.product_id, o.position, x.position")
        .typed::<OptionValueSql>()
        .load(conn)
        .await?;
    Ok(gathered(rows))
}

/// The options that these are the ids, or the ids of a choice, of.
pub(super) async fn options_with(
    conn: &mut Conn,
    language: &str,
    ids: Vec<Uuid>,
) -> QueryResult<Vec<OptionRow>> {
    let rows: Vec<OptionValueRow> = options(language)
        .sql(" WHERE o.id IN (SELECT unnest(")
        .uuids(ids.clone())
        .sql(") UNION SELECT option_id FROM option_values WHERE id = ANY(")
        .uuids(ids)
        .sql(")) ORDER BY o.product_id, o.position, x.position")
        .typed::<OptionValueSql>()
        .load(conn)
        .await?;
    Ok(gathered(rows))
}

fn gathered(rows: Vec<OptionValueRow>) -> Vec<OptionRow> {
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

/// A picture with its place on its product.
pub(super) type PlacedPicture = (i16, DateTime<Utc>, Picture);

/// Product, placement, file, position, what it shows, since when, and the file's pixels.
type PictureRow = (
    Uuid,
    Uuid,
    Uuid,
    i16,
    Option<String>,
    DateTime<Utc>,
    i32,
    i32,
);

/// The pictures of these products, in order.
pub(super) async fn pictures_of(
    conn: &mut Conn,
    products: Vec<Uuid>,
) -> QueryResult<HashMap<Uuid, Vec<PlacedPicture>>> {
    use tables::files::dsl as f;
    use tables::product_images::dsl as i;
    let rows: Vec<PictureRow> = i::product_images
        .inner_join(f::files)
        .filter(i::product_id.eq_any(products))
        .order((i::product_id, i::position))
        .select((
            i::product_id,
            i::id,
            i::file_id,
            i::position,
            i::alt_text,
            i::created_at,
            f::width,
            f::height,
        ))
        .load(conn)
        .await?;
    let mut pictures: HashMap<Uuid, Vec<PlacedPicture>> = HashMap::new();
    for (product, id, file_id, position, alt, created_at, width, height) in rows {
        pictures.entry(product).or_default().push((
            position,
            created_at,
            Picture {
                id,
                file_id,
                width,
                height,
                alt,
            },
        ));
    }
    Ok(pictures)
}
