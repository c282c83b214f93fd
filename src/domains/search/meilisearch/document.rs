//! What an index holds of a product.

use crate::graphql::codes::LanguageCode;
use crate::graphql::html;
use crate::platform::db::{Conn, Statement};
use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{
    Array, BigInt, Bool, Integer, Nullable, Text, Timestamptz, Uuid as UuidSql,
};
use diesel_async::RunQueryDsl;
use serde::Serialize;
use std::collections::BTreeMap;
use uuid::Uuid;

/// Of which make the documents are. Whoever changes what they hold counts this up: indexes of another make are filled anew.
pub const FORMAT: i32 = 1;

/// Characters of a description that are searched.
const MOST_OF_DESCRIPTION: usize = 20_000;

/// A time that never comes, as the index holds it.
const NEVER: i64 = 253_402_300_799;

/// A product in one language, as the index holds it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Document {
    /// The product.
    pub id: Uuid,
    /// In the index's language, or the base language.
    pub title: String,
    /// In other languages.
    pub titles: Vec<String>,
    /// Type, vendor, tags, choices and attributes.
    pub properties: Vec<String>,
    /// Without markup.
    pub description: String,
    vendor_id: Uuid,
    /// Collections and categories that it is in.
    shelves: Vec<Uuid>,
    visible_from: i64,
    visible_until: i64,
    sold: i64,
    created: i64,
    title_key: String,
    /// Numbers of its values in the dictionary, by their kind; prices by price list; whether it can be bought, by market.
    #[serde(flatten)]
    numbers: BTreeMap<String, serde_json::Value>,
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = UuidSql)]
    id: Uuid,
    #[diesel(sql_type = Text)]
    title: String,
    #[diesel(sql_type = Array<Text>)]
    titles: Vec<String>,
    #[diesel(sql_type = Array<Text>)]
    properties: Vec<String>,
    #[diesel(sql_type = Text)]
    html: String,
    #[diesel(sql_type = UuidSql)]
    vendor_id: Uuid,
    #[diesel(sql_type = Array<UuidSql>)]
    shelves: Vec<Uuid>,
    #[diesel(sql_type = Timestamptz)]
    visible_from: DateTime<Utc>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    visible_until: Option<DateTime<Utc>>,
    #[diesel(sql_type = BigInt)]
    sold: i64,
    #[diesel(sql_type = Timestamptz)]
    created_at: DateTime<Utc>,
    #[diesel(sql_type = Text)]
    title_key: String,
    #[diesel(sql_type = Array<Integer>)]
    facets: Vec<i32>,
    #[diesel(sql_type = Array<Text>)]
    facet_kinds: Vec<String>,
    #[diesel(sql_type = Array<UuidSql>)]
    markets: Vec<Uuid>,
    #[diesel(sql_type = Array<Bool>)]
    in_stock: Vec<bool>,
    #[diesel(sql_type = Array<UuidSql>)]
    price_lists: Vec<Uuid>,
    #[diesel(sql_type = Array<BigInt>)]
    amounts: Vec<i64>,
}

impl From<Row> for Document {
    fn from(row: Row) -> Self {
        let description: String = html::plain(&row.html)
            .chars()
            .take(MOST_OF_DESCRIPTION)
            .collect();
        let mut numbers: BTreeMap<String, Vec<i64>> = BTreeMap::new();
        let mut add = |field: String, number: i64| numbers.entry(field).or_default().push(number);
        for (kind, id) in row.facet_kinds.iter().zip(&row.facets) {
            add(format!("f_{}", kind.to_lowercase()), i64::from(*id));
        }
        for (list, amount) in row.price_lists.iter().zip(&row.amounts) {
            add(price_field(*list), *amount);
        }
        let lowest = row.price_lists.iter().zip(&row.amounts).rev();
        let lowest = lowest.map(|(list, amount)| (lowest_field(*list), (*amount).into()));
        let markets = row.markets.iter().zip(&row.in_stock);
        let stock = markets.map(|(market, there)| (stock_field(*market), i64::from(*there).into()));
        let lists = numbers.into_iter().map(|(field, all)| (field, all.into()));
        Self {
            id: row.id,
            title: row.title,
            titles: row.titles,
            properties: row.properties,
            description,
            vendor_id: row.vendor_id,
            shelves: row.shelves,
            visible_from: row.visible_from.timestamp(),
            visible_until: row.visible_until.map_or(NEVER, |until| until.timestamp()),
            sold: row.sold,
            created: row.created_at.timestamp(),
            title_key: row.title_key,
            numbers: lists.chain(lowest).chain(stock).collect(),
        }
    }
}

/// The field of the prices of a price list.
pub(super) fn price_field(list: Uuid) -> String {
    format!("price_{}", list.simple())
}

/// The field of the lowest of them.
pub(super) fn lowest_field(list: Uuid) -> String {
    format!("lowest_{}", list.simple())
}

/// The field that says whether a product can be bought in a market: 1 or 0, and absent when the market does not see it.
pub(super) fn stock_field(market: Uuid) -> String {
    format!("stock_{}", market.simple())
}

