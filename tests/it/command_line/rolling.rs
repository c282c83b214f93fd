//! A rolling restart: two programs over one database, one after the other told to end and started anew, and nobody notices.

use crate::programs::{Folder, Serving, url_of};
use crate::support::frames::{self, DATA, END_HEADERS, END_STREAM, Frames, HEADERS};
use crate::support::raw::{Raw, post};
use crate::support::{Contents, database, whole_in};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

const QUERY: &str = "{ products(first: 5) { nodes { title } } }";
const MUTATION: &str = "mutation { cartCreate { cart { id } userErrors { code } } }";

/// A program behind the balancer.
#[derive(Clone, Default)]
struct Backend {
    address: String,
    ready: bool,
}

/// A balancer of connections, which asks each program now and then whether it is ready.
#[derive(Clone)]
struct Balancer {
    backends: Arc<Mutex<Vec<Backend>>>,
    next: Arc<AtomicUsize>,
}

impl Balancer {
    fn over(addresses: [&str; 2]) -> Self {
        let backends = addresses.map(|address| Backend {
            address: address.to_owned(),
            ready: true,
        });
        Self {
            backends: Arc::new(Mutex::new(backends.into())),
            next: Arc::default(),
        }
    }

    /// Where it is.
    async fn open(&self) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(self.clone().watch());
        tokio::spawn(self.clone().pass_on(listener));
        address
    }

    /// As a balancer does: what was ready a moment ago is taken for ready.
    async fn watch(self) {
        loop {
            let backends = self.backends.lock().unwrap().clone();
            for (at, backend) in backends.iter().enumerate() {
                let ready = is_ready(&backend.address).await;
                let mut backends = self.backends.lock().unwrap();
                // The last one is kept whatever it says: on a busy machine it may only have been slow to say it.
                let mut others = backends.iter().enumerate();
                let is_last = !others.any(|(it, other)| it != at && other.ready);
                if backends[at].address == backend.address && (ready || !is_last) {
                    backends[at].ready = ready;
                }
            }
            tokio::time::sleep(Duration::from_millis(150)).await;
        }
    }

    async fn pass_on(self, listener: TcpListener) {
        while let Ok((mut client, _)) = listener.accept().await {
            let address = self.choose();
            tokio::spawn(async move {
                let address = address.trim_start_matches("http://").to_owned();
                let mut server = TcpStream::connect(address).await.unwrap();
                let _ = copy_bidirectional(&mut client, &mut server).await;
            });
        }
    }

    fn choose(&self) -> String {
        let backends = self.backends.lock().unwrap();
        let ready: Vec<&Backend> = backends.iter().filter(|it| it.ready).collect();
        let at = self.next.fetch_add(1, Ordering::Relaxed) % ready.len();
        ready[at].address.clone()
    }

    fn set(&self, at: usize, address: String) {
        let ready = true;
        self.backends.lock().unwrap()[at] = Backend { address, ready };
    }
}

async fn is_ready(address: &str) -> bool {
    let Ok(mut connection) = Raw::try_to(address).await else {
        return false;
    };
    let asks = "GET /readyz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
    connection
        .ask(asks)
        .await
        .is_some_and(|it| it.status == 200)
}

/// Asks without a pause over one connection, until an answer says that nothing follows on it. Nothing is asked twice. How many
/// connections it took, and how many answers there were.
async fn client(balancer: String, over: Arc<AtomicBool>) -> (usize, usize) {
    let (mut connections, mut answers) = (0, 0);
    while !over.load(Ordering::Relaxed) {
        let mut connection = Raw::to(&balancer).await;
        connections += 1;
        loop {
            let query = if answers % 3 == 0 { MUTATION } else { QUERY };
            let asks = post(&json!({ "query": query }));
            let answer = connection.ask(&asks).await;
            let answer = answer.unwrap_or_else(|| panic!("request {answers} was lost"));
            let body = answer.json();
            assert_eq!((answer.status, body.get("errors")), (200, None), "{body}");
            assert_ne!(body["data"], Value::Null);
            answers += 1;
            tokio::time::sleep(Duration::from_millis(3)).await;
            if answer.header("connection") == "close" || over.load(Ordering::Relaxed) {
                break;
            }
        }
    }
    (connections, answers)
}

