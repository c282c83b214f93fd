//! A vendor's desk: what is its own, as soon as it is.

use super::orders::{Sale, until};
use super::{Socket, Told, Watch, kinds, log, outline};
use crate::buying::{Goods, by_card, card, cash, count, line};
use crate::support::whole;
use serde_json::{Value, json};
use std::time::Duration;

/// A clerk's socket on the own vendor's desk, and where it started.
async fn clerk(sale: &Sale, goods: &Goods) -> (Socket, Told) {
    let token = sale.shop.sign_in(&goods.clerk(), super::PASSWORD).await;
    let mut socket = Socket::join(&sale.shop.address, Some(&token)).await;
    socket
        .watch("d", &Watch::vendor(&goods.vendor_gid()), None)
        .await;
    let started = socket.told("d").await;
    assert_eq!(
        (started.kind.as_str(), &started.whole["vendorOrder"]),
        ("STARTED", &Value::Null)
    );
    assert_eq!(
        started.whole["vendorDesk"]["vendor"]["id"],
        json!(goods.vendor_gid())
    );
    (socket, started)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_desk_sees_a_new_order_and_only_its_own() {
    let sale = Sale::open().await;
    let (mut first, _) = clerk(&sale, &sale.some[0]).await;
    let (mut second, started) = clerk(&sale, &sale.some[1]).await;
    let cart = sale.guest.cart(&[line(&sale.some[0], 1)]).await;
    let order = sale.guest.buy(cash(&cart)).await;
    let placed = first.told("d").await;
    let part = &order["vendorOrders"][0]["id"];
    assert_eq!(placed.kind, "PLACED");
    assert_eq!(
        (
            &placed.whole["vendorOrder"]["id"],
            &placed.whole["vendorOrder"]["state"]
        ),
        (part, &json!("PENDING"))
    );
    // The other one sees nothing of it: what it sees first is of an order that both have a part of.
    let both = sale.order().await;
    for (socket, goods) in [(&mut first, &sale.some[0]), (&mut second, &sale.some[1])] {
        let told = socket.told("d").await;
        let own = both["vendorOrders"].as_array().unwrap().iter();
        let own = own
            .clone()
            .find(|part| part["vendor"]["id"] == json!(goods.vendor_gid()));
        assert_eq!(
            (told.kind.as_str(), &told.whole["vendorOrder"]["id"]),
            ("PLACED", &own.unwrap()["id"])
        );
    }
    // Steps of the one are not the other's.
    let owner = sale.owner_of(&order["vendorOrders"][0]).await;
    let accepted = owner.stepped("Accept", &order["vendorOrders"][0]).await;
    let told = first.told("d").await;
    assert_eq!(told.kind, "ACCEPTED");
    assert_eq!(told.whole["vendorOrder"]["version"], accepted["version"]);
    second.quiet(Duration::from_millis(300)).await;
    whole(&sale.shop).await;
    let watch = Watch::vendor(&sale.some[1].vendor_gid());
    let logged = log(&sale.sql, &watch, started.position()).await;
    assert_eq!(logged.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_desk_sees_an_order_by_card_once_it_is_paid() {
    let sale = Sale::open().await;
    let (mut desk, started) = clerk(&sale, &sale.some[0]).await;
    let order = sale
        .guest
        .buy(by_card(&sale.cart().await, card::DELAY))
        .await;
    assert_eq!(order["state"], "PENDING");
    let declined = by_card(&sale.cart().await, card::DECLINE);
    assert_eq!(sale.guest.refused(declined).await[0].0, "PAYMENT_DECLINED");
    let told = desk.told("d").await;
    assert_eq!(
        (told.kind.as_str(), &told.whole["vendorOrder"]["state"]),
        ("RELEASED", &json!("PENDING"))
    );
    desk.quiet(Duration::from_millis(300)).await;
    whole(&sale.shop).await;
    let watch = Watch::vendor(&sale.some[0].vendor_gid());
    assert_eq!(
        outline(&[told]),
        log(&sale.sql, &watch, started.position()).await
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_at_a_desk_sees_the_same() {
    let sale = Sale::open().await;
    let (mut one, started) = clerk(&sale, &sale.some[0]).await;
    let token = sale
        .shop
        .sign_in(&sale.some[0].owner(), super::PASSWORD)
        .await;
    let mut other = Socket::join(&sale.shop.address, Some(&token)).await;
    let watch = Watch::vendor(&sale.some[0].vendor_gid());
    other.watch("d", &watch, None).await;
    assert_eq!(other.told("d").await.kind, "STARTED");
    for _ in 0..5 {
        let order = sale.order().await;
        let parts = order["vendorOrders"].as_array().unwrap();
        let own = parts
            .iter()
            .find(|part| part["vendor"]["id"] == json!(watch.id));
        sale.owner_of(own.unwrap())
            .await
            .stepped("Accept", own.unwrap())
            .await;
    }
    let told = until(&mut one, "d", "ACCEPTED", 5).await;
    assert_eq!(
        kinds(&told),
        ["PLACED", "ACCEPTED"].repeat(5),
        "each order is placed before it is accepted"
    );
    let same = until(&mut other, "d", "ACCEPTED", 5).await;
    assert_eq!(outline(&told), outline(&same));
    whole(&sale.shop).await;
    assert_eq!(
        outline(&told),
        log(&sale.sql, &watch, started.position()).await
    );
    assert_eq!(count(&sale.sql, "SELECT count(*) FROM outbox_new").await, 0);
}
