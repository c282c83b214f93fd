//! Many subscribers.

use crate::socket::{Received, Socket, Wish};
use futures_util::{StreamExt, stream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// Sockets that are opened or closed at a time.
const AT_ONCE: usize = 64;

/// Subscribers that listen, each on a task of its own.
pub struct Crowd {
    members: Vec<JoinHandle<Vec<Received>>>,
    end: watch::Sender<bool>,
    heard: Arc<AtomicUsize>,
}

impl Crowd {
    /// Opens a socket for each wish; all have had their first event then.
    pub async fn gather(address: &str, wishes: Vec<Wish>) -> Self {
        let sockets = stream::iter(wishes.into_iter().enumerate())
            .map(|(number, wish)| async move { Socket::subscribe(address, number, &wish).await })
            .buffer_unordered(AT_ONCE);
        let mut crowd = Self {
            members: Vec::new(),
            end: watch::channel(false).0,
            heard: Arc::default(),
        };
        let mut sockets = std::pin::pin!(sockets);
        while let Some(socket) = sockets.next().await {
            let listening = listen(socket, crowd.end.subscribe(), Arc::clone(&crowd.heard));
            crowd.members.push(tokio::spawn(listening));
        }
        crowd
    }

    /// Waits until so many events were heard by all together; not for ever.
    pub async fn hears(&self, expected: usize) {
        let begin = Instant::now();
        while self.heard.load(Ordering::Relaxed) < expected && begin.elapsed().as_secs() < 10 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Closes every socket; all that was heard.
    pub async fn leave(self) -> Vec<Received> {
        self.end.send(true).unwrap();
        let mut all = Vec::new();
        for member in self.members {
            all.extend(member.await.unwrap());
        }
        all
    }
}

async fn listen(
    mut socket: Socket,
    mut end: watch::Receiver<bool>,
    heard: Arc<AtomicUsize>,
) -> Vec<Received> {
    let mut all = Vec::new();
    loop {
        tokio::select! {
            event = socket.event() => {
                all.push(event);
                heard.fetch_add(1, Ordering::Relaxed);
            }
            _ = end.changed() => break,
        }
    }
    socket.close().await;
    all
}
