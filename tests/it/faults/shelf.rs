//! What is left of what is sold: guests are told it by answers that are kept, and each sale ends those.

use crate::buying::Goods;
use serde_json::Value;
use tokio_postgres::Client;
use uuid::Uuid;

/// Products that are sold.
pub struct Shelf {
    products: Vec<Uuid>,
    /// Asks how much is left of each.
    pub query: String,
}

impl Shelf {
    /// With the products of these goods.
    pub fn of(goods: &[Goods]) -> Self {
        let products: Vec<Uuid> = goods.iter().map(|goods| goods.product).collect();
        let fields = products.iter().enumerate().map(|(at, product)| {
            format!("p{at}: product(id: \"gid://lilium/Product/{product}\") {{ totalInventory }}")
        });
        Self {
            query: format!("{{ {} }}", fields.collect::<Vec<_>>().join(" ")),
            products,
        }
    }

    /// How much is left of each by an answer. Fails the test when it does not say it of one.
    pub fn told(&self, data: &Value) -> Vec<i64> {
        let places = 0..self.products.len();
        let told = places.map(|at| data[format!("p{at}")]["totalInventory"].as_i64());
        let told: Option<Vec<i64>> = told.collect();
        told.unwrap_or_else(|| panic!("{data:#}"))
    }

    /// How much is left of each.
    pub async fn left(&self, sql: &Client) -> Vec<i64> {
        let text = "SELECT (SELECT sum(s.on_hand - s.reserved)::bigint FROM variants va JOIN stock_levels s ON s.variant_id = va.id
                WHERE va.product_id = p.id)
            FROM unnest($1::uuid[]) WITH ORDINALITY AS p(id, place) ORDER BY place";
        let rows = sql.query(text, &[&self.products]).await.unwrap();
        rows.iter().map(|row| row.get(0)).collect()
    }
}
