//! A client for sockets that does what it is told and nothing else: answers no question of its own accord but the protocol's pings.

use super::{Told, Watch};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::{Message, Role, WebSocketConfig};

/// The only subprotocol that is spoken.
pub const PROTOCOL: &str = "graphql-transport-ws";

/// How long anything is waited for that must come.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// What a handshake came to.
pub struct Shaken {
    /// The HTTP status; 101 when there is a socket now.
    pub status: u16,
    /// Status line and headers, in lower case.
    pub head: String,
    wire: TcpStream,
    /// What came behind the head already.
    rest: Vec<u8>,
}

/// What is heard on a socket.
#[derive(Debug, Clone, PartialEq)]
pub enum Heard {
    /// A frame of the protocol.
    Frame(Value),
    /// It was closed, with this code and reason.
    Closed(u16, String),
    /// It broke off without a word.
    Gone,
}

/// The host and port of an address.
pub fn host(address: &str) -> &str {
    address.strip_prefix("http://").unwrap()
}

/// Shakes hands at `path`, with these headers besides those that every client sends; nothing when nobody answers.
pub async fn try_shake(address: &str, path: &str, headers: &[(&str, &str)]) -> Option<Shaken> {
    let wire = TcpStream::connect(host(address)).await.ok()?;
    shake_on(wire, address, path, headers).await
}

/// A connection with little room for what is not read yet.
pub async fn narrow(address: &str) -> Option<TcpStream> {
    let socket = TcpSocket::new_v4().ok()?;
    socket.set_recv_buffer_size(4096).ok()?;
    let mut found = tokio::net::lookup_host(host(address)).await.ok()?;
    socket.connect(found.find(SocketAddr::is_ipv4)?).await.ok()
}

/// Shakes hands on a connection.
pub async fn shake_on(
    mut wire: TcpStream,
    address: &str,
    path: &str,
    headers: &[(&str, &str)],
) -> Option<Shaken> {
    let more: String = headers
        .iter()
        .map(|(name, value)| format!("{name}: {value}\r\n"))
        .collect();
    let request = format!(
        "GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{more}\r\n",
        host(address)
    );
    wire.write_all(request.as_bytes()).await.ok()?;
    let mut read = Vec::new();
    let end = loop {
        if let Some(end) = read.windows(4).position(|four| four == b"\r\n\r\n") {
            break end;
        }
        if wire.read_buf(&mut read).await.ok()? == 0 {
            return None;
        }
    };
    let head = String::from_utf8_lossy(&read[..end]).to_lowercase();
    let status = head.split(' ').nth(1)?.parse().ok()?;
    Some(Shaken {
        status,
        head,
        wire,
        rest: read.split_off(end + 4),
    })
}

/// Shakes hands as every client does, with these headers besides.
pub async fn shake(address: &str, headers: &[(&str, &str)]) -> Shaken {
    let all = [&[("Sec-WebSocket-Protocol", PROTOCOL)], headers].concat();
    timeout(PATIENCE, try_shake(address, "/graphql", &all))
        .await
        .unwrap()
        .unwrap()
}

impl Shaken {
    /// The socket, which there must be.
    pub async fn socket(self) -> Socket {
        assert_eq!(self.status, 101, "{}", self.head);
        assert!(
            self.head.contains("s3pplmbitxaq9kygzzhzrbk+xoo="),
            "{}",
            self.head
        );
        let config = WebSocketConfig::default()
            .read_buffer_size(4096)
            .write_buffer_size(0);
        let (wire, rest) = (self.wire, self.rest);
        Socket {
            wire: WebSocketStream::from_partially_read(wire, rest, Role::Client, Some(config))
                .await,
        }
    }
}

/// A socket.
pub struct Socket {
    wire: WebSocketStream<TcpStream>,
}

impl Socket {
    /// A socket on which nothing was said yet.
    pub async fn open(address: &str) -> Self {
        shake(address, &[]).await.socket().await
    }

    /// A socket of whoever has this token, or of nobody; acknowledged.
    pub async fn join(address: &str, token: Option<&str>) -> Self {
        Self::try_join(address, token).await.unwrap()
    }

    /// As [`Socket::join`]; nothing when the server is not there or goes away over it.
    pub async fn try_join(address: &str, token: Option<&str>) -> Option<Self> {
        let protocol = [("Sec-WebSocket-Protocol", PROTOCOL)];
        let shaken = try_shake(address, "/graphql", &protocol).await?;
        if shaken.status != 101 {
            return None;
        }
        let mut socket = shaken.socket().await;
        socket.say(init(token)).await;
        match socket.hear().await {
            Heard::Frame(frame) if frame["type"] == "connection_ack" => Some(socket),
            Heard::Frame(frame) => panic!("{frame}"),
            // It leaves, or its database cannot say who comes: another time, or elsewhere.
            Heard::Closed(1001 | 1013, _) | Heard::Gone => None,
            Heard::Closed(code, reason) => panic!("{code} {reason}"),
        }
    }

    /// Says something of the protocol. That it cannot be said any more is found by hearing.
    pub async fn say(&mut self, frame: Value) {
        self.send(Message::text(frame.to_string())).await;
    }

