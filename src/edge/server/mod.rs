//! The way in from the network: HTTP/1.1, and HTTP/2 by prior knowledge, for a proxy that takes TLS off.
//!
//! The bounds are ours, since the usual loop around hyper has none: of connections (`doors`), of the time in which a request's
//! headers must have come, in which an answer must have been taken, and of silence (`activity`), of headers and of streams
//! (`connection`). How the program closes without losing a request is told by its [`Sign`].

mod activity;
mod connection;
mod doors;
mod settings;
mod sign;
mod stream;
mod taken;
#[cfg(test)]
mod tests;

use std::{io, net::SocketAddr, time::Duration};

use axum::Router;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::mpsc,
    time::{Instant, sleep},
};

use self::{
    connection::Connections,
    doors::{Doors, Full},
};
pub use self::{
    settings::ServerSettings,
    sign::{Hours, Sign},
};
use super::client;
use crate::config::Networks;

/// How long nothing is accepted after the system could not: it has run out of something, which others have to give back.
const BREATH: Duration = Duration::from_millis(200);

/// How often the log is told of what happens to many connections.
const SELDOM: Duration = Duration::from_secs(10);

/// Answers whoever connects.
#[derive(Debug)]
pub struct Server {
    doors: Doors,
    proxies: Networks,
    connections: Connections,
    sign: Sign,
    told: Option<Instant>,
}

impl Server {
    /// With these bounds, open for as long as `sign` says so. `proxies` pass on what others ask.
    #[must_use]
    pub fn new(settings: ServerSettings, proxies: Networks, sign: Sign) -> Self {
        Self {
            doors: Doors::new(settings.connections, settings.connections_by_address),
            proxies,
            connections: Connections::new(settings, sign.clone()),
            sign,
            told: None,
        }
    }

    /// Answers until the sign says closed, and what runs then is done. Connections that became WebSockets are nobody's here.
    pub async fn run(mut self, listener: TcpListener, router: Router) {
        // Dropped by the last connection.
        let (open, mut all_gone) = mpsc::channel::<()>(1);
        loop {
            let accepted = tokio::select! {
                accepted = listener.accept() => accepted,
                () = self.sign.says(Hours::Closed) => break,
            };
            match accepted {
                Ok((stream, peer)) => self.admit(stream, peer, &router, &open),
                Err(error) => self.rest(&error).await,
            }
        }
        drop((listener, open));
        let _ = all_gone.recv().await;
    }

    fn admit(
        &mut self,
        stream: TcpStream,
        peer: SocketAddr,
        router: &Router,
        open: &mpsc::Sender<()>,
    ) {
        let counted = client::is_one(peer.ip(), &self.proxies).then(|| peer.ip());
        match self.doors.enter(counted) {
            Ok(place) => {
                let served = self.connections.serve(stream, peer, place, router.clone());
                let open = open.clone();
                tokio::spawn(async move {
                    served.await;
                    drop(open);
                });
            }
            Err(full) => {
                self.tell(full);
                connection::refuse(stream);
            }
        }
    }

    fn tell(&mut self, full: Full) {
        if self.is_time() {
            tracing::warn!(reason = %full, "connections are refused");
        }
    }

    /// Neither ends the loop nor spins it.
    async fn rest(&mut self, error: &io::Error) {
        use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
        // One client's affair, who went away while waiting.
        if [ConnectionAborted, ConnectionRefused, ConnectionReset].contains(&error.kind()) {
            return;
        }
        if self.is_time() {
            tracing::error!(%error, "no connection can be accepted for now");
        }
        sleep(BREATH).await;
    }

    fn is_time(&mut self) -> bool {
        let is_time = self.told.is_none_or(|told| told.elapsed() >= SELDOM);
        if is_time {
            self.told = Some(Instant::now());
        }
        is_time
    }
}
