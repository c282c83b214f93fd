//! What is told of orders and carts while it happens, over sockets and server-sent events: all of it, in order, each thing once.

mod access;
mod batching;
mod carts;
mod chaos;
pub mod client;
mod crowds;
mod cursors;
mod desk;
pub mod follower;
mod hall;
mod handshake;
mod instances;
mod orders;
mod protocol;
mod slow;
mod sse;
mod strangers;

use crate::buying::count;
use crate::programs::{Folder, Serving, proved, url_of};
use crate::support::{Contents, Shop, TOKEN_KEYS};
use serde_json::{Value, json};
use tokio_postgres::Client;
use uuid::Uuid;

pub use client::Socket;
pub use sse::{Sent, Stream};

/// What everybody at the demo shop signs in with.
const PASSWORD: &str = lilium::demo::people::PASSWORD;

/// Something that is watched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    Order,
    Vendor,
    Cart,
}

/// Something that is watched, and its global id.
#[derive(Debug, Clone)]
pub struct Watch {
    pub what: What,
    pub id: String,
}

impl Watch {
    pub fn order(id: &str) -> Self {
        Self::new(What::Order, id)
    }

    pub fn vendor(id: &str) -> Self {
        Self::new(What::Vendor, id)
    }

    pub fn cart(id: &str) -> Self {
        Self::new(What::Cart, id)
    }

    fn new(what: What, id: &str) -> Self {
        Self {
            what,
            id: id.to_owned(),
        }
    }

    /// The document that watches it.
    pub fn document(&self) -> &'static str {
        match self.what {
            What::Order => {
                "subscription($id: ID!, $after: String) { happened: orderUpdated(orderId: $id, after: $after) {
                    cursor kind happenedAt order { id state vendorOrders { id state } } vendorOrder { id state } } }"
            }
            What::Vendor => {
                "subscription($id: ID!, $after: String) { happened: vendorOrdersUpdated(vendorId: $id, after: $after) {
                    cursor kind happenedAt vendorDesk { vendor { id } } vendorOrder { id state version } } }"
            }
            What::Cart => {
                "subscription($id: ID!, $after: String) { happened: cartUpdated(cartId: $id, after: $after) {
                    cursor kind happenedAt cart { id totalQuantity note } } }"
            }
        }
    }

    /// What is sent to watch it.
    pub fn request(&self, after: Option<&str>) -> Value {
        json!({ "query": self.document(), "variables": { "id": self.id, "after": after } })
    }

    /// As who sees it the database knows it.
    pub fn audience(&self) -> String {
        let kind = match self.what {
            What::Order => "order",
            What::Vendor => "vendor",
            What::Cart => "cart",
        };
        format!("{kind}:{}", crate::buying::row(&json!(self.id)))
    }
}

/// An event as it was told.
#[derive(Debug, Clone, PartialEq)]
pub struct Told {
    pub cursor: String,
    pub kind: String,
    /// All of it.
    pub whole: Value,
}

impl Told {
    /// Reads an answer, which must be one without errors.
    pub fn of(payload: &Value) -> Self {
        let whole = payload["data"]["happened"].clone();
        assert!(
            payload.get("errors").is_none() && whole.is_object(),
            "{payload:#}"
        );
        let text = |name: &str| whole[name].as_str().unwrap().to_owned();
        let told = Self {
            cursor: text("cursor"),
            kind: text("kind"),
            whole: whole.clone(),
        };
        assert!(chrono::DateTime::parse_from_rfc3339(&text("happenedAt")).is_ok());
        told
    }

    /// The position within the cursor.
    pub fn position(&self) -> i64 {
        position(&self.cursor)
    }
}

/// The position within a cursor.
pub fn position(cursor: &str) -> i64 {
    cursor.split_once('.').unwrap().1.parse().unwrap()
}

/// A cursor of the database's present epoch.
pub async fn cursor(sql: &Client, position: i64) -> String {
    let row = sql.query_one("SELECT epoch FROM relay_head", &[]).await;
    let epoch: Uuid = row.unwrap().get(0);
    format!("{}.{position}", epoch.simple())
}

/// What the database's log holds for an audience after a position: cursors with the kinds of updates.
pub async fn log(sql: &Client, watch: &Watch, after: i64) -> Vec<(String, String)> {
    let rows = sql
        .query(
            "SELECT replace(h.epoch::text, '-', '') || '.' || e.position, e.kind FROM event_audiences a
             JOIN events e ON e.position = a.position, relay_head h
             WHERE a.audience = $1 AND a.position > $2 ORDER BY a.position",
            &[&watch.audience(), &after],
        )
        .await
        .unwrap();
    let row = |row: &tokio_postgres::Row| (row.get(0), kind(row.get(1)));
    rows.iter().map(row).collect()
}

/// What an event of the log is called when it is told; carts' are told by what the cart is then.
fn kind(event: &str) -> String {
    event.rsplit('.').next().unwrap().to_uppercase()
}

/// Cursor and kind of each.
pub fn outline(told: &[Told]) -> Vec<(String, String)> {
    told.iter()
        .map(|told| (told.cursor.clone(), told.kind.clone()))
        .collect()
}

/// The kinds alone.
pub fn kinds(told: &[Told]) -> Vec<&str> {
    told.iter().map(|told| told.kind.as_str()).collect()
}

/// The last position that was given.
pub async fn head(sql: &Client) -> i64 {
    count(sql, "SELECT position FROM relay_head").await
}

/// Waits until all that was told so far was read by the program at this address: who begins to watch now, begins behind it.
pub async fn settled(address: &str, watch: &Watch, sql: &Client) {
    crate::support::moved(sql).await;
    let head = head(sql).await;
    loop {
        let mut socket = Socket::join(address, None).await;
        socket.watch("p", watch, None).await;
        if socket.told("p").await.position() >= head {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}

/// Tells so many events of an audience as a change would, and waits until they have their positions.
pub async fn tell(sql: &Client, audience: &str, kind: &str, facts: &Value, times: i32) {
    let subject = Uuid::parse_str(audience.split_once(':').unwrap().1).unwrap();
    sql.execute(
        "INSERT INTO outbox_new (id, kind, subject_id, audiences, facts, told_at)
         SELECT gen_random_uuid(), $1, $2, ARRAY[$3::text], $4::text::jsonb, now() FROM generate_series(1, $5)",
        &[&kind, &subject, &audience, &facts.to_string(), &times],
    )
    .await
    .unwrap();
    crate::support::moved(sql).await;
}

/// A shop whose tokens other programs over the same database know.
async fn open() -> (Shop, Client) {
    let shop = Shop::with(Contents::Demo, &[("LILIUM_TOKEN_KEYS", TOKEN_KEYS)]).await;
    let sql = shop.sql().await;
    (shop, sql)
}

/// The same shop, answered by the program that is to be proved, if one is: for tests that look at frames alone.
async fn proving(shop: Shop) -> Shop {
    if proved().is_none() {
        return shop;
    }
    let (folder, url) = (Folder::new(), url_of(&shop.server).await);
    let settings = [
        ("DATABASE_URL", url.as_str()),
        ("LILIUM_TOKEN_KEYS", TOKEN_KEYS),
    ];
    let serving = Serving::start(&folder, &[], &settings);
    shop.answered(serving.address.clone(), (serving, folder))
}

/// Another program over the same database.
async fn another(shop: &Shop) -> Shop {
    shop.again(&[("LILIUM_TOKEN_KEYS", TOKEN_KEYS)]).await
}
