//! An order as whoever bought it follows it.

use super::{Socket, Stream, Told, Watch, head, kinds, log, open, outline, settled};
use crate::buying::counter::Counter;
use crate::buying::{Goods, by_card, card, cash, goods, line};
use crate::support::{Shop, whole};
use serde_json::{Value, json};
use tokio_postgres::Client;

/// A shop with something of two vendors.
pub struct Sale {
    pub shop: Shop,
    pub sql: Client,
    pub guest: Counter,
    pub some: Vec<Goods>,
}

impl Sale {
    pub async fn open() -> Self {
        let (shop, sql) = open().await;
        Self {
            guest: Counter::at(&shop.address),
            some: goods(&sql, 2).await,
            shop,
            sql,
        }
    }

    /// A cart with one of each vendor.
    pub async fn cart(&self) -> String {
        let lines = [line(&self.some[0], 1), line(&self.some[1], 1)];
        let cart = self.guest.cart(&lines).await;
        settled(&self.shop.address, &Watch::cart(&cart), &self.sql).await;
        cart
    }

    /// A guest's order of both vendors, in cash.
    pub async fn order(&self) -> Value {
        let order = self.guest.buy(cash(&self.cart().await)).await;
        settled(&self.shop.address, &watched(&order), &self.sql).await;
        order
    }

    /// Whoever runs the vendor of this part.
    pub async fn owner_of(&self, part: &Value) -> Counter {
        let handle = part["vendor"]["handle"].as_str().unwrap();
        self.guest.sign_in(&format!("owner@{handle}.example")).await
    }
}

/// The order of a sale, watched by its id with its key.
pub fn watched(order: &Value) -> Watch {
    Watch::order(order["id"].as_str().unwrap())
}

/// All that comes until something of this kind was told so many times.
pub async fn until(socket: &mut Socket, id: &str, kind: &str, times: usize) -> Vec<Told> {
    let mut all: Vec<Told> = Vec::new();
    while kinds(&all).iter().filter(|each| **each == kind).count() < times {
        all.push(socket.told(id).await);
    }
    all
}

