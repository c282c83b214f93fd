//! What the lines of a cart are sold as at this moment.

use crate::domains::shop::Market;
use crate::platform::clock;
use crate::platform::db::{Conn, Statement};
use diesel::sql_types::{BigInt, Nullable, Text, Uuid as UuidSql};
use diesel::{QueryResult, QueryableByName};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

/// What a variant is sold as.
#[derive(Debug, Clone, QueryableByName)]
pub(super) struct Offer {
    #[diesel(sql_type = UuidSql)]
    pub variant_id: Uuid,
    #[diesel(sql_type = UuidSql)]
    pub product_id: Uuid,
    #[diesel(sql_type = UuidSql)]
    pub vendor_id: Uuid,
    /// In the language of the order.
    #[diesel(sql_type = Text)]
    pub title: String,
    /// The choices, in the language of the order.
    #[diesel(sql_type = Text)]
    pub variant_title: String,
    #[diesel(sql_type = Nullable<Text>)]
    pub sku: Option<String>,
    #[diesel(sql_type = Nullable<UuidSql>)]
    pub image_file_id: Option<Uuid>,
    /// Of one unit, minor units. Absent when it is not sold in this market now.
    #[diesel(sql_type = Nullable<BigInt>)]
    pub amount: Option<i64>,
}

/// What these variants are sold as in a market; also those that are not sold, for their titles. What decides whether it is sold is
/// read from the catalogue itself, beside the listing that is made from it.
pub(super) async fn offers(
    conn: &mut Conn,
    market: &Market,
    language: &str,
    variants: Vec<Uuid>,
) -> QueryResult<Vec<Offer>> {
    let now = clock::now();
    Statement::new("SELECT va.id AS variant_id, va.product_id, va.vendor_id, coalesce(pt.title, p.title) AS title, \
         (SELECT string_agg(coalesce(xt.name, x.name), ' / ' ORDER BY o.position) FROM option_values x \
             JOIN product_options o ON o.id = x.option_id \
             LEFT JOIN option_value_translations xt ON xt.value_id = x.id AND xt.language = ")
        .text(language)
        .sql(" WHERE x.id IN (va.value1_id, va.value2_id, va.value3_id)) AS variant_title, va.sku, \
               coalesce(own.file_id, featured.file_id) AS image_file_id, \
               CASE WHEN l.product_id IS NOT NULL AND v.state = 'ACTIVE' AND p.state = 'ACTIVE' AND p.moderation = 'APPROVED' AND p.published_at <= ")
        .time(now)
        .sql(" AND (p.visible_until IS NULL OR p.visible_until > ")
        .time(now)
        .sql(") THEN vp.amount END AS amount \
               FROM variants va JOIN products p ON p.id = va.product_id JOIN vendors v ON v.id = va.vendor_id \
               LEFT JOIN product_translations pt ON pt.product_id = p.id AND pt.language = ")
        .text(language)
        .sql(" LEFT JOIN product_images own ON own.id = va.image_id \
               LEFT JOIN product_images featured ON featured.product_id = p.id AND featured.position = 1 \
               LEFT JOIN variant_prices vp ON vp.variant_id = va.id AND vp.price_list_id = ")
        .uuid(market.price_list_id)
        .sql(" LEFT JOIN listings l ON l.product_id = p.id AND l.market_id = ")
        .uuid(market.id)
        .sql(" AND l.visible_from <= ")
        .time(now)
        .sql(" AND (l.visible_until IS NULL OR l.visible_until > ")
        .time(now)
        .sql(") WHERE va.id = ANY(")
        .uuids(variants)
        .sql(")")
        .load(conn)
        .await
}
