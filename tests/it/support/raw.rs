//! HTTP/1.1 byte by byte: what no client library sends, and nothing tried again behind a test's back.

use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// Longer than any answer here takes.
const PATIENCE: Duration = Duration::from_secs(60);

/// A connection.
pub struct Raw {
    stream: TcpStream,
    read: Vec<u8>,
}

/// An answer.
#[derive(Debug, Clone)]
pub struct RawAnswer {
    /// The status.
    pub status: u16,
    /// Status line and headers, in lower case.
    pub head: String,
    /// What follows, as long as `content-length` says.
    pub body: Vec<u8>,
}

impl RawAnswer {
    /// A header's value; empty when it is absent.
    pub fn header(&self, name: &str) -> &str {
        let mut lines = self.head.lines().skip(1);
        lines
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
            .unwrap_or_default()
    }

    /// The body as JSON; null when it is none.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}

/// The request that asks this of `/graphql`.
pub fn post(body: &serde_json::Value) -> String {
    let body = body.to_string();
    format!(
        "POST /graphql HTTP/1.1\r\nhost: lilium\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
}

impl Raw {
    /// Connects to an address such as `http://127.0.0.1:8000`.
    pub async fn to(address: &str) -> Self {
        Self::try_to(address).await.unwrap()
    }

    /// The same, where it may be that nobody is there.
    pub async fn try_to(address: &str) -> std::io::Result<Self> {
        let address = address.trim_start_matches("http://");
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            read: Vec::new(),
        })
    }

    /// Sends bytes; whether they could be sent.
    pub async fn send(&mut self, bytes: impl AsRef<[u8]>) -> bool {
        self.stream.write_all(bytes.as_ref()).await.is_ok()
    }

    /// Sends a request and reads its answer; none when the connection ends instead.
    pub async fn ask(&mut self, request: impl AsRef<[u8]>) -> Option<RawAnswer> {
        self.send(request).await;
        self.answer().await
    }

    /// The next answer; none when the connection ends instead.
    pub async fn answer(&mut self) -> Option<RawAnswer> {
        let end = loop {
            if let Some(at) = self.read.windows(4).position(|it| it == b"\r\n\r\n") {
                break at + 4;
            }
            self.more().await?;
        };
        let head: Vec<u8> = self.read.drain(..end).collect();
        let head = String::from_utf8(head).unwrap().to_lowercase();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        let mut answer = RawAnswer {
            status,
            head,
            body: Vec::new(),
        };
        let length: usize = answer.header("content-length").parse().unwrap_or_default();
        while self.read.len() < length {
            self.more().await?;
        }
        answer.body = self.read.drain(..length).collect();
        Some(answer)
    }

    /// Everything that comes until the connection ends.
    pub async fn rest(&mut self) -> Vec<u8> {
        while self.more().await.is_some() {}
        std::mem::take(&mut self.read)
    }

    async fn more(&mut self) -> Option<()> {
        let mut chunk = vec![0; 16 * 1024];
        let read = timeout(PATIENCE, self.stream.read(&mut chunk)).await;
        let read = read.expect("nothing comes, and nothing ends");
        let read = read.ok().filter(|read| *read > 0)?;
        self.read.extend_from_slice(&chunk[..read]);
        Some(())
    }
}
