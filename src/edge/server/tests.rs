//! Connections that behave badly, with bounds that a test can wait for.

use std::time::{Duration, Instant};

use axum::{
    Router,
    extract::{ConnectInfo, Path, WebSocketUpgrade},
    response::{IntoResponse, Response},
    routing::{any, get},
};
use futures_util::{SinkExt, StreamExt};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
    time::{sleep, timeout},
};

use super::*;

/// Longer than anything here takes, and shorter than what is waited for by mistake.
const PATIENCE: Duration = Duration::from_secs(10);

fn settings() -> ServerSettings {
    ServerSettings {
        connections: 4,
        head_deadline: Duration::from_millis(300),
        idle: Duration::from_millis(900),
        answer_deadline: Duration::from_millis(600),
        ..ServerSettings::default()
    }
}

struct Site {
    address: SocketAddr,
    sign: Sign,
    running: JoinHandle<()>,
}

impl Site {
    async fn open() -> Self {
        Self::with(settings()).await
    }

    async fn with(settings: ServerSettings) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let sign = Sign::default();
        let server = Server::new(settings, Networks::default(), sign.clone());
        let running = tokio::spawn(server.run(listener, routes()));
        Self {
            address,
            sign,
            running,
        }
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    /// Connects, and sends this.
    async fn send(&self, text: &str) -> TcpStream {
        let mut stream = self.connect().await;
        stream.write_all(text.as_bytes()).await.unwrap();
        stream
    }
}

fn routes() -> Router {
    let slow = || async {
        sleep(Duration::from_millis(500)).await;
        "slow"
    };
    let who = |ConnectInfo(peer): ConnectInfo<SocketAddr>| async move { peer.to_string() };
    Router::new()
        .route("/", get(|| async { "here" }))
        .route("/who", get(who))
        .route("/slow", get(slow))
        .route("/large", get(|| async { vec![b'x'; LARGE] }))
        .route("/middling", get(|| async { vec![b'x'; 8 * 1024] }))
        .route("/long/{length}", get(long))
        .route("/echo", any(echo))
}

async fn long(Path(length): Path<usize>) -> Vec<u8> {
    vec![b'x'; length]
}

async fn echo(upgrade: WebSocketUpgrade) -> Response {
    let echo = |mut socket: axum::extract::ws::WebSocket| async move {
        while let Some(Ok(message)) = socket.recv().await {
            let _ = socket.send(message).await;
        }
    };
    upgrade.on_upgrade(echo).into_response()
}

const ASKS: &str = "GET / HTTP/1.1\r\nhost: x\r\n\r\n";

/// What comes until the other side ends the connection.
async fn rest(stream: &mut TcpStream) -> String {
    let mut read = Vec::new();
    // A connection that is reset has said what it had to say.
    let _ = timeout(PATIENCE, stream.read_to_end(&mut read))
        .await
        .unwrap();
    String::from_utf8_lossy(&read).into_owned()
}

/// One answer, as much of it as comes at once.
async fn answer(stream: &mut TcpStream) -> String {
    let mut buffer = vec![0; 4096];
    let read = timeout(PATIENCE, stream.read(&mut buffer)).await.unwrap();
    String::from_utf8_lossy(&buffer[..read.unwrap()]).into_owned()
}

#[tokio::test]
async fn requests_are_answered_and_know_whom_they_come_from() {
    let site = Site::open().await;
    let mut stream = site.send("GET /who HTTP/1.1\r\nhost: x\r\n\r\n").await;
    let text = answer(&mut stream).await;
    assert!(text.starts_with("HTTP/1.1 200"), "{text}");
    assert!(text.ends_with(&stream.local_addr().unwrap().to_string()));
    // On the same connection.
    stream.write_all(ASKS.as_bytes()).await.unwrap();
    assert!(answer(&mut stream).await.ends_with("here"));
}

#[tokio::test]
async fn silence_and_slow_headers_are_cut_off() {
    let site = Site::open().await;
    for begin in ["", "GET / HT", "PRI * HT"] {
        let (began, mut stream) = (Instant::now(), site.send(begin).await);
        assert_eq!(rest(&mut stream).await, "", "{begin}");
        let took = began.elapsed();
        assert!(took >= Duration::from_millis(250), "{begin}: {took:?}");
    }
    // One byte after the other is no reason to wait longer.
    let mut stream = site.connect().await;
    let began = Instant::now();
    for byte in ASKS.bytes().cycle() {
        if stream.write_all(&[byte]).await.is_err() || began.elapsed() > PATIENCE {
            break;
        }
        // Never the end of the headers.
        sleep(Duration::from_millis(40)).await;
        if began.elapsed() > Duration::from_millis(700) {
            break;
        }
    }
    assert_eq!(rest(&mut stream).await, "");
}

