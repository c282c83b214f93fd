//! What the rows that only read ask for: other pages and other products each time, so that nothing is measured but once.

use super::documents;
use super::reading::Ask;
use crate::limit::PAGE;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use lilium::platform::db::Server as Database;
use serde_json::{Value, json};
use tokio_postgres::Client;

/// Pages of each order that are asked for.
const PAGES: i64 = 40;

/// Products that are asked for, at the most.
const PRODUCTS: i64 = 10_000;

/// What every list reads: the products that the default market sees, in its prices.
const SEEN: &str = "listings l JOIN markets m ON m.id = l.market_id AND m.is_default JOIN vendors v ON v.id = l.vendor_id AND v.state = 'ACTIVE' \
     JOIN listing_prices lp ON lp.product_id = l.product_id AND lp.price_list_id = m.price_list_id \
     WHERE l.visible_from <= now() AND (l.visible_until IS NULL OR l.visible_until > now())";

/// The shop that is asked about.
pub struct Rows(Client);

impl Rows {
    /// Of this database.
    pub async fn of(database: &Database) -> Self {
        Self(database.client().await.unwrap())
    }

    /// The first pages of four orders.
    pub async fn listing(&self) -> Vec<Ask> {
        let mut asks = Vec::new();
        for (order, key, direction) in [
            ("TITLE", "to_jsonb(l.title_key)", ""),
            ("PRICE", "to_jsonb(lp.min_amount)", ""),
            (
                "CREATED_AT",
                "to_jsonb((extract(epoch FROM l.created_at) * 1000000)::bigint)",
                "",
            ),
            ("BEST_SELLING", "to_jsonb(l.sold)", "DESC"),
        ] {
            let after = self.cursors(order, key, direction).await;
            let first = std::iter::once(Value::Null);
            asks.extend(
                first
                    .chain(after.into_iter().map(Value::String))
                    .map(|after| page(order, &after)),
            );
        }
        // Orders in turn, not one after the other.
        let each = asks.len() / 4;
        let mut all: Vec<(usize, Ask)> = asks.into_iter().enumerate().collect();
        all.sort_by_key(|(at, _)| at % each);
        all.into_iter().map(|(_, ask)| ask).collect()
    }

    /// Where the pages of an order end.
    async fn cursors(&self, order: &str, key: &str, direction: &str) -> Vec<String> {
        let sorted = match order {
            "TITLE" => "l.title_key",
            "PRICE" => "lp.min_amount",
            "CREATED_AT" => "l.created_at",
            _ => "l.sold",
        };
        let sql = format!(
            "SELECT key, product_id::text FROM (SELECT ({key})::text AS key, l.product_id, \
               row_number() OVER (ORDER BY {sorted} {direction}, l.product_id {direction}) AS place FROM {SEEN}) x \
             WHERE place % {PAGE} = 0 AND place < {PAGE} * {PAGES} ORDER BY place"
        );
        let rows = self.0.query(&sql, &[]).await.unwrap();
        rows.iter()
            .map(|row| {
                let key: Value = serde_json::from_str(row.get(0)).unwrap();
                let id: &str = row.get(1);
                URL_SAFE_NO_PAD.encode(json!([order, key, id]).to_string())
            })
            .collect()
    }

    /// Products by their handles.
    pub async fn product(&self) -> Vec<Ask> {
        let sql = format!(
            "SELECT p.handle FROM {SEEN_PRODUCTS} ORDER BY md5(p.handle) LIMIT {PRODUCTS}",
            SEEN_PRODUCTS = SEEN.replace(" WHERE", " JOIN products p ON p.id = l.product_id WHERE")
        );
        let rows = self.0.query(&sql, &[]).await.unwrap();
        let document = documents::product();
        rows.iter()
            .map(|row| {
                let handle: &str = row.get(0);
                let escaped: String = form_urlencoded::byte_serialize(handle.as_bytes()).collect();
                Ask {
                    document: document.clone(),
                    variables: json!({ "name": handle, "country": "US", "language": "EN" }),
                    path: format!("/product?handle={escaped}"),
                }
            })
            .collect()
    }
}

/// A page of the listing.
fn page(order: &str, after: &Value) -> Ask {
    let mut path = format!("/listing?order={order}");
    if let Some(after) = after.as_str() {
        path += &format!("&after={after}");
    }
    Ask {
        document: documents::listing(),
        variables: json!({ "order": order, "after": after, "country": "US", "language": "EN" }),
        path,
    }
}
