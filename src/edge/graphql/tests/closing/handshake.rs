//! Sockets that are refused before they are open.

use super::super::{live::Live, *};
use super::{INIT, status};
use tokio_tungstenite::tungstenite::{Error, Message};

#[tokio::test]
async fn another_subprotocol_or_none() {
    let live = Live::start().await;
    for protocol in [Some("graphql-ws"), Some("soap, graphql-ws"), None] {
        let headers: Vec<_> = protocol
            .map(|it| ("sec-websocket-protocol", it))
            .into_iter()
            .collect();
        let (mut client, _) = live.handshake(&headers).await.unwrap();
        assert_eq!(client.is_closed().await.0, 4406, "{protocol:?}");
    }
    let headers = [("sec-websocket-protocol", "graphql-ws, graphql-transport-ws")];
    let (mut client, response) = live.handshake(&headers).await.unwrap();
    assert_eq!(
        response.headers()["sec-websocket-protocol"],
        "graphql-transport-ws"
    );
    client.send(Message::text(INIT)).await;
    assert_eq!(client.hear().await["type"], "connection_ack");
}

#[tokio::test]
async fn a_foreign_page_is_refused_at_the_handshake() {
    let live = Live::start().await;
    let protocol = ("sec-websocket-protocol", "graphql-transport-ws");
    let refused = live
        .handshake(&[protocol, ("origin", "https://evil.example")])
        .await;
    let Err(Error::Http(response)) = refused else {
        panic!("a foreign page was let in");
    };
    assert_eq!(response.status(), 403);
    assert_eq!(
        response.headers()["content-type"],
        "application/json; charset=utf-8"
    );
    let own = format!("http://{}", live.address);
    assert!(live.handshake(&[protocol, ("origin", &own)]).await.is_ok());
    assert_eq!(
        status(live.handshake(&[protocol, ("origin", "null")]).await),
        403
    );
    // A handshake of another version of WebSocket.
    assert_eq!(
        status(
            live.handshake(&[protocol, ("sec-websocket-version", "8")])
                .await
        ),
        400
    );
}

#[tokio::test]
async fn so_many_sockets_and_no_more() {
    let gate = Gate {
        streams: Streams::at_most(1),
        ..gate()
    };
    let live = Live::behind(LiveSettings::default(), gate).await;
    let client = live.acknowledged().await;
    let Err(Error::Http(response)) = live.handshake(&[]).await else {
        panic!("there was room");
    };
    assert_eq!(
        (
            response.status().as_u16(),
            &response.headers()["retry-after"]
        ),
        (503, &HeaderValue::from_static("1"))
    );
    drop(client);
    live.is_quiet().await;
    live.acknowledged().await;
}
