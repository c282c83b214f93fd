//! What is asked of the shop by HTTP: orders are placed, and a vendor works on them.

use crate::stand::Serving;
use lilium::demo::people::PASSWORD;
use lilium::platform::db::Server as Database;
use serde_json::{Value, json};
use tokio_postgres::Client;
use uuid::Uuid;

/// What a vendor does with its part of an order, one after the other: the name of the step, and where the part stands then.
pub const STEPS: [&str; 3] = ["Accept", "Prepare", "Ship"];

/// Units that are put on the shelf: more than is bought.
const PLENTY: i32 = 100_000;

/// A server, and somebody of one of its vendors.
pub struct Shop {
    http: reqwest::Client,
    url: String,
    /// The vendor's token, as it stands behind `Bearer`.
    pub token: String,
    /// The vendor's global id.
    pub vendor: String,
    variant: String,
}

/// An order that lies with one vendor.
#[derive(Debug, Clone)]
pub struct Order {
    /// Its global id, with the key of a guest.
    pub id: String,
    /// The vendor's part.
    pub part: String,
}

/// A client for HTTP.
fn client() -> reqwest::Client {
    lilium::platform::tls::ready();
    reqwest::Client::new()
}

impl Shop {
    /// Comes in, and signs in as the owner of a vendor.
    pub async fn enter(serving: &Serving, database: &Database) -> Self {
        let sql = database.client().await.unwrap();
        let (variant, vendor, handle) = goods(&sql).await;
        fill_shelf(&sql, variant).await;
        let mut shop = Self {
            http: client(),
            url: format!("http://{}/graphql", serving.address),
            token: String::new(),
            vendor: format!("gid://lilium/Vendor/{vendor}"),
            variant: format!("gid://lilium/ProductVariant/{variant}"),
        };
        let sign_in = "mutation($email: String!, $password: String!) { accountSignIn(email: $email, password: $password) { tokens { accessToken } } }";
        let who = json!({ "email": format!("owner@{handle}.example"), "password": PASSWORD });
        let data = shop.ask(sign_in, who).await;
        shop.token = text(&data["accountSignIn"]["tokens"]["accessToken"]);
        shop
    }

    async fn ask(&self, query: &str, variables: Value) -> Value {
        let mut request = self.http.post(&self.url);
        if !self.token.is_empty() {
            request = request.bearer_auth(&self.token);
        }
        let body = json!({ "query": query, "variables": variables });
        let answer = request.json(&body).send().await.unwrap();
        let mut body: Value = answer.json().await.unwrap();
        assert!(body.get("errors").is_none(), "{body:#}");
        body["data"].take()
    }

    /// Places as many orders, of one unit each.
    pub async fn order(&self, how_many: usize) -> Vec<Order> {
        let mut placed = Vec::with_capacity(how_many);
        for _ in 0..how_many {
            placed.push(self.place().await);
        }
        placed
    }

    async fn place(&self) -> Order {
        let create = "mutation($input: CartInput) { cartCreate(input: $input) { cart { id } } }";
        let line = json!({ "merchandiseId": self.variant, "quantity": 1 });
        let made = self
            .ask(create, json!({ "input": { "lines": [line] } }))
            .await;
        let buy = "mutation($input: CheckoutCompleteInput!) { checkoutComplete(input: $input) {
            order { id vendorOrders { id } } userErrors { message } } }";
        let address = json!({ "firstName": "Ann", "lastName": "Weaver", "address1": "1 Loom Street", "city": "Springfield",
            "zip": "62701", "provinceCode": "IL", "countryCode": "US", "phone": "+1 555 0100" });
        let input = json!({ "cartId": made["cartCreate"]["cart"]["id"], "email": "guest@example.com",
            "paymentMethod": "CASH_ON_DELIVERY", "shippingAddress": address });
        let bought = self.ask(buy, json!({ "input": input })).await;
        let order = &bought["checkoutComplete"]["order"];
        Order {
            id: text(&order["id"]),
            part: text(&order["vendorOrders"][0]["id"]),
        }
    }

    /// The vendor takes a step with its part of an order.
    pub async fn step(&self, order: &Order, step: &str) {
        let input = match step {
            "Ship" => "VendorOrderShipInput",
            _ => "VendorOrderStepInput",
        };
        let query = format!(
            "mutation($input: {input}!) {{ done: vendorOrder{step}(input: $input) {{ vendorOrder {{ state }} userErrors {{ message }} }} }}"
        );
        let input = json!({ "vendorId": self.vendor, "vendorOrderId": order.part });
        let done = self.ask(&query, json!({ "input": input })).await;
        assert_eq!(done["done"]["userErrors"], json!([]), "{step}");
    }
}

/// A variant that is sold everywhere, its vendor and the vendor's handle.
async fn goods(sql: &Client) -> (Uuid, Uuid, String) {
    let row = sql
        .query_one(
            "SELECT va.id, v.id, v.handle FROM products p JOIN variants va ON va.product_id = p.id JOIN vendors v ON v.id = va.vendor_id
             WHERE p.handle = 'pinch-salt-bowl' ORDER BY va.position LIMIT 1",
            &[],
        )
        .await
        .unwrap();
    (row.get(0), row.get(1), row.get(2))
}

/// Sees to it that nothing sells out, with the movement that says so.
pub async fn fill_shelf(sql: &Client, variant: Uuid) {
    let fill = "WITH shelf AS (SELECT location_id FROM stock_levels WHERE variant_id = $1 ORDER BY location_id LIMIT 1),
        moved AS (INSERT INTO stock_movements (id, variant_id, location_id, kind, quantity, moved_at)
            SELECT gen_random_uuid(), $1, location_id, 'CORRECTION', $2, now() FROM shelf)
        UPDATE stock_levels s SET on_hand = on_hand + $2 FROM shelf WHERE s.variant_id = $1 AND s.location_id = shelf.location_id";
    assert_eq!(sql.execute(fill, &[&variant, &PLENTY]).await.unwrap(), 1);
}

fn text(value: &Value) -> String {
    value
        .as_str()
        .unwrap_or_else(|| panic!("no text: {value}"))
        .to_owned()
}