#[tokio::test(flavor = "multi_thread")]
async fn no_request_is_lost_when_one_program_after_the_other_is_started_anew() {
    let (folder, server) = (Folder::new(), database(Contents::Demo).await);
    let url = url_of(&server).await;
    let settings = [
        ("DATABASE_URL", url.as_str()),
        ("LILIUM_DRAIN_SECONDS", "2"),
        ("DATABASE_POOL", "6"),
    ];
    let start = || Serving::start(&folder, &[], &settings);
    let mut programs = vec![start(), start()];
    let balancer = Balancer::over([&programs[0].address, &programs[1].address]);
    let address = balancer.open().await;
    let over = Arc::new(AtomicBool::new(false));
    let clients: Vec<JoinHandle<(usize, usize)>> = (0..6)
        .map(|_| tokio::spawn(client(address.clone(), Arc::clone(&over))))
        .collect();
    for at in 0..2 {
        tokio::time::sleep(Duration::from_millis(700)).await;
        let old = programs.remove(at);
        let said = tokio::task::block_in_place(|| old.stop()).well();
        assert!(said.out.ends_with("Stopped.\n"), "{}", said.out);
        assert!(!said.err.contains("did not finish"), "{}", said.err);
        let new = tokio::task::block_in_place(start);
        balancer.set(at, new.address.clone());
        programs.insert(at, new);
    }
    tokio::time::sleep(Duration::from_millis(700)).await;
    over.store(true, Ordering::Relaxed);
    let mut answered = 0;
    for client in clients {
        let (connections, answers) = client.await.unwrap();
        // Everybody was asked to come by another connection, and did.
        assert!(connections >= 2, "{connections}");
        answered += answers;
    }
    assert!(answered > 200, "{answered}");
    for program in programs {
        tokio::task::block_in_place(|| program.stop()).well();
    }
    whole_in(&server).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_leaves_says_so_answers_all_the_same_and_can_be_hurried() {
    let (folder, server) = (Folder::new(), database(Contents::Demo).await);
    let url = url_of(&server).await;
    let settings = [
        ("DATABASE_URL", url.as_str()),
        ("LILIUM_DRAIN_SECONDS", "60"),
    ];
    let program = Serving::start(&folder, &[], &settings);
    assert!(is_ready(&program.address).await);
    let mut keeps = Raw::to(&program.address).await;
    let asks = post(&json!({ "query": QUERY }));
    assert_eq!(keeps.ask(&asks).await.unwrap().header("connection"), "");
    let process = program.process();
    let term = || rustix::process::kill_process(process, rustix::process::Signal::TERM).unwrap();
    term();
    while is_ready(&program.address).await {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let last = keeps.ask(&asks).await.unwrap();
    assert_eq!((last.status, last.header("connection")), (200, "close"));
    let (status, _) = program.ask(QUERY).await;
    assert_eq!(status, 200);
    let began = std::time::Instant::now();
    tokio::task::block_in_place(|| program.end(term)).well();
    assert!(began.elapsed() < Duration::from_secs(20));
}

/// Asks once, and reads until the answer's end.
async fn ask_by_http2(connection: &mut Frames, stream: u32) -> String {
    let body = json!({ "query": QUERY }).to_string();
    let head = frames::frame(HEADERS, END_HEADERS, stream, &frames::post());
    connection.send(head).await;
    connection
        .send(frames::frame(DATA, END_STREAM, stream, body.as_bytes()))
        .await;
    let mut answer = Vec::new();
    loop {
        let next = connection.next(Duration::from_secs(20)).await;
        let next = next.expect("the connection ended");
        if next.kind == DATA && next.stream == stream {
            answer.extend(next.payload);
            if next.flags & END_STREAM != 0 {
                return String::from_utf8(answer).unwrap();
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_that_speaks_http2_is_told_to_come_by_another_connection() {
    let (folder, server) = (Folder::new(), database(Contents::Demo).await);
    let url = url_of(&server).await;
    let settings = [
        ("DATABASE_URL", url.as_str()),
        ("LILIUM_DRAIN_SECONDS", "3"),
    ];
    let program = Serving::start(&folder, &[], &settings);
    let mut kept = Frames::to(&program.address, &[]).await;
    assert!(ask_by_http2(&mut kept, 1).await.contains("title"));
    let process = program.process();
    rustix::process::kill_process(process, rustix::process::Signal::TERM).unwrap();
    // What was asked before it was heard is answered.
    assert!(ask_by_http2(&mut kept, 3).await.contains("title"));
    assert_eq!(kept.goodbye(Duration::from_secs(10)).await, Some(0));
    // And who comes anew is answered, too.
    let mut new = Frames::to(&program.address, &[]).await;
    assert!(ask_by_http2(&mut new, 1).await.contains("title"));
    assert_eq!(new.goodbye(Duration::from_secs(10)).await, Some(0));
    tokio::task::block_in_place(|| program.end(|| ())).well();
}
