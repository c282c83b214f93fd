//! What the loopback interface itself takes: a server that knows nothing but to write the same bytes to many sockets, and as many
//! readers as subscribers are.
//!
//! It is this program again, as another process, with a task for each socket that is woken to write, as in any server.

use crate::child::Server;
use crate::socket::{now, reach};
use crate::spread::Spread;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::time::MissedTickBehavior;

/// Messages that are timed, ten a second.
const ROUNDS: usize = 100;

/// Where the wanted number of readers and the length of the message stand in an order, and the moment in a message.
const WORD: usize = 8;

/// Times from the moment when the server begins to write a message until each of `hear` readers has it, while `open` sockets are open.
pub async fn measure(open: usize, hear: usize, bytes: usize) -> Spread {
    let server = Server::start("--loopback", &[]);
    let mut control = reach(&server.address, 0).await;
    let readers: Vec<_> = {
        let mut readers = Vec::new();
        for number in 0..open {
            readers.push(reach(&server.address, number).await);
        }
        let read = |stream| tokio::spawn(read(stream, bytes));
        readers.into_iter().map(read).collect()
    };
    tokio::time::sleep(Duration::from_millis(500)).await;
    let mut tick = tokio::time::interval(Duration::from_millis(100));
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    for _ in 0..ROUNDS {
        tick.tick().await;
        control.write_u64(hear as u64).await.unwrap();
        control.write_u64(bytes as u64).await.unwrap();
    }
    tokio::time::sleep(Duration::from_secs(1)).await;
    // The server ends with this connection, and every reader with the server.
    drop(control);
    let mut all = Vec::new();
    for reader in readers {
        all.extend(reader.await.unwrap());
    }
    assert_eq!(all.len(), ROUNDS * hear);
    Spread::of(all)
}

async fn read(mut stream: TcpStream, bytes: usize) -> Vec<i64> {
    let mut message = vec![0; bytes];
    let mut all = Vec::new();
    while stream.read_exact(&mut message).await.is_ok() {
        let moment = message[..WORD].try_into().unwrap();
        all.push(now() - i64::from_le_bytes(moment));
    }
    all
}

/// The server: the first connection orders messages, the others get them.
pub async fn serve() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    println!("{}", listener.local_addr().unwrap());
    let (mut control, _) = listener.accept().await.unwrap();
    let (found, mut finds) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (orders, ordered) = mpsc::unbounded_channel();
            tokio::spawn(write(stream, ordered));
            found.send(orders).unwrap();
        }
    });
    let mut sockets: Vec<mpsc::UnboundedSender<bytes::Bytes>> = Vec::new();
    while let Ok(hear) = control.read_u64().await {
        let length = control.read_u64().await.unwrap();
        while let Ok(socket) = finds.try_recv() {
            sockets.push(socket);
        }
        let mut message = vec![0; length as usize];
        message[..WORD].copy_from_slice(&now().to_le_bytes());
        let message = bytes::Bytes::from(message);
        for socket in sockets.iter().take(hear as usize) {
            let _ = socket.send(message.clone());
        }
    }
}

async fn write(mut stream: TcpStream, mut ordered: mpsc::UnboundedReceiver<bytes::Bytes>) {
    stream.set_nodelay(true).unwrap();
    while let Some(message) = ordered.recv().await {
        stream.write_all(&message).await.unwrap();
    }
}
