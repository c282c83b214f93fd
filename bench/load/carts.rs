//! The row of carts: one is begun, a line is added, and it is read again. The three are one thing that is timed.

use super::client::{Connection, get, post, put};
use super::documents;
use super::drive::{Asker, Side};
use super::reading::{Pair, difference};
use super::rows::for_us;
use futures_util::future::BoxFuture;
use lilium::platform::db::Server as Database;
use serde_json::{Value, json};
use std::sync::Arc;
use uuid::Uuid;

/// How a cart's id begins.
const CART: &str = "gid://lilium/Cart/";

/// Variants that are put into carts.
const VARIANTS: &str = "SELECT va.id FROM variants va JOIN listings l ON l.product_id = va.product_id \
     JOIN markets m ON m.id = l.market_id AND m.is_default JOIN vendors v ON v.id = va.vendor_id AND v.state = 'ACTIVE' \
     JOIN variant_prices vp ON vp.variant_id = va.id AND vp.price_list_id = m.price_list_id \
     WHERE l.visible_from <= now() AND (l.visible_until IS NULL OR l.visible_until > now()) \
     AND (SELECT sum(s.on_hand - s.reserved) FROM stock_levels s WHERE s.variant_id = va.id) > 0 ORDER BY md5(va.id::text) LIMIT 5000";

/// How a side is spoken to.
#[derive(Clone)]
enum Way {
    /// By documents: to begin, to add, to read.
    Documents(Arc<[String; 3]>),
    /// By the limit's paths.
    Paths,
}

struct Buyer {
    connection: Connection,
    address: String,
    way: Way,
    variants: Arc<Vec<Uuid>>,
}

impl Asker for Buyer {
    fn ask(&mut self, number: usize) -> BoxFuture<'_, ()> {
        Box::pin(async move {
            let variant = self.variants[number % self.variants.len()];
            self.fill(variant).await;
        })
    }
}

impl Buyer {
    async fn open(address: &str, way: Way, variants: &Arc<Vec<Uuid>>) -> Self {
        Self {
            connection: Connection::open(address).await,
            address: address.to_owned(),
            way,
            variants: Arc::clone(variants),
        }
    }

    /// Begins a cart, adds a line and reads it; the last answer.
    async fn fill(&mut self, variant: Uuid) -> Vec<u8> {
        let begun = self.connection.ask(&self.begin()).await;
        let cart = id_of(begun).to_owned();
        let added = self.connection.ask(&self.add(&cart, variant)).await;
        assert!(holds_one(added), "nothing was added: {}", text(added));
        let read = self.connection.ask(&self.read(&cart)).await;
        assert!(holds_one(read), "nothing is in the cart: {}", text(read));
        read.to_vec()
    }

    fn begin(&self) -> Vec<u8> {
        match &self.way {
            Way::Documents(all) => post(&self.address, &all[0], &for_us(json!({}))),
            Way::Paths => put(&self.address, "/cart"),
        }
    }

    fn add(&self, cart: &str, variant: Uuid) -> Vec<u8> {
        match &self.way {
            Way::Documents(all) => {
                let line = json!({ "merchandiseId": format!("gid://lilium/ProductVariant/{variant}"), "quantity": 1 });
                let variables = for_us(json!({ "cart": cart, "lines": [line] }));
                post(&self.address, &all[1], &variables)
            }
            Way::Paths => {
                let path = format!("/cart/lines?cart={}&variant={variant}", escaped(cart));
                put(&self.address, &path)
            }
        }
    }

    fn read(&self, cart: &str) -> Vec<u8> {
        match &self.way {
            Way::Documents(all) => post(&self.address, &all[2], &for_us(json!({ "cart": cart }))),
            Way::Paths => get(&self.address, &format!("/cart?cart={}", escaped(cart))),
        }
    }
}

/// Both sides, after a look whether they answer the same.
pub async fn sides(pair: &Pair<'_>, database: &Database) -> [Side; 2] {
    let sql = database.client().await.unwrap();
    let rows = sql.query(VARIANTS, &[]).await.unwrap();
    let variants: Arc<Vec<Uuid>> = Arc::new(rows.iter().map(|row| row.get(0)).collect());
    let documents = [documents::begin(), documents::add(), documents::read()];
    let documents = Way::Documents(Arc::new(documents));
    let mut ours = Buyer::open(pair.server.0, documents.clone(), &variants).await;
    let mut theirs = Buyer::open(pair.limit.0, Way::Paths, &variants).await;
    for &variant in variants.iter().take(10) {
        same(&ours.fill(variant).await, &theirs.fill(variant).await);
    }
    let mut sides = Vec::new();
    for ((address, process), way) in [(pair.server, documents), (pair.limit, Way::Paths)] {
        let mut askers: Vec<Box<dyn Asker>> = Vec::new();
        for _ in 0..pair.connections {
            askers.push(Box::new(Buyer::open(address, way.clone(), &variants).await));
        }
        sides.push(Side::new(Some(process), askers));
    }
    let [ours, theirs] = sides.try_into().ok().unwrap();
    [ours, theirs]
}

/// Two carts with the same in them: all but their own ids must be alike.
fn same(ours: &[u8], theirs: &[u8]) {
    let read = |text: &[u8]| {
        let mut answer: Value = serde_json::from_slice(text).unwrap();
        let mut data = answer["data"].take();
        nameless(&mut data);
        data
    };
    if let Some((path, one, other)) = difference(&read(ours), &read(theirs), "data") {
        panic!(
            "cart: the limit does not answer as the server does: at {path} the server says {one}, the limit {other}. \
             Nothing was measured: mend bench/limit first."
        );
    }
}

/// Takes out what is another in each cart.
fn nameless(value: &mut Value) {
    match value {
        Value::String(text) if text.starts_with("gid://lilium/Cart") => *text = "id".to_owned(),
        Value::String(text) => {
            if let Some((before, _)) = text.split_once("/checkout?cart=") {
                *text = format!("{before}/checkout");
            }
        }
        Value::Array(items) => items.iter_mut().for_each(nameless),
        Value::Object(fields) => fields.values_mut().for_each(nameless),
        _ => {}
    }
}

/// The id of the cart in an answer.
fn id_of(answer: &[u8]) -> &str {
    let answer = text(answer);
    let from = answer
        .find(CART)
        .unwrap_or_else(|| panic!("no cart: {answer}"));
    let (id, _) = answer[from..].split_once('"').unwrap();
    id
}

fn holds_one(answer: &[u8]) -> bool {
    text(answer).contains("\"totalQuantity\":1,")
}

fn text(answer: &[u8]) -> &str {
    std::str::from_utf8(answer).unwrap()
}

fn escaped(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}
