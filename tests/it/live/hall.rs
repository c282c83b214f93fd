//! A hall full of people: a program of its own that serves, looked at from outside.

use super::orders::Sale;
use super::{Socket, Watch};
use crate::buying::counter::Counter;
use crate::programs::{Folder, Serving, url_of};
use crate::support::TOKEN_KEYS;
use futures_util::stream::{self, StreamExt};
use std::time::{Duration, Instant};
use tokio::net::TcpStream;

/// Where everybody is: a program that serves, which is looked at from outside.
pub struct Hall {
    pub sale: Sale,
    pub serving: Serving,
    pub counter: Counter,
    /// The process lives in it.
    _folder: Folder,
}

impl Hall {
    pub async fn open() -> Self {
        let sale = Sale::open().await;
        let folder = Folder::new();
        let url = url_of(&sale.shop.server).await;
        let settings = [
            ("DATABASE_URL", url.as_str()),
            ("LILIUM_TOKEN_KEYS", TOKEN_KEYS),
            ("LILIUM_SOCKETS", "20000"),
            ("LILIUM_LOG", "warn"),
        ];
        let serving = Serving::start(&folder, &[], &settings);
        Self {
            counter: Counter::at(&serving.address),
            sale,
            serving,
            _folder: folder,
        }
    }

    fn proc(&self, file: &str) -> String {
        format!("/proc/{}/{file}", self.serving.process().as_raw_nonzero())
    }

    /// The memory that it holds, in kB.
    pub fn memory(&self) -> i64 {
        let status = std::fs::read_to_string(self.proc("status")).unwrap();
        let line = status.lines().find(|line| line.starts_with("VmRSS:"));
        line.unwrap()
            .split_whitespace()
            .nth(1)
            .unwrap()
            .parse()
            .unwrap()
    }

    /// The files and connections that it has open.
    pub fn descriptors(&self) -> usize {
        std::fs::read_dir(self.proc("fd")).unwrap().count()
    }

    /// The clients' connections that it holds: none of the database's, of which it opens some and closes some.
    pub fn connections(&self) -> usize {
        self.peers().len()
    }

    /// Whether it still has its end of a connection. Others come and go meanwhile: a client's pool grows and shrinks as it likes.
    pub fn holds(&self, connection: &TcpStream) -> bool {
        let port = connection.local_addr().unwrap().port();
        self.peers().contains(&port)
    }

    /// The ports of those at the other ends of its connections.
    fn peers(&self) -> Vec<u16> {
        let port = self.serving.address.rsplit(':').next().unwrap();
        let port = format!(":{:04X}", port.parse::<u16>().unwrap());
        let all = ["net/tcp", "net/tcp6"].map(|file| std::fs::read_to_string(self.proc(file)));
        let lines = all.iter().flatten().flat_map(|table| table.lines().skip(1));
        // Address, the other's, state, and further on the inode: 0 when no process holds it any more.
        let held = lines.filter_map(|line| {
            let parts: Vec<&str> = line.split_whitespace().collect();
            let held = parts[1].ends_with(&port) && parts[3] != "0A" && parts[9] != "0";
            let (_, peer) = parts[2].rsplit_once(':')?;
            held.then(|| u16::from_str_radix(peer, 16).unwrap())
        });
        held.collect()
    }

    /// Waits until it has no more connections than this.
    pub async fn down_to(&self, connections: usize, patience: Duration) {
        let begin = Instant::now();
        while self.connections() > connections {
            assert!(
                begin.elapsed() < patience,
                "{} are open and not {connections}",
                self.connections()
            );
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Sockets that watch these carts by turns, if there are any, after these cursors, all coming at once or some at a time.
    pub async fn crowd(
        &self,
        places: &[(Watch, Option<String>)],
        many: usize,
        at_once: usize,
    ) -> Vec<Socket> {
        stream::iter(0..many)
            .map(async |at| {
                let mut socket = Socket::join(&self.serving.address, None).await;
                if let Some((watch, after)) = places.get(at % places.len().max(1)) {
                    socket.watch("c", watch, after.as_deref()).await;
                }
                socket
            })
            .buffered(at_once)
            .collect()
            .await
    }
}