const STEPS: [(&str, &str, &str); 4] = [
    ("Accept", "ACCEPTED", "ACCEPTED"),
    ("Prepare", "PREPARED", "PREPARING"),
    ("Ship", "SHIPPED", "SHIPPED"),
    ("Deliver", "DELIVERED", "DELIVERED"),
];

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_sees_every_step_once_in_order_with_the_order_as_it_is() {
    let sale = Sale::open().await;
    let order = sale.order().await;
    let watch = watched(&order);
    let mut socket = Socket::join(&sale.shop.address, None).await;
    socket.watch("o", &watch, None).await;
    let started = socket.told("o").await;
    assert_eq!(
        (started.kind.as_str(), &started.whole["order"]["state"]),
        ("STARTED", &json!("PENDING"))
    );
    assert_eq!(started.whole["vendorOrder"], Value::Null);
    let mut all = Vec::new();
    for part in order["vendorOrders"].as_array().unwrap() {
        let owner = sale.owner_of(part).await;
        for (step, kind, state) in STEPS {
            owner.stepped(step, part).await;
            let told = until(&mut socket, "o", kind, 1).await;
            let last = told.last().unwrap();
            assert_eq!(
                last.whole["vendorOrder"],
                json!({ "id": part["id"], "state": state })
            );
            // The object is the order as it is: its part shows the step, too.
            let parts = last.whole["order"]["vendorOrders"].as_array().unwrap();
            assert!(parts.contains(&json!({ "id": part["id"], "state": state })));
            all.extend(told);
        }
    }
    all.extend(until(&mut socket, "o", "CHANGED", 1).await);
    let last = all.last().unwrap();
    assert_eq!(last.whole["order"]["state"], "DELIVERED");
    whole(&sale.shop).await;
    let logged = log(&sale.sql, &watch, started.position()).await;
    assert_eq!(outline(&all), logged);
    let mut steps = kinds(&all);
    steps.retain(|kind| *kind != "CHANGED");
    let wanted = STEPS.map(|(_, kind, _)| kind);
    assert_eq!(steps, [wanted, wanted].concat());
    socket.quiet(std::time::Duration::from_millis(300)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn its_customer_and_the_marketplace_see_an_order_without_its_key() {
    let sale = Sale::open().await;
    let ada = sale.guest.sign_in("ada@example.com").await;
    let cart = ada.cart(&[line(&sale.some[0], 1)]).await;
    let order = ada.buy(cash(&cart)).await;
    let keyless = order["id"].as_str().unwrap().split_once('?').unwrap().0;
    let watch = Watch::order(keyless);
    let part = &order["vendorOrders"][0];
    let mut sockets = Vec::new();
    for email in ["ada@example.com", lilium::demo::people::ADMIN] {
        let token = sale.shop.sign_in(email, super::PASSWORD).await;
        let mut socket = Socket::join(&sale.shop.address, Some(&token)).await;
        socket.watch("o", &watch, None).await;
        assert_eq!(socket.told("o").await.kind, "STARTED");
        sockets.push(socket);
    }
    sale.owner_of(part).await.stepped("Accept", part).await;
    for socket in &mut sockets {
        assert_eq!(
            until(socket, "o", "ACCEPTED", 1)
                .await
                .last()
                .unwrap()
                .whole["vendorOrder"]["state"],
            "ACCEPTED"
        );
    }
    whole(&sale.shop).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_awaits_its_payment_is_told_when_it_has_come() {
    let sale = Sale::open().await;
    let order = sale
        .guest
        .buy(by_card(&sale.cart().await, card::GO_AWAY))
        .await;
    assert_eq!(order["state"], "AWAITING_PAYMENT");
    let watch = watched(&order);
    settled(&sale.shop.address, &watch, &sale.sql).await;
    let mut socket = Socket::join(&sale.shop.address, None).await;
    socket.watch("o", &watch, None).await;
    let started = socket.told("o").await;
    assert_eq!(started.kind, "STARTED");
    let told = until(&mut socket, "o", "RELEASED", 2).await;
    assert_eq!(
        told.last().unwrap().whole["vendorOrder"]["state"],
        "PENDING"
    );
    let told = [told, until(&mut socket, "o", "CHANGED", 1).await].concat();
    assert_eq!(told.last().unwrap().whole["order"]["state"], "PENDING");
    whole(&sale.shop).await;
    let logged = log(&sale.sql, &watch, started.position()).await;
    assert_eq!(outline(&told), logged);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_calls_an_order_off_or_refuses_it_is_seen() {
    let sale = Sale::open().await;
    let order = sale.order().await;
    let watch = watched(&order);
    let mut socket = Socket::join(&sale.shop.address, None).await;
    socket.watch("o", &watch, None).await;
    let started = socket.told("o").await;
    let parts = order["vendorOrders"].as_array().unwrap();
    let owner = sale.owner_of(&parts[0]).await;
    let reason = json!({ "note": "none left" });
    let rejected = owner.step("Reject", &parts[0], reason).await;
    assert_eq!(rejected["userErrors"], json!([]));
    let cancelled = sale.guest.cancel(&watch.id, None).await;
    assert_eq!(cancelled["userErrors"], json!([]));
    let mut told = until(&mut socket, "o", "REJECTED", 1).await;
    if !kinds(&told).contains(&"CANCELLED") {
        told.extend(until(&mut socket, "o", "CANCELLED", 1).await);
    }
    while told.len() < log(&sale.sql, &watch, started.position()).await.len() {
        told.push(socket.told("o").await);
    }
    whole(&sale.shop).await;
    let logged = log(&sale.sql, &watch, started.position()).await;
    assert_eq!(outline(&told), logged);
    let now = sale.guest.order(&watch.id).await;
    assert_eq!(told.last().unwrap().whole["order"]["state"], now["state"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_comes_again_gets_what_was_missed_and_nothing_else() {
    let sale = Sale::open().await;
    let order = sale.order().await;
    let watch = watched(&order);
    let part = &order["vendorOrders"][0];
    let owner = sale.owner_of(part).await;
    let mut socket = Socket::join(&sale.shop.address, None).await;
    socket.watch("o", &watch, None).await;
    let begin = socket.told("o").await;
    owner.stepped("Accept", part).await;
    let seen = until(&mut socket, "o", "ACCEPTED", 1).await;
    let last = seen.last().unwrap().cursor.clone();
    socket.leave().await;
    owner.stepped("Prepare", part).await;
    owner.stepped("Ship", part).await;
    crate::support::moved(&sale.sql).await;

    let missed = log(&sale.sql, &watch, super::position(&last)).await;
    let mut socket = Socket::join(&sale.shop.address, None).await;
    socket.watch("o", &watch, Some(&last)).await;
    let mut stream = Stream::watch(&sale.shop.address, None, &watch, Some(&last)).await;
    for each in &missed {
        let told = socket.told("o").await;
        assert_eq!((told.cursor, told.kind), each.clone());
        assert_eq!(&stream.told().await.cursor, &each.0);
    }
    // From the very beginning it is all of it; from the end it is nothing.
    let all = log(&sale.sql, &watch, begin.position()).await;
    socket.watch("all", &watch, Some(&begin.cursor)).await;
    for each in &all {
        assert_eq!(&socket.told("all").await.cursor, &each.0);
    }
    let mut other = Socket::join(&sale.shop.address, None).await;
    other
        .watch("end", &watch, Some(&all.last().unwrap().0))
        .await;
    other.quiet(std::time::Duration::from_millis(300)).await;
    owner.stepped("Deliver", part).await;
    let told = until(&mut other, "end", "DELIVERED", 1).await;
    assert_eq!(
        told.first().unwrap().cursor,
        log(&sale.sql, &watch, super::position(&all.last().unwrap().0)).await[0].0
    );
    whole(&sale.shop).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_ask_for_a_cursor_has_it_as_the_id_of_the_event() {
    let sale = Sale::open().await;
    let order = sale.order().await;
    let query = "subscription($id: ID!) { orderUpdated(orderId: $id) { kind } }";
    let request = sale
        .shop
        .http()
        .post(format!("{}/graphql", sale.shop.address))
        .header("accept", "text/event-stream")
        .json(&json!({ "query": query, "variables": { "id": order["id"] } }));
    crate::support::moved(&sale.sql).await;
    let mut stream = Stream::of(request.send().await.unwrap());
    let head = super::cursor(&sale.sql, head(&sale.sql).await).await;
    assert_eq!(
        stream.sent().await,
        super::Sent::Next(
            Some(head),
            json!({
                "data": { "orderUpdated": { "kind": "STARTED" } },
                "extensions": { "cost": { "requested": 1, "limit": 5_000 } },
            })
        )
    );
}
