//! What the rows that only read ask for: other pages and other products each time.

use super::documents;
use super::reading::Ask;
use crate::limit::{PAGE, SMALL_PAGE};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use lilium::platform::db::Server as Database;
use serde_json::{Value, json};
use std::sync::Arc;
use tokio_postgres::Client;

/// Pages of each order that are asked for.
const PAGES: i64 = 40;

/// Products that are asked for, at the most.
const PRODUCTS: i64 = 10_000;

/// Prices that pass a shelf's filter: minor units.
const PRICES: (i64, i64) = (500, 20_000);

/// The orders of the listing: as documents name them, the column, the key in a cursor, and nothing or `DESC`.
const ORDERS: [(&str, &str, &str, &str); 4] = [
    ("TITLE", "l.title_key", "to_jsonb(l.title_key)", ""),
    ("PRICE", "lp.min_amount", "to_jsonb(lp.min_amount)", ""),
    (
        "CREATED_AT",
        "l.created_at",
        "to_jsonb((extract(epoch FROM l.created_at) * 1000000)::bigint)",
        "",
    ),
    ("BEST_SELLING", "l.sold", "to_jsonb(l.sold)", "DESC"),
];

/// What every list reads: the products that the default market sees, in its prices.
const LISTED: &str = "listings l JOIN markets m ON m.id = l.market_id AND m.is_default JOIN vendors v ON v.id = l.vendor_id AND v.state = 'ACTIVE' \
     JOIN listing_prices lp ON lp.product_id = l.product_id AND lp.price_list_id = m.price_list_id \
     JOIN products p ON p.id = l.product_id";
const SEEN: &str =
    "l.visible_from <= now() AND (l.visible_until IS NULL OR l.visible_until > now())";

/// The shop that is asked about.
pub struct Rows(Client);

impl Rows {
    /// Of this database.
    pub async fn of(database: &Database) -> Self {
        Self(database.client().await.unwrap())
    }

    /// The first pages of four orders, one of each in turn.
    pub async fn listing(&self) -> Vec<Ask> {
        let ends: Vec<i64> = (1..PAGES).map(|page| page * PAGE as i64).collect();
        let document = documents::listing(PAGE);
        let mut asks = Vec::new();
        for order in ORDERS {
            let behind = self.cursors(order, &ends).await.into_iter().map(Some);
            let places = std::iter::once(None).chain(behind).enumerate();
            asks.extend(places.map(|(at, after)| (at, page(&document, order.0, after, ""))));
        }
        asks.sort_by_key(|(at, _)| *at);
        asks.into_iter().map(|(_, ask)| ask).collect()
    }

    /// The first small page of the listing, and the thousandth or, in a smaller shop, the last whole one; with its number.
    pub async fn far(&self) -> [(i64, Vec<Ask>); 2] {
        let count = format!("SELECT count(*) FROM {LISTED} WHERE {SEEN}");
        let products: i64 = self.0.query_one(&count, &[]).await.unwrap().get(0);
        let size = SMALL_PAGE as i64;
        let number = 1000.min(products / size);
        let document = documents::listing(SMALL_PAGE);
        let mut first = Vec::new();
        let mut behind = Vec::new();
        for order in ORDERS {
            first.push(page(&document, order.0, None, "&small"));
            let ends = [(number - 1) * size];
            let after = self.cursors(order, &ends).await.pop();
            behind.push(page(&document, order.0, after, "&small"));
        }
        [(1, first), (number, behind)]
    }

    /// Where pages of an order end, after so many products.
    async fn cursors(
        &self,
        (name, column, key, direction): (&str, &str, &str, &str),
        ends: &[i64],
    ) -> Vec<String> {
        let sql = format!(
            "SELECT key, id FROM (SELECT ({key})::text AS key, l.product_id::text AS id, \
               row_number() OVER (ORDER BY {column} {direction}, l.product_id {direction}) AS place FROM {LISTED} WHERE {SEEN}) x \
             WHERE place = ANY($1) ORDER BY place"
        );
        let rows = self.0.query(&sql, &[&ends]).await.unwrap();
        let cursor = |row: &tokio_postgres::Row| {
            let key: Value = serde_json::from_str(row.get(0)).unwrap();
            let id: &str = row.get(1);
            URL_SAFE_NO_PAD.encode(json!([name, key, id]).to_string())
        };
        rows.iter().map(cursor).collect()
    }

