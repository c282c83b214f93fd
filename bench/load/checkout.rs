//! The row of checkouts: a cart with one line of each of two vendors is begun and bought. It is compared with the statements that
//! Lilium itself sends for it, recorded and sent again by a plain client.

use super::client::{Connection, post};
use super::drive::{Asker, Side};
use super::recording::Recorder;
use super::replay::{Recording, Replay, now};
use super::rows::for_us;
use crate::limit::connect;
use crate::shop::fill_shelf;
use crate::stand::{Serving, Stand};
use futures_util::future::BoxFuture;
use serde_json::json;
use std::time::Duration;
use uuid::Uuid;

/// How often each is recorded; the shortest is taken, in which the least happened besides.
const RECORDINGS: usize = 3;

/// What is bought before: a connection looks up once what it keeps from then on.
const WARMING: usize = 10;

/// Variants that can be bought, one of each product.
const VARIANTS: &str = "SELECT DISTINCT ON (va.product_id) va.id, va.vendor_id FROM variants va JOIN listings l ON l.product_id = va.product_id \
     JOIN markets m ON m.id = l.market_id AND m.is_default JOIN vendors v ON v.id = va.vendor_id AND v.state = 'ACTIVE' \
     JOIN variant_prices vp ON vp.variant_id = va.id AND vp.price_list_id = m.price_list_id \
     WHERE l.visible_from <= now() AND (l.visible_until IS NULL OR l.visible_until > now()) \
     AND EXISTS (SELECT 1 FROM stock_levels s WHERE s.variant_id = va.id) ORDER BY va.product_id, va.position LIMIT 2000";

const BEGIN: &str = "mutation Begin($lines: [CartLineInput!], $country: CountryCode, $language: LanguageCode) \
    @inContext(country: $country, language: $language) { cartCreate(input: { lines: $lines }) { cart { id } userErrors { message } } }";

const BUY: &str = "mutation Buy($input: CheckoutCompleteInput!, $country: CountryCode, $language: LanguageCode) \
    @inContext(country: $country, language: $language) { checkoutComplete(input: $input) {
        order { id name totalPrice { amount currencyCode } vendorOrders { id state } } userErrors { message } } }";

/// Somebody who buys the same two things again and again.
struct Buyer {
    connection: Connection,
    address: String,
    pair: [Uuid; 2],
}

impl Asker for Buyer {
    fn ask(&mut self, _: usize) -> BoxFuture<'_, ()> {
        Box::pin(self.buy())
    }
}

impl Buyer {
    async fn open(address: &str, pair: [Uuid; 2]) -> Self {
        Self {
            connection: Connection::open(address).await,
            address: address.to_owned(),
            pair,
        }
    }

    async fn buy(&mut self) {
        let line = |variant: Uuid| json!({ "merchandiseId": format!("gid://lilium/ProductVariant/{variant}"), "quantity": 1 });
        let lines = json!({ "lines": self.pair.map(line) });
        let begin = post(&self.address, BEGIN, &for_us(lines));
        let begun: serde_json::Value =
            serde_json::from_slice(self.connection.ask(&begin).await).unwrap();
        let cart = &begun["data"]["cartCreate"]["cart"]["id"];
        assert!(cart.is_string(), "no cart: {begun}");
        let address = json!({ "firstName": "Ann", "lastName": "Weaver", "address1": "1 Loom Street", "city": "Springfield",
            "zip": "62701", "provinceCode": "IL", "countryCode": "US", "phone": "+1 555 0100" });
        let input = json!({ "cartId": cart, "email": "guest@example.com", "paymentMethod": "CASH_ON_DELIVERY", "shippingAddress": address });
        let buy = post(&self.address, BUY, &for_us(json!({ "input": input })));
        let bought = std::str::from_utf8(self.connection.ask(&buy).await).unwrap();
        assert!(bought.contains("\"userErrors\":[]"), "not bought: {bought}");
    }
}

/// Both sides: each connection buys two things that no other buys.
pub async fn sides(stand: &Stand, serving: &Serving, connections: usize) -> [Side; 2] {
    let pairs = pairs(stand, connections).await;
    let recordings = recordings(stand, &pairs).await;
    let mut ours: Vec<Box<dyn Asker>> = Vec::new();
    let mut theirs: Vec<Box<dyn Asker>> = Vec::new();
    for (pair, recording) in pairs.into_iter().zip(recordings) {
        ours.push(Box::new(Buyer::open(&serving.address, pair).await));
        let client = connect(stand.url()).await;
        theirs.push(Box::new(Replay::new(client, recording).await));
    }
    [
        Side::new(Some(serving.process()), ours),
        Side::new(None, theirs),
    ]
}

/// Things of two vendors each, of which there is plenty.
async fn pairs(stand: &Stand, count: usize) -> Vec<[Uuid; 2]> {
    let sql = stand.postgres.client().await.unwrap();
    let rows = sql.query(VARIANTS, &[]).await.unwrap();
    let mut left: Vec<(Uuid, Uuid)> = rows.iter().map(|row| (row.get(0), row.get(1))).collect();
    let mut pairs = Vec::new();
    while pairs.len() < count {
        let (one, vendor) = left.pop().expect("too few products in the shop");
        let other = left.iter().rposition(|(_, other)| *other != vendor);
        let (other, _) = left.remove(other.expect("too few vendors in the shop"));
        for variant in [one, other] {
            fill_shelf(&sql, variant).await;
        }
        pairs.push([one, other]);
    }
    pairs
}

/// What a server sends while each pair is bought, one after the other.
async fn recordings(stand: &Stand, pairs: &[[Uuid; 2]]) -> Vec<Recording> {
    let recorder = Recorder::before(stand.url()).await;
    let serving = stand.serve_with(&[("DATABASE_URL", &recorder.url)]);
    let mut first = Buyer::open(&serving.address, pairs[0]).await;
    for _ in 0..WARMING {
        first.buy().await;
    }
    let mut all = Vec::new();
    for pair in pairs {
        let mut buyer = Buyer::open(&serving.address, *pair).await;
        let mut shortest: Option<Recording> = None;
        for _ in 0..RECORDINGS {
            tokio::time::sleep(Duration::from_millis(50)).await;
            recorder.take();
            let since = now();
            buyer.buy().await;
            let recording = Recording::of(recorder.take(), since);
            assert!(
                recording.places_an_order(),
                "no order was written: {recording:?}"
            );
            if shortest
                .as_ref()
                .is_none_or(|it| recording.len() < it.len())
            {
                shortest = Some(recording);
            }
        }
        all.extend(shortest);
    }
    eprintln!(
        "bench: {} statements for a cart that is begun and bought",
        all[0].len()
    );
    all
}