#[tokio::test]
async fn a_connection_that_nothing_is_asked_of_is_closed_later() {
    let site = Site::open().await;
    let mut stream = site.send(ASKS).await;
    assert!(answer(&mut stream).await.ends_with("here"));
    let began = Instant::now();
    // Longer than headers may take.
    sleep(Duration::from_millis(500)).await;
    stream.write_all(ASKS.as_bytes()).await.unwrap();
    assert!(answer(&mut stream).await.ends_with("here"));
    assert_eq!(rest(&mut stream).await, "");
    assert!(began.elapsed() >= Duration::from_millis(1_300));
    // And the second request on a connection has no more time for its headers than the first.
    let mut stream = site.send(ASKS).await;
    answer(&mut stream).await;
    let began = Instant::now();
    stream.write_all(b"GET /").await.unwrap();
    assert_eq!(rest(&mut stream).await, "");
    assert!(
        began.elapsed() < Duration::from_millis(850),
        "{:?}",
        began.elapsed()
    );
}

const LARGE: usize = 64 * 1024 * 1024;

const ASKS_LARGE: &str = "GET /large HTTP/1.1\r\nhost: x\r\n\r\n";

#[tokio::test]
async fn an_answer_that_is_not_taken_is_broken_off() {
    // Nothing but the answer's own deadline can end it.
    let site = Site::with(ServerSettings {
        head_deadline: PATIENCE * 6,
        idle: PATIENCE * 6,
        ..settings()
    })
    .await;
    let mut stream = site.send(ASKS_LARGE).await;
    sleep(Duration::from_millis(2_500)).await;
    let read = rest(&mut stream).await.len();
    assert!(read < LARGE, "{read}");
}

#[tokio::test]
async fn an_answer_that_is_taken_slowly_is_no_silence() {
    let site = Site::with(ServerSettings {
        head_deadline: Duration::from_millis(300),
        idle: Duration::from_millis(300),
        answer_deadline: PATIENCE * 6,
        ..settings()
    })
    .await;
    let mut stream = site.send(ASKS_LARGE).await;
    sleep(Duration::from_millis(1_500)).await;
    let read = rest(&mut stream).await.len();
    assert!(read > LARGE, "{read}");
}

/// A frame of HTTP/2.
fn frame(kind: u8, flags: u8, stream: u8, payload: &[u8]) -> Vec<u8> {
    let length = u8::try_from(payload.len()).unwrap();
    let mut frame = vec![0, 0, length, kind, flags, 0, 0, 0, stream];
    frame.extend(payload);
    frame
}

/// GET of this path, by the tables of HPACK.
fn get_by_http2(stream: u8, path: &str) -> Vec<u8> {
    let mut headers = vec![0x82, 0x86, 0x01, 1, b'x', 0x04];
    headers.push(u8::try_from(path.len()).unwrap());
    headers.extend(path.bytes());
    frame(1, 5, stream, &headers)
}

/// Whether the other side says goodbye (GOAWAY) before it ends the connection.
async fn hears_goodbye(mut stream: impl AsyncRead + Unpin) -> bool {
    let mut head = [0; 9];
    while stream.read_exact(&mut head).await.is_ok() {
        if head[3] == 7 {
            return true;
        }
        let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
        let mut payload = vec![0; usize::try_from(length).unwrap()];
        let _ = stream.read_exact(&mut payload).await;
    }
    false
}

#[tokio::test]
async fn an_answer_of_which_a_byte_is_taken_is_broken_off_though_more_is_asked() {
    // Of each answer one byte may be sent.
    let opening = [
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec(),
        frame(4, 0, 0, &[0, 4, 0, 0, 0, 1]),
    ]
    .concat();
    for (path, is_ended) in [("/large", true), ("/middling", true), ("/", false)] {
        let site = Site::open().await;
        let (reads, mut writes) = site.connect().await.into_split();
        writes.write_all(&opening).await.unwrap();
        writes.write_all(&get_by_http2(1, path)).await.unwrap();
        let goodbye = tokio::spawn(hears_goodbye(reads));
        for stream in (3..50).step_by(2) {
            // Never silent for as long as a silent one may stay.
            let _ = writes.write_all(&get_by_http2(stream, "/")).await;
            sleep(Duration::from_millis(150)).await;
        }
        let goodbye = goodbye.is_finished() && goodbye.await.unwrap();
        assert_eq!(goodbye, is_ended, "{path}");
    }
}

