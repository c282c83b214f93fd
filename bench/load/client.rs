//! HTTP/1.1 as a client writes and reads it that keeps its connection: as little work as can be, for it shares the cores with what is
//! measured.

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// How an answer of data alone begins and ends; errors would stand behind the data.
const BEGIN: &[u8] = b"{\"data\":{";
const END: &[u8] = b"}}";

/// A connection that is kept.
pub struct Connection {
    stream: TcpStream,
    read: Vec<u8>,
}

impl Connection {
    /// Connects.
    pub async fn open(address: &str) -> Self {
        let stream = TcpStream::connect(address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        Self {
            stream,
            read: Vec::with_capacity(64 * 1024),
        }
    }

    /// Sends a request as it stands, and reads the answer, which must be well and hold no errors; its body.
    pub async fn ask(&mut self, request: &[u8]) -> &[u8] {
        self.stream.write_all(request).await.unwrap();
        self.read.clear();
        let (from, length) = loop {
            self.more().await;
            if let Some(found) = head(&self.read) {
                break found;
            }
        };
        while self.read.len() < from + length {
            self.more().await;
        }
        let body = &self.read[from..from + length];
        let is_well = body.starts_with(BEGIN) && body.ends_with(END);
        assert!(
            is_well,
            "an answer with errors: {}",
            String::from_utf8_lossy(body)
        );
        body
    }

    async fn more(&mut self) {
        let count = self.stream.read_buf(&mut self.read).await.unwrap();
        assert!(
            count > 0,
            "the connection was closed in the middle of an answer: {}",
            String::from_utf8_lossy(&self.read)
        );
    }
}

/// Where the body begins and how long it is; none while the head is not whole.
fn head(read: &[u8]) -> Option<(usize, usize)> {
    let end = read.windows(4).position(|four| four == b"\r\n\r\n")?;
    let head = std::str::from_utf8(&read[..end]).unwrap();
    assert!(
        head.starts_with("HTTP/1.1 200 "),
        "not answered: {}",
        String::from_utf8_lossy(read)
    );
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        let is_length = name.eq_ignore_ascii_case("content-length");
        is_length.then(|| value.trim().parse().unwrap())
    });
    let length = length.unwrap_or_else(|| panic!("an answer that does not say its length: {head}"));
    Some((end + 4, length))
}

/// The request of a document with its variables.
pub fn post(address: &str, document: &str, variables: &Value) -> Vec<u8> {
    let body = serde_json::json!({ "query": document, "variables": variables }).to_string();
    format!(
        "POST /graphql HTTP/1.1\r\nHost: {address}\r\nAccept: application/json\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// The request of a path.
pub fn get(address: &str, path: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nAccept: application/json\r\n\r\n")
        .into_bytes()
}

/// The request of a change that a path says all of.
pub fn put(address: &str, path: &str) -> Vec<u8> {
    format!("POST {path} HTTP/1.1\r\nHost: {address}\r\nAccept: application/json\r\nContent-Length: 0\r\n\r\n")
        .into_bytes()
}
