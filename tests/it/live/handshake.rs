//! How a socket begins: who may have one, by what subprotocol, and as whom.

use super::Socket;
use super::client::{Heard, PROTOCOL, init, shake, try_shake};
use super::protocol::Street;
use crate::support::{Contents, Shop};
use serde_json::{Value, json};
use std::time::Duration;

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_another_site_gets_no_socket() {
    let mut street = Street::open().await;
    let address = street.shop.address.clone();
    for origin in [
        "https://evil.example",
        "https://localhost.evil.example",
        "null",
        "nonsense",
        "",
    ] {
        let shaken = shake(&address, &[("Origin", origin)]).await;
        assert_eq!(shaken.status, 403, "{origin}");
    }
    let own = shake(&address, &[("Origin", &address)]).await;
    assert_eq!(own.status, 101, "{}", own.head);
    street.is_well().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_subprotocol_is_closed_with_a_reason() {
    let mut street = Street::open().await;
    let address = &street.shop.address;
    for protocol in [Some("graphql-ws"), Some("else"), None] {
        let headers: Vec<_> = protocol
            .map(|name| ("Sec-WebSocket-Protocol", name))
            .into_iter()
            .collect();
        let shaken = try_shake(address, "/graphql", &headers).await.unwrap();
        let (code, reason) = shaken.socket().await.closed().await;
        assert_eq!(code, 4406, "{reason}");
        assert!(reason.contains(PROTOCOL), "{reason}");
    }
    let both = [("Sec-WebSocket-Protocol", "graphql-ws, graphql-transport-ws")];
    let shaken = try_shake(address, "/graphql", &both).await.unwrap();
    assert!(
        shaken
            .head
            .contains("sec-websocket-protocol: graphql-transport-ws"),
        "{}",
        shaken.head
    );
    street.is_well().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_storefronts_own_path_carries_sockets() {
    let street = Street::open().await;
    let headers = [("Sec-WebSocket-Protocol", PROTOCOL)];
    let path = "/api/2026-07/graphql.json";
    let shaken = try_shake(&street.shop.address, path, &headers)
        .await
        .unwrap();
    let mut socket = shaken.socket().await;
    socket.say(init(None)).await;
    assert_eq!(
        socket.hear().await,
        Heard::Frame(json!({ "type": "connection_ack" }))
    );
    socket.is_well().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn more_sockets_than_are_allowed_are_put_off() {
    let shop = Shop::with(Contents::Demo, &[("LILIUM_SOCKETS", "3")]).await;
    let mut all = Vec::new();
    for _ in 0..3 {
        all.push(Socket::join(&shop.address, None).await);
    }
    let refused = shake(&shop.address, &[]).await;
    assert_eq!(refused.status, 503);
    assert!(refused.head.contains("retry-after: "), "{}", refused.head);
    for socket in &mut all {
        socket.is_well().await;
    }
    all.remove(0).leave().await;
    let begin = std::time::Instant::now();
    while shake(&shop.address, &[]).await.status != 101 {
        assert!(begin.elapsed() < Duration::from_secs(5));
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_taken_however_its_key_is_written_and_from_the_handshake_without_one() {
    let street = Street::open().await;
    let token = street
        .shop
        .sign_in("ada@example.com", super::PASSWORD)
        .await;
    let bearer = format!("Bearer {token}");
    let viewer =
        json!({ "id": "v", "type": "subscribe", "payload": { "query": "{ viewer { email } }" } });
    for (header, payload) in [
        (None, json!({ "Authorization": bearer })),
        (None, json!({ "authorization": bearer })),
        (None, json!({ "AUTHORIZATION": bearer })),
        (Some(bearer.as_str()), Value::Null),
        (Some(bearer.as_str()), json!({ "else": 1 })),
        (Some("Bearer nothing"), json!({ "authorization": bearer })),
    ] {
        let headers: Vec<_> = header
            .map(|value| ("Authorization", value))
            .into_iter()
            .collect();
        let mut socket = shake(&street.shop.address, &headers).await.socket().await;
        let mut begin = json!({ "type": "connection_init" });
        if !payload.is_null() {
            begin["payload"] = payload.clone();
        }
        socket.say(begin).await;
        let Heard::Frame(acknowledged) = socket.hear().await else {
            panic!("{payload}");
        };
        assert_eq!(acknowledged["type"], "connection_ack");
        socket.say(viewer.clone()).await;
        let Heard::Frame(answer) = socket.hear().await else {
            panic!("{payload}");
        };
        assert_eq!(
            answer["payload"]["data"]["viewer"]["email"], "ada@example.com",
            "{payload}"
        );
    }
}
