//! A server on a free port, and clients of its sockets.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::Router;
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value as Json, json};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{Error, Message, client::IntoClientRequest, handshake::client::Response},
};

use super::{Gate, LiveSettings, Settings, gate, shop::Shop};
use crate::edge::graphql::{Streams, endpoint};

/// The longest that a test waits for anything.
pub const LONG: Duration = Duration::from_secs(20);

/// A server.
pub struct Live {
    pub address: SocketAddr,
    pub streams: Streams,
    open: Arc<AtomicUsize>,
    begun: Arc<AtomicUsize>,
}

impl Live {
    pub async fn start() -> Self {
        Self::with(LiveSettings::default()).await
    }

    pub async fn with(live: LiveSettings) -> Self {
        Self::behind(live, gate()).await
    }

    pub async fn behind(live: LiveSettings, gate: Gate) -> Self {
        let settings = Settings {
            live,
            execution_deadline: Duration::from_millis(500),
            ..Settings::default()
        };
        let (shop, streams) = (Shop::with(settings), gate.streams.clone());
        let (open, begun) = (Arc::clone(&shop.open), Arc::clone(&shop.begun));
        let router: Router = Router::new().route("/graphql", endpoint(shop, gate));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self {
            address,
            streams,
            open,
            begun,
        }
    }

    /// Subscriptions that are open.
    pub fn subscriptions(&self) -> usize {
        self.open.load(Ordering::SeqCst)
    }

    /// Waits until `count` subscriptions are open.
    pub async fn has_subscriptions(&self, count: usize) {
        until(|| self.subscriptions() == count).await;
    }

    /// Waits until a subscription was begun and is no longer open.
    pub async fn has_ended(&self) {
        until(|| self.begun.load(Ordering::SeqCst) > 0 && self.subscriptions() == 0).await;
    }

    /// Waits until nothing is open.
    pub async fn is_quiet(&self) {
        until(|| self.subscriptions() == 0 && self.streams.open() == 0).await;
    }

    /// Shakes hands with these headers.
    pub async fn handshake(
        &self,
        headers: &[(&'static str, &str)],
    ) -> Result<(Client, Response), Error> {
        let mut request = format!("ws://{}/graphql", self.address).into_client_request()?;
        for (name, value) in headers {
            request.headers_mut().insert(*name, value.parse().unwrap());
        }
        let stream = TcpStream::connect(self.address).await?;
        stream.set_nodelay(true)?;
        let (socket, response) = client_async(request, stream).await?;
        Ok((Client(socket), response))
    }

    /// A socket of which nothing was said yet.
    pub async fn socket(&self) -> Client {
        let protocol = [("sec-websocket-protocol", "graphql-transport-ws")];
        self.handshake(&protocol).await.unwrap().0
    }

    /// A socket that is acknowledged.
    pub async fn acknowledged(&self) -> Client {
        self.admitted(json!({})).await
    }

    /// A socket that is acknowledged for this payload.
    pub async fn admitted(&self, payload: Json) -> Client {
        let mut client = self.socket().await;
        client
            .say(json!({ "type": "connection_init", "payload": payload }))
            .await;
        assert_eq!(client.hear().await, json!({ "type": "connection_ack" }));
        client
    }
}

async fn until(mut is: impl FnMut() -> bool) {
    let wait = async {
        while !is() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(LONG, wait)
        .await
        .expect("it did not come to that");
}

/// A client.
pub struct Client(pub WebSocketStream<TcpStream>);

impl Client {
    pub async fn say(&mut self, message: Json) {
        self.send(Message::text(message.to_string())).await;
    }

    pub async fn send(&mut self, message: Message) {
        self.0.send(message).await.unwrap();
    }

    pub async fn subscribe(&mut self, id: &str, query: &str) {
        self.say(json!({ "id": id, "type": "subscribe", "payload": { "query": query } }))
            .await;
    }

    /// The next message.
    pub async fn hear(&mut self) -> Json {
        match self.next().await {
            Some(Ok(Message::Text(text))) => serde_json::from_str(&text).unwrap(),
            other => panic!("no message: {other:?}"),
        }
    }

    /// The next message, which must be of this type, for this id; its payload.
    pub async fn hears(&mut self, kind: &str, id: &str) -> Json {
        let mut said = self.hear().await;
        assert_eq!(
            (&said["type"], &said["id"]),
            (&json!(kind), &json!(id)),
            "{said}"
        );
        said["payload"].take()
    }

    /// How the server closes, before it says anything else.
    pub async fn is_closed(&mut self) -> (u16, String) {
        match self.next().await {
            Some(Ok(Message::Close(Some(frame)))) => {
                let closed = (frame.code.into(), frame.reason.to_string());
                assert!(closed.1.len() < 123 && !closed.1.is_empty());
                assert!(self.next().await.is_none(), "the connection goes on");
                closed
            }
            other => panic!("not closed: {other:?}"),
        }
    }

    /// What comes next but pings.
    pub async fn next(&mut self) -> Option<Result<Message, Error>> {
        let next = async {
            loop {
                match self.0.next().await {
                    Some(Ok(Message::Ping(_))) => {}
                    next => return next,
                }
            }
        };
        tokio::time::timeout(LONG, next)
            .await
            .expect("nothing came")
    }
}
