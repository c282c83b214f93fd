//! A proxy of ours before a server: it passes on, delays, holds back, swallows answers, closes one half, or cuts.

use std::path::PathBuf;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, UnixStream};
use tokio::sync::watch;

/// What is done with what is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// It is passed on.
    Open,
    /// It is passed on after this time, each piece.
    Slow(Duration),
    /// It is held back, in both directions, and comes when the way is open again. Nobody is told anything.
    Held,
    /// What is asked is passed on, and the answers are lost. Connections that lost one end with this way.
    Mute,
    /// What is asked is passed on, and the client is told that nothing will be answered.
    Half,
    /// Every connection is closed, and so is each that comes.
    Cut,
}

/// Where a server listens.
#[derive(Debug, Clone)]
pub enum Beyond {
    Socket(PathBuf),
    Port(String),
}

/// A proxy before one server.
pub struct Proxy {
    /// Where it listens, on 127.0.0.1.
    pub port: u16,
    way: watch::Sender<Way>,
}

impl Proxy {
    /// One that is open. It ends with the test.
    pub async fn before(beyond: Beyond) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let way = watch::Sender::new(Way::Open);
        let seen = way.subscribe();
        tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                tokio::spawn(serve(near, beyond.clone(), seen.clone()));
            }
        });
        Self { port, way }
    }

    /// From now on it is this way.
    pub fn turn(&self, way: Way) {
        self.way.send_replace(way);
    }
}

async fn serve(near: TcpStream, beyond: Beyond, mut way: watch::Receiver<Way>) {
    let _ = near.set_nodelay(true);
    // Who comes while everything is held back is held back, too.
    let now = way.wait_for(|way| *way != Way::Held).await.map(|way| *way);
    if matches!(now, Err(_) | Ok(Way::Cut)) {
        return;
    }
    match beyond {
        Beyond::Socket(path) => {
            if let Ok(far) = UnixStream::connect(path).await {
                pass(near, far, way).await;
            }
        }
        Beyond::Port(address) => {
            if let Ok(far) = TcpStream::connect(address).await {
                pass(near, far, way).await;
            }
        }
    }
}

async fn pass(near: TcpStream, far: impl AsyncRead + AsyncWrite, way: watch::Receiver<Way>) {
    let (near_reads, near_writes) = tokio::io::split(near);
    let (far_reads, far_writes) = tokio::io::split(far);
    let mut cut = way.clone();
    let asks = pump(near_reads, far_writes, way.clone(), false);
    let answers = pump(far_reads, near_writes, way, true);
    tokio::select! {
        _ = cut.wait_for(|way| *way == Way::Cut) => {}
        _ = async { tokio::join!(asks, answers) } => {}
    }
}

/// Passes one direction on until its end; `answers` is that towards the client.
async fn pump(
    from: impl AsyncRead,
    to: impl AsyncWrite,
    mut way: watch::Receiver<Way>,
    answers: bool,
) {
    let (mut from, mut to) = (std::pin::pin!(from), std::pin::pin!(to));
    let mut chunk = vec![0; 16 * 1024];
    let mut lost = false;
    loop {
        let read = tokio::select! {
            read = from.read(&mut chunk) => read.unwrap_or_default(),
            changed = way.changed(), if answers => {
                let now = *way.borrow_and_update();
                if changed.is_err() || lost && now != Way::Mute {
                    break;
                }
                if now == Way::Half {
                    let _ = to.shutdown().await;
                }
                continue;
            }
        };
        if read == 0 {
            break;
        }
        let Ok(now) = way.wait_for(|way| *way != Way::Held).await.map(|way| *way) else {
            break;
        };
        match now {
            Way::Slow(pause) => tokio::time::sleep(pause).await,
            Way::Mute | Way::Half if answers => {
                lost = true;
                continue;
            }
            _ if lost => break,
            _ => {}
        }
        if to.write_all(&chunk[..read]).await.is_err() {
            break;
        }
    }
    let _ = to.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_does_what_it_is_told() {
    let echo = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = echo.local_addr().unwrap().to_string();
    tokio::spawn(async move {
        while let Ok((mut near, _)) = echo.accept().await {
            tokio::spawn(async move {
                let (mut reads, mut writes) = near.split();
                let _ = tokio::io::copy(&mut reads, &mut writes).await;
            });
        }
    });
    let proxy = Proxy::before(Beyond::Port(address)).await;
    let come = || async { TcpStream::connect(("127.0.0.1", proxy.port)).await.unwrap() };
    let soon = Duration::from_millis(300);
    let mut word = [0; 4];

    let mut one = come().await;
    one.write_all(b"here").await.unwrap();
    one.read_exact(&mut word).await.unwrap();
    assert_eq!(&word, b"here");

    proxy.turn(Way::Held);
    one.write_all(b"late").await.unwrap();
    let silent = tokio::time::timeout(soon, one.read_exact(&mut word)).await;
    assert!(silent.is_err());
    proxy.turn(Way::Open);
    one.read_exact(&mut word).await.unwrap();
    assert_eq!(&word, b"late");

    proxy.turn(Way::Mute);
    one.write_all(b"lost").await.unwrap();
    let silent = tokio::time::timeout(soon, one.read_exact(&mut word)).await;
    assert!(silent.is_err());
    proxy.turn(Way::Open);
    // What lost something is of no use any more.
    assert_eq!(one.read(&mut word).await.unwrap_or(0), 0);

    let mut two = come().await;
    two.write_all(b"here").await.unwrap();
    two.read_exact(&mut word).await.unwrap();
    proxy.turn(Way::Half);
    assert_eq!(two.read(&mut word).await.unwrap(), 0);

    proxy.turn(Way::Cut);
    let mut three = come().await;
    assert_eq!(three.read(&mut word).await.unwrap_or(0), 0);
    proxy.turn(Way::Slow(soon));
    let began = std::time::Instant::now();
    let mut four = come().await;
    four.write_all(b"slow").await.unwrap();
    four.read_exact(&mut word).await.unwrap();
    assert!(began.elapsed() >= soon);
}