#[tokio::test]
async fn answers_are_whole_however_they_are_cut() {
    let site = Site::open().await;
    for length in [0, 1, 1_023, 1_024, 1_025, 32_768, 32_769, 100_000] {
        for method in ["GET", "HEAD"] {
            let asks =
                format!("{method} /long/{length} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
            let said = rest(&mut site.send(&asks).await).await;
            let (head, body) = said.split_once("\r\n\r\n").unwrap();
            assert!(
                head.contains(&format!("content-length: {length}")),
                "{head}"
            );
            let sent = if method == "GET" { length } else { 0 };
            assert_eq!(body, "x".repeat(sent));
        }
    }
}

#[tokio::test]
async fn too_many_connections_are_told_and_others_find_room_again() {
    let site = Site::open().await;
    let mut inside = Vec::new();
    for _ in 0..4 {
        let mut stream = site.send(ASKS).await;
        assert!(answer(&mut stream).await.ends_with("here"));
        inside.push(stream);
    }
    let mut outside = site.send(ASKS).await;
    let said = rest(&mut outside).await;
    assert!(
        said.starts_with("HTTP/1.1 503 ") && said.contains("retry-after: 2"),
        "{said}"
    );
    let (head, body) = said.split_once("\r\n\r\n").unwrap();
    assert!(
        head.contains(&format!("content-length: {}", body.len())),
        "{said}"
    );
    serde_json::from_str::<serde_json::Value>(body).unwrap();
    drop(inside.pop());
    sleep(Duration::from_millis(100)).await;
    let mut stream = site.send(ASKS).await;
    assert!(answer(&mut stream).await.ends_with("here"));
}

#[tokio::test]
async fn a_socket_keeps_its_place_and_is_bound_by_no_deadline_here() {
    let site = Site::with(ServerSettings {
        connections: 1,
        ..settings()
    })
    .await;
    let url = format!("ws://{}/echo", site.address);
    let (mut socket, _) = tokio_tungstenite::connect_async(url).await.unwrap();
    sleep(Duration::from_millis(1_500)).await;
    socket.send("still here".into()).await.unwrap();
    let heard = timeout(PATIENCE, socket.next()).await.unwrap();
    assert_eq!(heard.unwrap().unwrap().into_text().unwrap(), "still here");
    let mut outside = site.send(ASKS).await;
    assert!(rest(&mut outside).await.starts_with("HTTP/1.1 503"));
    drop(socket);
    sleep(Duration::from_millis(100)).await;
    let mut stream = site.send(ASKS).await;
    assert!(answer(&mut stream).await.ends_with("here"));
}

#[tokio::test]
async fn last_call_has_everybody_come_by_another_connection_and_then_it_is_closed() {
    let site = Site::open().await;
    let mut stays = site.send(ASKS).await;
    assert!(!answer(&mut stays).await.contains("connection: close"));
    site.sign.turn(Hours::LastCall);
    // New ones are answered, too.
    for mut stream in [stays, site.connect().await] {
        stream.write_all(ASKS.as_bytes()).await.unwrap();
        let said = rest(&mut stream).await;
        assert!(
            said.ends_with("here") && said.contains("connection: close"),
            "{said}"
        );
    }
    let mut slow = site.send("GET /slow HTTP/1.1\r\nhost: x\r\n\r\n").await;
    sleep(Duration::from_millis(100)).await;
    site.sign.turn(Hours::Closed);
    // What runs is finished, and then everything is.
    assert!(rest(&mut slow).await.ends_with("slow"));
    timeout(PATIENCE, site.running).await.unwrap().unwrap();
    assert!(TcpStream::connect(site.address).await.is_err());
}

#[tokio::test]
async fn too_many_headers_and_too_long_ones_are_431() {
    let site = Site::open().await;
    let many = "a: b\r\n".repeat(101);
    let long = format!("a: {}\r\n", "b".repeat(300 * 1024));
    // The one is read wholly; the other may be closed before everything is sent, and what is said is lost then.
    for (headers, is_read) in [(many, true), (long, false)] {
        let asks = format!("GET / HTTP/1.1\r\n{headers}\r\n");
        let mut stream = site.connect().await;
        let _ = stream.write_all(asks.as_bytes()).await;
        let said = rest(&mut stream).await;
        assert!(
            said.starts_with("HTTP/1.1 431") || (said.is_empty() && !is_read),
            "{said}"
        );
    }
    let mut stream = site.send(ASKS).await;
    assert!(answer(&mut stream).await.ends_with("here"));
}