/// The documents of these products in a language; none of those that no market sees.
///
/// # Errors
/// Whatever the database says.
pub async fn documents(
    conn: &mut Conn,
    language: LanguageCode,
    products: &[Uuid],
) -> diesel::QueryResult<Vec<Document>> {
    let code = language.code();
    let rows: Vec<Row> = Statement::new(
        "SELECT p.id, coalesce(t.title, p.title) AS title, \
         ARRAY(SELECT o.title FROM (SELECT p.title UNION SELECT x.title FROM product_translations x WHERE x.product_id = p.id) o \
         WHERE o.title <> coalesce(t.title, p.title) ORDER BY o.title) AS titles, \
         ARRAY(SELECT DISTINCT s.said FROM (SELECT coalesce(t.product_type, p.product_type) UNION ALL SELECT coalesce(vt.name, v.name) \
         UNION ALL SELECT v.name UNION ALL SELECT unnest(p.tags) \
         UNION ALL SELECT coalesce(xt.name, x.name) FROM product_options o JOIN option_values x ON x.option_id = o.id \
         LEFT JOIN option_value_translations xt ON xt.value_id = x.id AND xt.language = ",
    )
    .text(code)
    .sql(
        " WHERE o.product_id = p.id AND (o.name, x.name) <> ('Title', 'Default Title') \
         UNION ALL SELECT CASE WHEN pa.yes THEN coalesce(at.name, a.name) WHEN pa.number IS NOT NULL \
         THEN concat_ws(' ', trim_scale(pa.number)::text, coalesce(at.unit, a.unit)) \
         ELSE coalesce(ct.name, c.name, pt.text, pa.text) END \
         FROM product_attributes pa JOIN attributes a ON a.id = pa.attribute_id LEFT JOIN attribute_choices c ON c.id = pa.choice_id \
         LEFT JOIN attribute_translations at ON at.attribute_id = a.id AND at.language = ",
    )
    .text(code)
    .sql(" LEFT JOIN attribute_choice_translations ct ON ct.choice_id = c.id AND ct.language = ")
    .text(code)
    .sql(" LEFT JOIN product_attribute_translations pt ON pt.product_id = pa.product_id AND pt.attribute_id = a.id AND pt.language = ")
    .text(code)
    .sql(
        " WHERE pa.product_id = p.id) s(said) WHERE s.said <> '' ORDER BY s.said) AS properties, \
         coalesce(t.description_html, p.description_html) AS html, p.vendor_id, \
         ARRAY(SELECT DISTINCT pl.collection_id FROM placements pl WHERE pl.product_id = p.id ORDER BY pl.collection_id) AS shelves, \
         l.visible_from, l.visible_until, l.sold, l.created_at, l.title_key, l.facets, \
         ARRAY(SELECT f.kind::text FROM unnest(l.facets) WITH ORDINALITY u(id, place) JOIN facet_values f ON f.id = u.id \
         ORDER BY u.place) AS facet_kinds, \
         ARRAY(SELECT m.market_id FROM listings m WHERE m.product_id = p.id ORDER BY m.market_id) AS markets, \
         ARRAY(SELECT m.in_stock FROM listings m WHERE m.product_id = p.id ORDER BY m.market_id) AS in_stock, \
         prices.lists AS price_lists, prices.amounts \
         FROM products p JOIN vendors v ON v.id = p.vendor_id AND v.state = 'ACTIVE' \
         JOIN LATERAL (SELECT * FROM listings l WHERE l.product_id = p.id ORDER BY l.market_id LIMIT 1) l ON true \
         CROSS JOIN LATERAL (SELECT coalesce(array_agg(d.price_list_id ORDER BY d.price_list_id, d.amount), '{}') AS lists, \
         coalesce(array_agg(d.amount ORDER BY d.price_list_id, d.amount), '{}') AS amounts \
         FROM (SELECT DISTINCT vp.price_list_id, vp.amount FROM variants va JOIN variant_prices vp ON vp.variant_id = va.id \
         WHERE va.product_id = p.id) d) prices \
         LEFT JOIN product_translations t ON t.product_id = p.id AND t.language = ",
    )
    .text(code)
    .sql(" LEFT JOIN vendor_translations vt ON vt.vendor_id = p.vendor_id AND vt.language = ")
    .text(code)
    .sql(" WHERE p.id = ANY(")
    .uuids(products.to_vec())
    .sql(") ORDER BY p.id")
    .load(conn)
    .await?;
    Ok(rows.into_iter().map(Document::from).collect())
}

#[derive(QueryableByName)]
struct Listed {
    #[diesel(sql_type = UuidSql)]
    id: Uuid,
}

/// Products that some market sees, by their ids, after this one.
///
/// # Errors
/// Whatever the database says.
pub async fn listed_after(
    conn: &mut Conn,
    after: Option<Uuid>,
    most: i64,
) -> diesel::QueryResult<Vec<Uuid>> {
    let rows: Vec<Listed> = Statement::new(
        "SELECT p.id FROM products p JOIN vendors v ON v.id = p.vendor_id AND v.state = 'ACTIVE' WHERE EXISTS (SELECT FROM listings l WHERE l.product_id = p.id) AND p.id > ",
    )
    .uuid(after.unwrap_or_default())
    .sql(" ORDER BY p.id LIMIT ")
    .literal(most)
    .load(conn)
    .await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}
