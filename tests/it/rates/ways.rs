//! Sockets and event streams are counted, too.

use super::{ONE, OTHER, PROXY, SHOP};
use crate::live::client::{Heard, Socket, init, shake};
use crate::support::{Contents, Shop};
use serde_json::{Value, json};
use std::time::Duration;

/// A socket of a client, acknowledged.
async fn socket(shop: &Shop, client: &str) -> Socket {
    let shaken = shake(&shop.address, &[("X-Forwarded-For", client)]).await;
    let mut socket = shaken.socket().await;
    socket.say(init(None)).await;
    let Heard::Frame(frame) = socket.hear().await else {
        panic!("closed");
    };
    assert_eq!(frame["type"], "connection_ack");
    socket
}

async fn ask(socket: &mut Socket, id: usize, query: &str) {
    let payload = json!({ "query": query });
    socket
        .say(json!({ "id": id.to_string(), "type": "subscribe", "payload": payload }))
        .await;
}

/// The types of all that is said until the operation is over.
async fn said(socket: &mut Socket, id: usize) -> Vec<Value> {
    let mut said = Vec::new();
    loop {
        let Heard::Frame(frame) = socket.hear().await else {
            panic!("closed after {said:?}");
        };
        assert_eq!(frame["id"], id.to_string());
        let over = frame["type"] != "next";
        said.push(frame);
        if over {
            return said;
        }
    }
}

fn is_refused(said: &[Value]) -> bool {
    let error = &said[0]["payload"][0]["extensions"];
    let refused = said[0]["type"] == "error" && error["code"] == "TOO_MANY_REQUESTS";
    assert!(!refused || error["retryAfterSeconds"].as_u64().unwrap() >= 1);
    refused
}

#[tokio::test(flavor = "multi_thread")]
async fn a_handshake_and_each_operation_of_a_socket_are_requests() {
    let shop = Shop::with(Contents::Demo, &[PROXY, ("LILIUM_RATE_REQUESTS", "6")]).await;
    let mut socket = socket(&shop, ONE).await;
    let mut refused = Vec::new();
    for id in 0..8 {
        // One that is none counts as well.
        ask(&mut socket, id, if id == 0 { "{" } else { SHOP }).await;
        refused.push(is_refused(&said(&mut socket, id).await));
    }
    assert_eq!(refused, [[false; 5].as_slice(), &[true; 3]].concat());
    // Its other ways in are the same client's; its neighbours' are not.
    assert_eq!(
        shake(&shop.address, &[("X-Forwarded-For", ONE)])
            .await
            .status,
        429
    );
    assert_eq!(shop.ask_for(ONE, SHOP, json!({})).await.status, 429);
    assert_eq!(shop.ask_for(OTHER, SHOP, json!({})).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_socket_that_goes_on_and_on_is_closed() {
    let shop = Shop::with(Contents::Demo, &[PROXY, ("LILIUM_RATE_REQUESTS", "2")]).await;
    // The facts of the shop are known then: an answer that waited for the database would come after a hundred refusals.
    shop.ask_for(OTHER, SHOP, json!({})).await;
    let mut socket = socket(&shop, ONE).await;
    ask(&mut socket, 0, SHOP).await;
    assert!(!is_refused(&said(&mut socket, 0).await));
    for id in 1..200 {
        ask(&mut socket, id, SHOP).await;
    }
    let mut refusals = 0;
    let (code, reason) = loop {
        match socket.hear().await {
            Heard::Frame(frame) if frame["type"] == "error" => refusals += 1,
            Heard::Frame(frame) => panic!("{frame}"),
            Heard::Closed(code, reason) => break (code, reason),
            Heard::Gone => panic!("gone after {refusals}"),
        }
    };
    assert_eq!((code, refusals), (1013, 100), "{reason}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_operation_of_a_socket_costs_is_counted() {
    let shop = Shop::with(Contents::Demo, &[PROXY, ("LILIUM_RATE_COST", "100")]).await;
    let mut socket = socket(&shop, ONE).await;
    let page = "{ products(first: 90) { nodes { id } } }";
    ask(&mut socket, 1, page).await;
    assert!(!is_refused(&said(&mut socket, 1).await));
    ask(&mut socket, 2, page).await;
    assert!(is_refused(&said(&mut socket, 2).await));
    // What costs little is still there.
    ask(&mut socket, 3, SHOP).await;
    assert!(!is_refused(&said(&mut socket, 3).await));
}

async fn stream(shop: &Shop, client: &str, query: &str) -> reqwest::Response {
    super::request(shop, client)
        .header("accept", "text/event-stream")
        .body(json!({ "query": query }).to_string())
        .send()
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_stream_is_a_request() {
    let shop = Shop::with(Contents::Demo, &[PROXY, ("LILIUM_RATE_REQUESTS", "2")]).await;
    for _ in 0..2 {
        let answer = stream(&shop, ONE, SHOP).await;
        assert_eq!(answer.status(), 200);
        assert!(answer.text().await.unwrap().contains("event: complete"));
    }
    let refused = stream(&shop, ONE, SHOP).await;
    assert_eq!(refused.status(), 429);
    assert!(refused.headers().contains_key("retry-after"));
    assert!(refused.text().await.unwrap().contains("TOO_MANY_REQUESTS"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_event_stream_costs_is_counted() {
    let shop = Shop::with(Contents::Demo, &[PROXY, ("LILIUM_RATE_COST", "100")]).await;
    let page = "{ products(first: 90) { nodes { id } } }";
    let told = stream(&shop, ONE, page).await.text().await.unwrap();
    assert!(told.contains("\"data\":{"), "{told}");
    let told = stream(&shop, ONE, page).await.text().await.unwrap();
    assert!(told.contains("TOO_MANY_REQUESTS") && told.ends_with("event: complete\ndata:\n\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn one_address_has_so_many_streams_open_and_gets_their_places_back() {
    let settings = [PROXY, ("LILIUM_SOCKETS_BY_ADDRESS", "3")];
    let shop = Shop::with(Contents::Demo, &settings).await;
    let own = [("X-Forwarded-For", ONE)];
    let mut sockets = Vec::new();
    for _ in 0..3 {
        sockets.push(socket(&shop, ONE).await);
    }
    let refused = shake(&shop.address, &own).await;
    assert_eq!(refused.status, 429);
    assert!(refused.head.contains("retry-after: 10"), "{}", refused.head);
    assert_eq!(stream(&shop, ONE, SHOP).await.status(), 429);
    drop(socket(&shop, OTHER).await);
    // Nobody's are those of whoever may be everybody.
    let mut everybody = Vec::new();
    for _ in 0..5 {
        everybody.push(shake(&shop.address, &[]).await.socket().await);
    }
    sockets.pop();
    let begin = std::time::Instant::now();
    while shake(&shop.address, &own).await.status != 101 {
        assert!(begin.elapsed() < Duration::from_secs(20), "it stays taken");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
