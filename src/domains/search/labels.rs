//! What values of the dictionary are called.

use crate::domains::listing::FacetKind;
use crate::domains::shop::InContext;
use crate::platform::db::{Conn, Statement, tables};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Nullable, Text};
use diesel_async::RunQueryDsl;

/// A value of the dictionary in the reader's language.
#[derive(Debug, Clone, PartialEq, QueryableByName)]
pub(super) struct Label {
    /// Its number.
    #[diesel(sql_type = Integer)]
    pub id: i32,
    /// What kind of value.
    #[diesel(sql_type = tables::sql_types::FacetKind)]
    pub kind: FacetKind,
    /// Which option or attribute.
    #[diesel(sql_type = Text)]
    pub field: String,
    /// The value.
    #[diesel(sql_type = Text)]
    pub value: String,
    /// How many hits have it.
    #[diesel(sql_type = BigInt)]
    pub hits: i64,
    /// What the reader calls the option or attribute.
    #[diesel(sql_type = Nullable<Text>)]
    pub field_label: Option<String>,
    /// What the reader calls the value.
    #[diesel(sql_type = Text)]
    pub label: String,
    /// What the option is called in the base language.
    #[diesel(sql_type = Nullable<Text>)]
    pub field_name: Option<String>,
    /// What the value is called in the base language.
    #[diesel(sql_type = Nullable<Text>)]
    pub name: Option<String>,
    /// The kind of the attribute.
    #[diesel(sql_type = Nullable<Text>)]
    pub attribute: Option<String>,
    /// Order among the attributes.
    #[diesel(sql_type = Integer)]
    pub field_place: i32,
    /// Order among the choices.
    #[diesel(sql_type = Integer)]
    pub place: i32,
    /// Colour to show beside it.
    #[diesel(sql_type = Nullable<Text>)]
    pub swatch: Option<String>,
}

/// Values that are shown of one filter: those that were chosen, then those that most hits have.
const MOST_VALUES: i64 = 100;

/// What these values are called. Of `counts`, each with how many hits have it, only the commonest of their kind are answered; the
/// chosen ones are answered whether or not any hit has them.
///
/// # Errors
/// Whatever the database says.
pub(super) async fn labels(
    conn: &mut Conn,
    counts: Vec<(i32, i64)>,
    chosen: Vec<i32>,
    context: &InContext,
) -> QueryResult<Vec<Label>> {
    let (ids, hits) = counts.into_iter().unzip();
    let language = || context.language_code();
    Statement::new("WITH counted AS (SELECT n.*, row_number() OVER (PARTITION BY f.kind, f.field ORDER BY n.chosen DESC, n.hits DESC, n.id) AS rank \
         FROM (SELECT c.id, c.hits, c.id = ANY(").integers(chosen)
        .sql(") AS chosen FROM unnest(").integers(ids).sql(", ").bigints(hits)
        .sql(") c(id, hits)) n JOIN facet_values f ON f.id = n.id) \
              SELECT f.id, f.kind, f.field, f.value, n.hits, coalesce(ft.field_name, f.field_name, at.name, a.name) AS field_label, \
              coalesce(ft.value_name, ct.title, c.title, vt.name, v.name, cht.name, ch.name, \
                       CASE a.kind WHEN 'NUMBER' THEN concat_ws(' ', f.value, coalesce(at.unit, a.unit)) END, f.value_name, f.value) AS label, \
              f.field_name, coalesce(v.name, f.value_name) AS name, a.kind::text AS attribute, \
              coalesce(a.position, 0) AS field_place, coalesce(ch.position, c.position, 0) AS place, coalesce(f.swatch, ch.swatch)::text AS swatch \
              FROM counted n JOIN facet_values f ON f.id = n.id \
              LEFT JOIN facet_value_translations ft ON ft.facet_id = f.id AND ft.language = ").text(language())
        .sql(" LEFT JOIN collections c ON c.id = CASE f.kind WHEN 'CATEGORY' THEN f.value::uuid END \
               LEFT JOIN collection_translations ct ON ct.collection_id = c.id AND ct.language = ").text(language())
        .sql(" LEFT JOIN vendors v ON v.id = CASE f.kind WHEN 'VENDOR' THEN f.value::uuid END \
               LEFT JOIN vendor_translations vt ON vt.vendor_id = v.id AND vt.language = ").text(language())
        .sql(" LEFT JOIN attributes a ON f.kind = 'ATTRIBUTE' AND a.handle = f.field \
               LEFT JOIN attribute_translations at ON at.attribute_id = a.id AND at.language = ").text(language())
        .sql(" LEFT JOIN attribute_choices ch ON ch.attribute_id = a.id AND ch.handle = f.value AND a.kind IN ('CHOICE', 'COLOR') \
               LEFT JOIN attribute_choice_translations cht ON cht.choice_id = ch.id AND cht.language = ").text(language())
        .sql(" WHERE n.rank <= ").literal(MOST_VALUES)
        .sql(" AND (f.kind <> 'CATEGORY' OR c.published)")
        .load(conn).await
}