    /// Sends anything.
    pub async fn send(&mut self, message: Message) {
        let _ = self.wire.send(message).await;
    }

    /// What is heard next; nothing when nothing is within `patience`.
    pub async fn hear_within(&mut self, patience: Duration) -> Option<Heard> {
        timeout(patience, self.hear_any()).await.ok()
    }

    /// What is heard next, and must be heard in time.
    pub async fn hear(&mut self) -> Heard {
        self.hear_within(PATIENCE).await.expect("nothing is heard")
    }

    async fn hear_any(&mut self) -> Heard {
        loop {
            match self.wire.next().await {
                Some(Ok(Message::Text(text))) => {
                    let frame: Value = serde_json::from_str(text.as_str()).unwrap();
                    if frame["type"] == "ping" {
                        self.say(json!({ "type": "pong" })).await;
                    } else {
                        return Heard::Frame(frame);
                    }
                }
                Some(Ok(Message::Close(Some(close)))) => {
                    assert!(close.reason.len() < 123, "{}", close.reason);
                    return Heard::Closed(close.code.into(), close.reason.to_string());
                }
                // What the other side answers to a good-bye.
                Some(Ok(Message::Close(None))) => return Heard::Closed(1005, String::new()),
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                Some(Ok(other)) => panic!("{other:?}"),
                Some(Err(_)) | None => return Heard::Gone,
            }
        }
    }

    /// Subscribes under this id.
    pub async fn watch(&mut self, id: &str, watch: &Watch, after: Option<&str>) {
        self.say(json!({ "id": id, "type": "subscribe", "payload": watch.request(after) }))
            .await;
    }

    /// The next event, which must be one of this subscription.
    pub async fn told(&mut self, id: &str) -> Told {
        match self.hear().await {
            Heard::Frame(frame) if frame["id"] == id && frame["type"] == "next" => {
                Told::of(&frame["payload"])
            }
            other => panic!("{other:#?}"),
        }
    }

    /// Code of the `error` message that must come next for this subscription, and its text.
    pub async fn refused(&mut self, id: &str) -> (String, String) {
        let Heard::Frame(frame) = self.hear().await else {
            panic!("closed");
        };
        assert_eq!(
            (&frame["id"], &frame["type"]),
            (&json!(id), &json!("error")),
            "{frame:#}"
        );
        let error = &frame["payload"][0];
        let text = |value: &Value| value.as_str().unwrap_or_else(|| panic!("{frame:#}")).into();
        (text(&error["extensions"]["code"]), text(&error["message"]))
    }

    /// Code and reason of the close, before which nothing more may be said than events.
    pub async fn closed(&mut self) -> (u16, String) {
        loop {
            match self.hear().await {
                Heard::Frame(frame) if frame["type"] == "next" => {}
                Heard::Closed(code, reason) => return (code, reason),
                other => panic!("{other:?}"),
            }
        }
    }

    /// Fails the test when anything is heard for that long.
    pub async fn quiet(&mut self, long: Duration) {
        let heard = self.hear_within(long).await;
        assert_eq!(heard, None);
    }

    /// Answers pings that have come; nothing else may have.
    pub async fn breathe(&mut self) {
        self.quiet(Duration::from_millis(5)).await;
    }

    /// Fails the test unless it is still good: asks the shop's name on it.
    pub async fn is_well(&mut self) {
        let asked = json!({ "id": "well", "type": "subscribe", "payload": { "query": "{ shop { name } }" } });
        self.say(asked).await;
        let Heard::Frame(frame) = self.hear().await else {
            panic!("closed");
        };
        assert!(
            frame["id"] == "well" && frame["payload"]["data"]["shop"]["name"].is_string(),
            "{frame:#}"
        );
        let end = json!({ "id": "well", "type": "complete" });
        assert_eq!(self.hear().await, Heard::Frame(end));
    }

    /// Says good-bye, and waits until it is answered.
    pub async fn leave(mut self) {
        let _ = self.wire.close(None).await;
        while let Some(Heard::Frame(_)) = self.hear_within(PATIENCE).await {}
    }

    /// What is below the protocol.
    pub fn bare(self) -> TcpStream {
        self.wire.into_inner()
    }
}

/// Code and reason of the close at the end of what a server sent, read without an answer to anything.
pub fn close_within(mut bytes: &[u8]) -> Option<(u16, String)> {
    while let [first, length, rest @ ..] = bytes {
        let (length, rest) = match (length, rest) {
            (126, [a, b, rest @ ..]) => (usize::from(u16::from_be_bytes([*a, *b])), rest),
            (length, rest) => (usize::from(*length), rest),
        };
        let payload = rest.get(..length)?;
        if first & 15 == 8 {
            let code = u16::from_be_bytes([*payload.first()?, *payload.get(1)?]);
            return Some((code, String::from_utf8(payload[2..].to_vec()).ok()?));
        }
        bytes = &rest[length..];
    }
    None
}

/// What begins everything.
pub fn init(token: Option<&str>) -> Value {
    match token {
        Some(token) => {
            json!({ "type": "connection_init", "payload": { "Authorization": format!("Bearer {token}") } })
        }
        None => json!({ "type": "connection_init" }),
    }
}