    /// A hundred products with all that is shown of them, in each order and the other way round.
    pub fn goods(&self) -> Vec<Ask> {
        let document = documents::goods();
        let ask = |(order, reverse): (&str, bool)| Ask {
            document: Arc::clone(&document),
            variables: for_us(json!({ "order": order, "backwards": reverse })),
            path: format!("/goods?order={order}&reverse={reverse}"),
        };
        let both = |(order, ..): (&'static str, _, _, _)| [(order, false), (order, true)];
        ORDERS.into_iter().flat_map(both).map(ask).collect()
    }

    /// Products by their handles.
    pub async fn product(&self) -> Vec<Ask> {
        let sql = format!(
            "SELECT p.handle FROM {LISTED} WHERE {SEEN} ORDER BY md5(p.handle) LIMIT {PRODUCTS}"
        );
        let rows = self.0.query(&sql, &[]).await.unwrap();
        let document = documents::product();
        let ask = |row: &tokio_postgres::Row| {
            let handle: &str = row.get(0);
            Ask {
                document: Arc::clone(&document),
                variables: for_us(json!({ "name": handle })),
                path: format!("/product?handle={}", escaped(handle)),
            }
        };
        rows.iter().map(ask).collect()
    }

    /// Shelves with what passes three filters, where anything does.
    pub async fn shelf(&self) -> Vec<Ask> {
        let (min, max) = PRICES;
        let sql = format!(
            "SELECT c.handle, fv.value FROM placements pl JOIN collections c ON c.id = pl.collection_id AND c.published \
             JOIN ({LISTED}) ON l.market_id = pl.market_id AND l.product_id = pl.product_id \
             JOIN facet_values fv ON fv.id = ANY(l.facets) AND fv.kind = 'ATTRIBUTE' AND fv.field = 'color' \
             WHERE {SEEN} AND l.in_stock AND lp.min_amount BETWEEN {min} AND {max} \
             GROUP BY 1, 2 HAVING count(*) >= 5 ORDER BY md5(c.handle || fv.value) LIMIT 200"
        );
        let rows = self.0.query(&sql, &[]).await.unwrap();
        let document = documents::shelf();
        let ask = |(row, order): (&tokio_postgres::Row, &str)| {
            let (handle, color): (&str, &str) = (row.get(0), row.get(1));
            let filters = json!([
                { "productMetafield": { "namespace": "attribute", "key": "color", "value": color } },
                { "available": true },
                { "price": { "min": min / 100, "max": max / 100 } }
            ]);
            Ask {
                document: Arc::clone(&document),
                variables: for_us(json!({ "name": handle, "order": order, "filters": filters })),
                path: format!(
                    "/shelf?handle={}&order={order}&color={}&min={min}&max={max}",
                    escaped(handle),
                    escaped(color)
                ),
            }
        };
        let orders = ["TITLE", "PRICE", "BEST_SELLING"].into_iter().cycle();
        rows.iter().zip(orders).map(ask).collect()
    }
}

fn escaped(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// Variables with the buyer's.
pub fn for_us(mut variables: Value) -> Value {
    variables["country"] = json!("US");
    variables["language"] = json!("EN");
    variables
}

/// A page of the listing.
fn page(document: &Arc<str>, order: &str, after: Option<String>, size: &str) -> Ask {
    let mut path = format!("/listing?order={order}{size}");
    if let Some(after) = &after {
        path += &format!("&after={after}");
    }
    Ask {
        document: Arc::clone(document),
        variables: for_us(json!({ "order": order, "after": after })),
        path,
    }
}
