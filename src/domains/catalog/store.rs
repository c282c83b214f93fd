//! Every statement of this room.

use super::model::{OptionRow, Variant, VariantSql};
use super::parts::{Part, Parts};
use super::records::{self, ChoiceSql, OptionValueRow, PartsRow, PartsSql, gathered};
use crate::domains::listing::{self, Card, CardSql, Extent};
use crate::domains::shop::InContext;
use crate::platform::db::{Conn, Statement};
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

fn priced(context: &InContext) -> Statement {
    Statement::new(VARIANTS).uuid(context.market.price_list_id)
}

/// The variants of these ids.
pub(super) async fn variants(
    conn: &mut Conn,
    context: &InContext,
    ids: Vec<Uuid>,
) -> QueryResult<Vec<Variant>> {
    priced(context)
        .sql(" WHERE va.id = ANY(")
        .uuids(ids)
        .sql(")")
        .typed::<VariantSql>()
        .load(conn)
        .await
}

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
        .typed::<ChoiceSql>()
        .load(conn)
        .await?;
    Ok(gathered(rows))
}

const PICTURES: &str = "SELECT i.id, i.file_id, i.position, i.alt_text, i.created_at, f.width, f.height \
     FROM product_images i JOIN files f ON f.id = i.file_id";

/// All that a product has of one part, as a column: an array in order, or NULL when there is nothing. `of` is the product's id, and
/// perhaps a further condition.
fn array(part: Part, context: &InContext, of: Statement) -> Statement {
    let (record, rows, product, order) = match part {
        Part::Variants => (
            records::VARIANT,
            priced(context),
            " WHERE va.product_id = ",
            " ORDER BY va.position",
        ),
        Part::Options => (
            records::CHOICE,
            options(context.language_code()),
            " WHERE o.product_id = ",
            " ORDER BY o.position, x.position",
        ),
        Part::Pictures => (
            records::PICTURE,
            Statement::new(PICTURES),
            " WHERE i.product_id = ",
            " ORDER BY i.position",
        ),
    };
    Statement::new("(SELECT array_agg(")
        .sql(record)
        .sql(") FROM (")
        .append(rows)
        .sql(product)
        .append(of)
        .sql(order)
        .sql(") x)")
}

/// The columns of the parts of a product whose id `of` says. Tables of parts that nobody asks for do not stand in the statement.
fn columns(parts: Parts, context: &InContext, of: impl Fn(Part) -> Statement) -> Statement {
    let column = |part: Part| match parts.has(part) {
        true => array(part, context, of(part)),
        false => Statement::new("NULL::text"),
    };
    Statement::new(", ")
        .append(column(Part::Variants))
        .sql(" AS variants, ")
        .append(column(Part::Options))
        .sql(" AS options, ")
        .append(column(Part::Pictures))
        .sql(" AS pictures")
}

/// The parts of a product that are wanted of it.
#[derive(Queryable)]
pub(super) struct ProductRow {
    /// The product.
    pub product_id: Uuid,
    /// Its parts.
    pub parts: PartsRow,
}

/// The parts of these products that are wanted of each, by one statement.
pub(super) async fn parts_of(
    conn: &mut Conn,
    context: &InContext,
    wanted: HashMap<Uuid, Parts>,
) -> QueryResult<Vec<ProductRow>> {
    let all = wanted.values().copied().fold(Parts::default(), Parts::and);
    let (products, wanted): (Vec<Uuid>, Vec<i32>) = wanted
        .into_iter()
        .map(|(product, parts)| (product, parts.number()))
        .unzip();
    // A condition on the asked alone: where it is not met, no table is looked into.
    let of = |part: Part| {
        Statement::new("asked.id AND (asked.wanted & ")
            .literal(i64::from(part.number()))
            .sql(") <> 0")
    };
    Statement::new("SELECT asked.id AS product_id")
        .append(columns(all, context, of))
        .sql(" FROM unnest(")
        .uuids(products)
        .sql(", ")
        .integers(wanted)
        .sql(") AS asked(id, wanted)")
        .typed::<(UuidSql, PartsSql)>()
        .load(conn)
        .await
}

/// The SQL types of a [`CardRow`].
type CardRowSql = (Nullable<Text>, CardSql, PartsSql);

/// A card with parts of its product.
#[derive(Queryable)]
pub(super) struct CardRow {
    /// The handle that it was asked by; nothing when it was asked by its id.
    pub asked: Option<String>,
    /// The card.
    pub card: Card,
    /// The parts.
    pub parts: PartsRow,
}

/// The cards of these products, as far as the reader may see them, each with these parts.
pub(super) async fn cards_by_ids(
    conn: &mut Conn,
    context: &InContext,
    ids: Vec<Uuid>,
    parts: Parts,
) -> QueryResult<Vec<CardRow>> {
    let cards = listing::cards_by_ids(context, Extent::Whole, ids);
    let statement = Statement::new("SELECT NULL::text AS asked, c.*");
    with_parts(statement, cards, context, parts)
        .typed::<CardRowSql>()
        .load(conn)
        .await
}

/// The cards of these handles, as far as the reader may see them, each with these parts.
pub(super) async fn cards_by_handles(
    conn: &mut Conn,
    context: &InContext,
    handles: Vec<String>,
    parts: Parts,
) -> QueryResult<Vec<CardRow>> {
    let cards = listing::cards_by_handles(context, handles);
    let statement = Statement::new("SELECT c.*");
    with_parts(statement, cards, context, parts)
        .typed::<CardRowSql>()
        .load(conn)
        .await
}

fn with_parts(begun: Statement, cards: Statement, context: &InContext, parts: Parts) -> Statement {
    begun
        .append(columns(parts, context, |_| Statement::new("c.id")))
        .sql(" FROM (")
        .append(cards)
        .sql(") c")
}
