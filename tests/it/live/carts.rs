//! A cart, from its first line until it is bought.

use super::orders::{Sale, until};
use super::{Sent, Socket, Stream, Told, Watch, head, log, outline};
use crate::buying::chance::Chance;
use crate::buying::counter::Counter;
use crate::buying::{by_card, card, cash};
use crate::support::whole;
use serde_json::{Value, json};
use std::time::Duration;

use super::client::Heard;

/// Writes a note on a cart.
pub async fn note(counter: &Counter, cart: &str, text: &str) {
    let query = "mutation($id: ID!, $text: String!) { cartNoteUpdate(cartId: $id, note: $text) { userErrors { code } } }";
    let data = counter
        .data(query, json!({ "id": cart, "text": text }))
        .await;
    assert_eq!(data["cartNoteUpdate"]["userErrors"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cart_is_seen_until_it_is_bought() {
    let sale = Sale::open().await;
    let cart = sale.cart().await;
    let watch = Watch::cart(&cart);
    let mut socket = Socket::join(&sale.shop.address, None).await;
    socket.watch("c", &watch, None).await;
    let mut stream = Stream::watch(&sale.shop.address, None, &watch, None).await;
    let started = socket.told("c").await;
    assert_eq!(
        (
            started.kind.as_str(),
            &started.whole["cart"]["totalQuantity"]
        ),
        ("STARTED", &json!(2))
    );
    // Each beginning has a moment of its own.
    let other = stream.told().await;
    assert_eq!(
        (other.kind, other.cursor, &other.whole["cart"]),
        (
            started.kind.clone(),
            started.cursor.clone(),
            &started.whole["cart"]
        )
    );
    let mut all = Vec::new();
    for text in ["one", "two"] {
        note(&sale.guest, &cart, text).await;
        let told = socket.told("c").await;
        assert_eq!(
            (told.kind.as_str(), &told.whole["cart"]["note"]),
            ("CHANGED", &json!(text))
        );
        assert_eq!(stream.told().await, told);
        all.push(told);
    }
    sale.guest.buy(cash(&cart)).await;
    all.extend(until(&mut socket, "c", "BOUGHT", 1).await);
    assert_eq!(all.last().unwrap().whole["cart"], Value::Null);
    let end = json!({ "id": "c", "type": "complete" });
    assert_eq!(socket.hear().await, Heard::Frame(end));
    while stream.told().await.kind != "BOUGHT" {}
    assert_eq!(stream.sent().await, Sent::Complete);
    socket.is_well().await;
    whole(&sale.shop).await;
    // Each event of the log was told once; whether one that came with the end is told beside it is left to the moment.
    let logged = log(&sale.sql, &watch, started.position()).await;
    let cursors: Vec<String> = all.into_iter().map(|told| told.cursor).collect();
    assert!(
        logged
            .iter()
            .map(|(cursor, _)| cursor)
            .take(cursors.len())
            .eq(&cursors)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cart_whose_card_takes_its_time_is_being_paid_until_it_is_bought() {
    let sale = Sale::open().await;
    let cart = sale.cart().await;
    let watch = Watch::cart(&cart);
    let mut socket = Socket::join(&sale.shop.address, None).await;
    socket.watch("c", &watch, None).await;
    assert_eq!(socket.told("c").await.kind, "STARTED");
    sale.guest.buy(by_card(&cart, card::DELAY)).await;
    let told = until(&mut socket, "c", "BOUGHT", 1).await;
    assert_eq!(super::kinds(&told), ["PAYING", "BOUGHT"]);
    // A card that is declined gives it back.
    let other = sale.cart().await;
    socket.watch("d", &Watch::cart(&other), None).await;
    let end = json!({ "id": "c", "type": "complete" });
    assert_eq!(socket.hear().await, Heard::Frame(end));
    assert_eq!(socket.told("d").await.kind, "STARTED");
    let declined = sale.guest.refused(by_card(&other, card::DECLINE)).await;
    assert_eq!(declined[0].0, "PAYMENT_DECLINED");
    let told = until(&mut socket, "d", "CHANGED", 1).await;
    assert_eq!(super::kinds(&told), ["PAYING", "CHANGED"]);
    assert_eq!(told.last().unwrap().whole["cart"]["totalQuantity"], 2);
    whole(&sale.shop).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bought_cart_that_was_missed_is_told_to_who_comes_again() {
    let sale = Sale::open().await;
    let cart = sale.cart().await;
    let watch = Watch::cart(&cart);
    let mut socket = Socket::join(&sale.shop.address, None).await;
    socket.watch("c", &watch, None).await;
    let started = socket.told("c").await;
    socket.leave().await;
    note(&sale.guest, &cart, "missed").await;
    note(&sale.guest, &cart, "missed as well").await;
    sale.guest.buy(cash(&cart)).await;
    whole(&sale.shop).await;
    let logged = log(&sale.sql, &watch, started.position()).await;
    let mut socket = Socket::join(&sale.shop.address, None).await;
    socket.watch("c", &watch, Some(&started.cursor)).await;
    let told = until(&mut socket, "c", "BOUGHT", 1).await;
    assert_eq!(told.last().unwrap().whole["cart"], Value::Null);
    let end = json!({ "id": "c", "type": "complete" });
    assert_eq!(socket.hear().await, Heard::Frame(end.clone()));
    // What was missed was told, in its order, and the end with its own cursor.
    let cursors =
        |all: &[Told]| -> Vec<String> { all.iter().map(|told| told.cursor.clone()).collect() };
    let wanted: Vec<String> = logged.into_iter().map(|(cursor, _)| cursor).collect();
    assert_eq!(cursors(&told), wanted);
    // Whoever comes after the end is told no more than that it is over.
    let last = wanted.last().unwrap();
    socket.watch("c", &watch, Some(last)).await;
    let told = until(&mut socket, "c", "BOUGHT", 1).await;
    assert_eq!(cursors(&told), [last.as_str()]);
    assert_eq!(socket.hear().await, Heard::Frame(end));
}

/// Reads one after the other for a moment each, and goes on where it was; what it was told.
struct Restless {
    address: String,
    watch: Watch,
    cursor: String,
    told: Vec<Told>,
    chance: Chance,
}

impl Restless {
    /// Comes once, stays for a moment, and goes without a word.
    async fn come(&mut self) {
        let moment = Duration::from_micros(u64::try_from(self.chance.below(40_000)).unwrap());
        if self.chance.below(2) == 0 {
            let mut socket = Socket::join(&self.address, None).await;
            socket.watch("c", &self.watch, Some(&self.cursor)).await;
            let end = tokio::time::Instant::now() + moment;
            while let Ok(told) = tokio::time::timeout_at(end, socket.told("c")).await {
                self.note(told);
            }
        } else {
            let after = self.cursor.clone();
            let mut stream = Stream::watch(&self.address, None, &self.watch, Some(&after)).await;
            let end = tokio::time::Instant::now() + moment;
            while let Ok(told) = tokio::time::timeout_at(end, stream.told()).await {
                self.note(told);
            }
        }
    }

    fn note(&mut self, told: Told) {
        self.cursor.clone_from(&told.cursor);
        self.told.push(told);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_between_what_was_missed_and_what_comes() {
    let sale = Sale::open().await;
    let cart = sale.cart().await;
    let watch = Watch::cart(&cart);
    crate::support::moved(&sale.sql).await;
    let begin = head(&sale.sql).await;
    let cursor = super::cursor(&sale.sql, begin).await;
    let restless = |seed: u64| Restless {
        address: sale.shop.address.clone(),
        watch: watch.clone(),
        cursor: cursor.clone(),
        told: Vec::new(),
        chance: Chance(seed),
    };
    let writing = {
        let (guest, cart) = (sale.guest.clone(), cart.clone());
        tokio::spawn(async move {
            for at in 0..100 {
                note(&guest, &cart, &at.to_string()).await;
            }
        })
    };
    let reading = (1..=3).map(|seed| {
        let mut restless = restless(seed * 0x9e37_79b9);
        let done = writing.abort_handle();
        tokio::spawn(async move {
            let mut comes = 0;
            while !done.is_finished() {
                restless.come().await;
                comes += 1;
            }
            (restless, comes)
        })
    });
    let reading: Vec<_> = reading.collect();
    writing.await.unwrap();
    whole(&sale.shop).await;
    let logged = log(&sale.sql, &watch, begin).await;
    assert_eq!(logged.len(), 100);
    for each in reading {
        let (mut restless, comes) = each.await.unwrap();
        assert!(comes > 20, "{comes}");
        let mut socket = Socket::join(&restless.address, None).await;
        socket.watch("c", &watch, Some(&restless.cursor)).await;
        while restless.cursor != logged[99].0 {
            restless.note(socket.told("c").await);
        }
        assert_eq!(outline(&restless.told), logged);
    }
}
