//! What stands between a program and a search engine, and is not always open.

use super::engines::Remote;
use crate::support::Shop;
use lilium::domains::listing::refresh::refresh;
use lilium::platform::db::Database;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use uuid::Uuid;

/// What stands between a program and a search engine.
#[derive(Clone)]
pub struct Street {
    /// Where it begins.
    pub address: String,
    way: Arc<AtomicU8>,
    /// How often something was refused.
    pub refused: Arc<AtomicUsize>,
}

/// Whatever is sent goes through.
pub const OPEN: u8 = 0;
/// Whatever is sent is read, and nothing answered.
pub const STALLED: u8 = 1;
/// Nobody is there.
pub const SHUT: u8 = 2;
/// What names [`POISON`] is refused as too large.
pub const PICKY: u8 = 3;
/// Whoever asks has the wrong key.
pub const LOCKED: u8 = 4;

/// A title that a picky street does not let through, or at which a server fails.
pub const POISON: &str = "Zzyzxquill";

/// Gives thirty products a usual title, and one of them [`POISON`]; all of them, and that one.
pub async fn poison_one(shop: &Shop) -> (Vec<Uuid>, Uuid) {
    let sql = shop.sql().await;
    let all = "SELECT DISTINCT product_id FROM listings ORDER BY 1 LIMIT 30";
    let rows = sql.query(all, &[]).await.unwrap();
    let products: Vec<Uuid> = rows.iter().map(|row| row.get(0)).collect();
    let poisoned = products[11];
    let change = "UPDATE products SET title = CASE WHEN id = $2 THEN $3 ELSE 'A quite usual thing' END WHERE id = ANY($1)";
    sql.execute(change, &[&products, &poisoned, &POISON])
        .await
        .unwrap();
    let database = Database::connect(&shop.server, 1).unwrap();
    let mut conn = database.get().await.unwrap();
    refresh(&mut conn, &products).await.unwrap();
    (products, poisoned)
}

impl Street {
    /// A street to this address, `host:port`.
    pub async fn to(beyond: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let way = Arc::new(AtomicU8::new(OPEN));
        let refused = Arc::new(AtomicUsize::new(0));
        let seen = (Arc::clone(&way), Arc::clone(&refused));
        tokio::spawn(async move {
            loop {
                let (near, _) = listener.accept().await.unwrap();
                let (way, refused) = seen.clone();
                tokio::spawn(pass(near, beyond.clone(), way, refused));
            }
        });
        Self {
            address,
            way,
            refused,
        }
    }

    /// A street to this server, and the server at the end of it.
    pub async fn before(remote: Remote) -> (Self, Remote) {
        let beyond = remote.url().trim_start_matches("http://").to_owned();
        let street = Self::to(beyond).await;
        let remote = remote.at(street.address.clone());
        (street, remote)
    }

    /// From now on it is this way.
    pub fn turn(&self, way: u8) {
        self.way.store(way, Ordering::Relaxed);
    }
}

/// Lets a connection through as the way is by now; when it changes, the connection ends.
async fn pass(mut near: TcpStream, beyond: String, way: Arc<AtomicU8>, refused: Arc<AtomicUsize>) {
    let at = way.load(Ordering::Relaxed);
    let changed = async {
        while way.load(Ordering::Relaxed) == at {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let through = async {
        match at {
            OPEN => {
                let Ok(mut far) = TcpStream::connect(&beyond).await else {
                    return;
                };
                let _ = copy_bidirectional(&mut near, &mut far).await;
            }
            STALLED => {
                let mut heap = Vec::new();
                let _ = near.read_to_end(&mut heap).await;
                std::future::pending::<()>().await;
            }
            PICKY => pick(&mut near, &beyond).await,
            LOCKED => {
                let why = r#"{"message":"The provided API key is invalid.","code":"invalid_api_key","type":"auth","link":""}"#;
                let head =
                    "HTTP/1.1 403 Forbidden\r\ncontent-type: application/json\r\ncontent-length: ";
                while request(&mut near).await.is_some() {
                    refused.fetch_add(1, Ordering::Relaxed);
                    let answer = format!("{head}{}\r\n\r\n{why}", why.len());
                    let _ = near.write_all(answer.as_bytes()).await;
                }
            }
            _ => {}
        }
    };
    tokio::select! {
        () = changed => {}
        () = through => {}
    }
}

/// Passes requests on one by one, and refuses those that name the poison.
async fn pick(near: &mut TcpStream, beyond: &str) {
    while let Some(request) = request(near).await {
        if String::from_utf8_lossy(&request).contains(POISON) {
            let refusal = "HTTP/1.1 413 Payload Too Large\r\ncontent-length: 0\r\n\r\n";
            let _ = near.write_all(refusal.as_bytes()).await;
            continue;
        }
        let Ok(mut far) = TcpStream::connect(beyond).await else {
            return;
        };
        let text = String::from_utf8_lossy(&request).into_owned();
        let closing = text.replacen("\r\n", "\r\nconnection: close\r\n", 1);
        far.write_all(closing.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        far.read_to_end(&mut answer).await.unwrap();
        let _ = near.write_all(&answer).await;
        return;
    }
}

/// A whole request with a length.
async fn request(stream: &mut TcpStream) -> Option<Vec<u8>> {
    let mut read = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&read).to_lowercase();
        if let Some((head, _)) = text.split_once("\r\n\r\n") {
            let length = head.split("content-length: ").nth(1);
            let length = length.and_then(|rest| rest.lines().next()?.trim().parse().ok());
            let end = read.windows(4).position(|it| it == b"\r\n\r\n").unwrap() + 4;
            if read.len() >= end + length.unwrap_or(0_usize) {
                return Some(read);
            }
        }
        let mut chunk = vec![0; 64 * 1024];
        let some = stream.read(&mut chunk).await.ok().filter(|it| *it > 0)?;
        read.extend_from_slice(&chunk[..some]);
    }
}
