//! HTTP/2 frame by frame: what no client library sends.

use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

pub const DATA: u8 = 0;
pub const HEADERS: u8 = 1;
pub const RST_STREAM: u8 = 3;
pub const SETTINGS: u8 = 4;
pub const PING: u8 = 6;
pub const GOAWAY: u8 = 7;
pub const WINDOW_UPDATE: u8 = 8;
pub const CONTINUATION: u8 = 9;

/// Ends the stream (of HEADERS and DATA); acknowledges (of SETTINGS and PING).
pub const END_STREAM: u8 = 1;
/// Ends the headers.
pub const END_HEADERS: u8 = 4;

/// A frame that came.
#[derive(Debug)]
pub struct Frame {
    pub kind: u8,
    pub flags: u8,
    pub stream: u32,
    pub payload: Vec<u8>,
}

/// A connection of HTTP/2.
pub struct Frames {
    stream: TcpStream,
    /// The error code of a GOAWAY that came.
    goodbye: Option<u32>,
}

/// A frame as it is sent.
pub fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    let mut frame = length[1..].to_vec();
    frame.extend([kind, flags]);
    frame.extend(stream.to_be_bytes());
    frame.extend(payload);
    frame
}

/// Headers as they are sent, each with its name, none remembered.
pub fn block(headers: &[(&str, &str)]) -> Vec<u8> {
    let mut block = Vec::new();
    for (name, value) in headers {
        block.push(0);
        for text in [name, value] {
            length(&mut block, text.len());
            block.extend(text.as_bytes());
        }
    }
    block
}

/// A number in seven bits, and in more where it needs them.
fn length(block: &mut Vec<u8>, length: usize) {
    if length < 127 {
        block.push(length as u8);
        return;
    }
    block.push(127);
    let mut rest = length - 127;
    while rest >= 128 {
        block.push((rest % 128) as u8 | 128);
        rest /= 128;
    }
    block.push(rest as u8);
}

/// The headers of a POST to the endpoint.
pub fn post() -> Vec<u8> {
    block(&[
        (":method", "POST"),
        (":scheme", "http"),
        (":authority", "lilium"),
        (":path", "/graphql"),
        ("content-type", "application/json"),
    ])
}

/// The headers of a GET.
pub fn get(path: &str) -> Vec<u8> {
    block(&[
        (":method", "GET"),
        (":scheme", "http"),
        (":authority", "lilium"),
        (":path", path),
    ])
}

impl Frames {
    /// Connects, with these settings: pairs of an identifier and a value.
    pub async fn to(address: &str, settings: &[(u16, u32)]) -> Self {
        let address = address.trim_start_matches("http://");
        let stream = TcpStream::connect(address).await.unwrap();
        let mut frames = Self {
            stream,
            goodbye: None,
        };
        let mut payload = Vec::new();
        for (identifier, value) in settings {
            payload.extend(identifier.to_be_bytes());
            payload.extend(value.to_be_bytes());
        }
        frames.send(PREFACE).await;
        frames.send(frame(SETTINGS, 0, 0, &payload)).await;
        frames
    }

    /// Sends bytes; whether they could be sent, within a few seconds.
    pub async fn send(&mut self, bytes: impl AsRef<[u8]>) -> bool {
        let sent = timeout(
            Duration::from_secs(5),
            self.stream.write_all(bytes.as_ref()),
        )
        .await;
        matches!(sent, Ok(Ok(())))
    }

    /// The next frame; none when the connection ends, or nothing comes for so long. Pings are answered.
    pub async fn next(&mut self, patience: Duration) -> Option<Frame> {
        let next = timeout(patience, self.read()).await.ok().flatten()?;
        if next.kind == PING && next.flags == 0 {
            self.send(frame(PING, END_STREAM, 0, &next.payload)).await;
        }
        if next.kind == GOAWAY {
            let code = next.payload[4..8].try_into().unwrap();
            self.goodbye = Some(u32::from_be_bytes(code));
        }
        Some(next)
    }

    async fn read(&mut self) -> Option<Frame> {
        let mut head = [0; 9];
        self.stream.read_exact(&mut head).await.ok()?;
        let length = u32::from_be_bytes([0, head[0], head[1], head[2]]) as usize;
        let mut payload = vec![0; length];
        self.stream.read_exact(&mut payload).await.ok()?;
        Some(Frame {
            kind: head[3],
            flags: head[4],
            stream: u32::from_be_bytes([head[5], head[6], head[7], head[8]]),
            payload,
        })
    }

    /// Why the other side ends the connection: the error code of its GOAWAY. None when the connection ends without a word, or goes on.
    pub async fn goodbye(&mut self, patience: Duration) -> Option<u32> {
        while self.goodbye.is_none() {
            self.next(patience).await?;
        }
        self.goodbye
    }

    /// Whether the connection has ended, after everything that came was read.
    pub async fn has_ended(&mut self, patience: Duration) -> bool {
        let mut waste = vec![0; 64 * 1024];
        let drained = timeout(patience, async {
            while let Ok(1..) = self.stream.read(&mut waste).await {}
        });
        drained.await.is_ok()
    }
}
