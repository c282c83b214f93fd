//! Nobody learns by watching whether there is something: foreign and missing things are refused by the same bytes. The table in
//! `tests/it/strangers` tries every id with everybody over one stream each; here sockets are looked at, and keys.

use super::client::Heard;
use super::orders::{Sale, watched};
use super::{Socket, Watch};
use lilium::platform::secret::Secret;
use serde_json::{Value, json};
use uuid::Uuid;

/// What is answered on a socket, without the id that was asked with.
async fn told(socket: &mut Socket, watch: &Watch) -> String {
    socket.watch("s", watch, None).await;
    let Heard::Frame(mut frame) = socket.hear().await else {
        panic!("closed over {watch:?}");
    };
    assert_eq!(frame["type"], "error", "{frame:#}");
    for error in frame["payload"].as_array_mut().unwrap() {
        let extensions = error["extensions"].as_object_mut().unwrap();
        extensions.remove("requestId");
    }
    let said = frame.to_string();
    if watch.id.len() < 10 {
        return said;
    }
    said.replace(&watch.id, "ID")
}

/// The code within what was told.
fn code(told: &str) -> String {
    let frame: Value = serde_json::from_str(told).unwrap();
    frame["payload"][0]["extensions"]["code"]
        .as_str()
        .unwrap()
        .to_owned()
}

fn gid(kind: &str, key: Option<&str>) -> String {
    let key = key.map_or_else(String::new, |key| format!("?key={key}"));
    format!("gid://lilium/{kind}/{}{key}", Uuid::now_v7())
}

fn split(id: &Value) -> (String, String) {
    let (plain, key) = id.as_str().unwrap().split_once("?key=").unwrap();
    (plain.to_owned(), key.to_owned())
}

/// All of these are answered alike, with this code.
async fn alike(socket: &mut Socket, wanted: &str, all: &[Watch]) {
    let first = told(socket, &all[0]).await;
    assert_eq!(code(&first), wanted);
    for watch in &all[1..] {
        assert_eq!(told(socket, watch).await, first, "{watch:?}");
    }
    socket.is_well().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_somebody_elses_is_as_nothing() {
    let sale = Sale::open().await;
    let (order, key) = split(&sale.order().await["id"]);
    let (_, others) = split(&sale.order().await["id"]);
    let (cart, carts_key) = split(&json!(sale.cart().await));
    let random = Secret::new().unwrap().text();
    let orders = [
        Watch::order(&gid("Order", None)),
        Watch::order(&order),
        Watch::order(&gid("Order", Some(&random))),
        Watch::order(&format!("{order}?key={random}")),
        Watch::order(&format!("{order}?key={others}")),
        Watch::order(&format!("{order}?key={carts_key}")),
    ];
    let carts = [
        Watch::cart(&gid("Cart", Some(&random))),
        Watch::cart(&gid("Cart", None)),
        Watch::cart(&cart),
        Watch::cart(&format!("{cart}?key={random}")),
        Watch::cart(&format!("{cart}?key={key}")),
    ];
    let vendors = [
        Watch::vendor(&gid("Vendor", None)),
        Watch::vendor(&sale.some[0].vendor_gid()),
    ];
    for email in [
        None,
        Some("bilal@example.com".to_owned()),
        Some(sale.some[1].owner()),
        Some(sale.some[1].clerk()),
    ] {
        let token = match &email {
            Some(email) => Some(sale.shop.sign_in(email, super::PASSWORD).await),
            None => None,
        };
        let mut socket = Socket::join(&sale.shop.address, token.as_deref()).await;
        alike(&mut socket, "NOT_FOUND", &orders).await;
        alike(&mut socket, "NOT_FOUND", &carts).await;
        let wanted = if email.is_none() {
            "UNAUTHENTICATED"
        } else {
            "NOT_FOUND"
        };
        alike(&mut socket, wanted, &vendors).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_with_a_cursor_learns_nothing_either() {
    let sale = Sale::open().await;
    let (order, _) = split(&sale.order().await["id"]);
    crate::support::moved(&sale.sql).await;
    let mut socket = Socket::join(&sale.shop.address, None).await;
    let head = super::head(&sale.sql).await;
    let foreign = format!("{}.1", Uuid::new_v4().simple());
    for after in [
        super::cursor(&sale.sql, 0).await,
        super::cursor(&sale.sql, head).await,
        super::cursor(&sale.sql, head + 5).await,
        foreign,
    ] {
        let mut answers = Vec::new();
        for id in [gid("Order", None), order.clone()] {
            socket.watch("s", &Watch::order(&id), Some(&after)).await;
            answers.push(socket.refused("s").await);
        }
        assert_eq!(answers[0], answers[1], "{after}");
        assert_eq!(answers[0].0, "NOT_FOUND");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn garbage_for_an_id_is_refused_and_the_socket_lives() {
    let sale = Sale::open().await;
    let order = watched(&sale.order().await);
    let mut socket = Socket::join(&sale.shop.address, None).await;
    let long = format!("gid://lilium/Order/{}", "a".repeat(10_000));
    for id in [
        "",
        "1",
        "gid://lilium/Cart/1",
        "gid://shopify/Order/1",
        &long,
        "\u{0}",
    ] {
        for watch in [Watch::order(id), Watch::cart(id)] {
            let said = code(&told(&mut socket, &watch).await);
            assert!(
                ["INVALID_ID", "NOT_FOUND"].contains(&said.as_str()),
                "{id:.50}: {said}"
            );
        }
    }
    socket.watch("o", &order, None).await;
    assert_eq!(socket.told("o").await.kind, "STARTED");
}
