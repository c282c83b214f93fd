//! One subscriber on a WebSocket of its own.

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::net::{Ipv4Addr, SocketAddr};
use std::time::{SystemTime, UNIX_EPOCH};
use tokio::net::{TcpSocket, TcpStream};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;

/// Sockets that one source address opens: far fewer than it has ports.
const OF_ONE_ADDRESS: usize = 5000;

/// What is subscribed to, and by whom.
#[derive(Debug, Clone)]
pub struct Wish {
    /// The subscription.
    pub query: &'static str,
    /// Its variables.
    pub variables: Value,
    /// The token; none for a guest.
    pub token: Option<String>,
}

/// An event that arrived.
#[derive(Debug, Clone, Copy)]
pub struct Received {
    /// When, in microseconds since 1970.
    pub at: i64,
    /// The position in its cursor.
    pub position: i64,
    /// The length of the message.
    pub bytes: usize,
}

/// A subscription that has begun.
pub struct Socket(WebSocketStream<TcpStream>);

impl Socket {
    /// Opens the socket of this number and subscribes; comes back with the first event.
    pub async fn subscribe(address: &str, number: usize, wish: &Wish) -> Self {
        let mut socket = Self(connect(address, number).await);
        let payload = match &wish.token {
            Some(token) => json!({ "Authorization": format!("Bearer {token}") }),
            None => json!({}),
        };
        socket
            .say(&json!({ "type": "connection_init", "payload": payload }))
            .await;
        socket.hear("connection_ack").await;
        let payload = json!({ "query": wish.query, "variables": wish.variables });
        socket
            .say(&json!({ "id": "1", "type": "subscribe", "payload": payload }))
            .await;
        let first = socket.hear("next").await;
        assert!(first.contains("\"STARTED\""), "{first}");
        socket
    }

    async fn say(&mut self, message: &Value) {
        let text = Message::text(message.to_string());
        self.0.send(text).await.unwrap();
    }

    async fn hear(&mut self, kind: &str) -> String {
        let heard = self.text().await.expect("the server closed a socket");
        assert!(heard.contains(&format!("\"type\":\"{kind}\"")), "{heard}");
        heard
    }

    /// The next message that is no heartbeat; none when the server has closed.
    async fn text(&mut self) -> Option<String> {
        while let Some(message) = self.0.next().await {
            match message.unwrap() {
                Message::Text(text) if text.contains("\"type\":\"ping\"") => {
                    self.say(&json!({ "type": "pong" })).await;
                }
                Message::Text(text) => return Some(text.as_str().to_owned()),
                Message::Close(frame) => panic!("the server closed a socket: {frame:?}"),
                _ => {}
            }
        }
        None
    }

    /// Waits for the next event.
    pub async fn event(&mut self) -> Received {
        let text = self.text().await.expect("the server closed a socket");
        let at = now();
        Received {
            at,
            position: position(&text).unwrap_or_else(|| panic!("no event: {text}")),
            bytes: text.len(),
        }
    }

    /// Closes in good order.
    pub async fn close(mut self) {
        let _ = self.0.close(None).await;
        while let Some(Ok(_)) = self.0.next().await {}
    }
}

/// Microseconds since 1970.
pub fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    i64::try_from(since.as_micros()).unwrap()
}

/// A connection to `address` from an address of the loopback that has ports left.
pub async fn reach(address: &str, number: usize) -> TcpStream {
    let source = Ipv4Addr::new(
        127,
        0,
        0,
        2 + u8::try_from(number / OF_ONE_ADDRESS).unwrap(),
    );
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(SocketAddr::from((source, 0))).unwrap();
    let stream = socket.connect(address.parse().unwrap()).await.unwrap();
    stream.set_nodelay(true).unwrap();
    stream
}

async fn connect(address: &str, number: usize) -> WebSocketStream<TcpStream> {
    let stream = reach(address, number).await;
    let mut request = format!("ws://{address}/graphql")
        .into_client_request()
        .unwrap();
    let protocol = HeaderValue::from_static("graphql-transport-ws");
    request
        .headers_mut()
        .insert("Sec-WebSocket-Protocol", protocol);
    let config = WebSocketConfig::default()
        .read_buffer_size(2048)
        .write_buffer_size(0);
    tokio_tungstenite::client_async_with_config(request, stream, Some(config))
        .await
        .unwrap()
        .0
}

/// The position in the cursor of an event: `"cursor":"<epoch>.<position>"`.
fn position(text: &str) -> Option<i64> {
    let (_, rest) = text.split_once("\"cursor\":\"")?;
    let (cursor, _) = rest.split_once('"')?;
    cursor.split_once('.')?.1.parse().ok()
}
