//! A program as strangers find it, in production, and a client beside the attack who only wants an answer.

use crate::programs::{Folder, Serving, proved, url_of};
use crate::support::{Contents, TOKEN_KEYS, database};
use lilium::platform::db::Server;
use reqwest::header::HeaderMap;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// The longest that anybody waits for an answer, on two cores that are busy with other tests as well; of a build for tests, which is
/// a dozen times slower, more.
pub fn quick() -> Duration {
    Duration::from_secs(if proved().is_some() { 3 } else { 10 })
}

/// The longest answer to anything that is refused, in bytes.
pub const SHORT: usize = 40_000;

/// The program under attack.
pub struct Besieged {
    serving: Serving,
    /// Its database.
    pub server: Server,
    http: reqwest::Client,
    _folder: Folder,
}

/// What was answered.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
    pub took: Duration,
}

impl Reply {
    /// The body as JSON; `null` when it is none.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or(Value::Null)
    }

    /// The codes of its errors.
    pub fn codes(&self) -> Vec<String> {
        let body = self.json();
        let errors = body["errors"].as_array().cloned().unwrap_or_default();
        let code = |error: &Value| error["extensions"]["code"].as_str().map(str::to_owned);
        errors.iter().filter_map(code).collect()
    }

    /// Fails the test unless it came in time and is short, and the fault is not ours.
    pub fn is_bounded(&self, attack: &str) {
        let (took, long) = (self.took, self.text.len());
        assert!(took < quick(), "{attack}: {took:?}");
        assert!(long < SHORT, "{attack}: {long} bytes");
        assert!(self.status != 500, "{attack}: {}", self.text);
        assert!(
            !self.codes().contains(&"INTERNAL_SERVER_ERROR".to_owned()),
            "{attack}: {}",
            self.text
        );
    }
}

impl Besieged {
    /// One in production, with these settings besides.
    pub async fn start(settings: &[(&str, &str)]) -> Self {
        let (folder, server) = (Folder::new(), database(Contents::Demo).await);
        let url = url_of(&server).await;
        let production = [
            ("DATABASE_URL", &*url),
            ("LILIUM_PROFILE", "production"),
            ("PUBLIC_URL", "https://api.example.com"),
            ("LILIUM_TOKEN_KEYS", TOKEN_KEYS),
        ];
        let all = [&production[..], settings].concat();
        let besieged = Self {
            serving: Serving::start(&folder, &[], &all),
            server,
            http: crate::support::http::client(),
            _folder: folder,
        };
        // What is done once is done.
        besieged.healthy().await;
        besieged
    }

    pub fn address(&self) -> &str {
        &self.serving.address
    }

    /// What it has logged.
    pub fn log(&self) -> String {
        self.serving.log()
    }

    /// A request for the endpoint.
    pub fn post(&self) -> reqwest::RequestBuilder {
        self.http.post(format!("{}/graphql", self.address()))
    }

    /// A client for other requests.
    pub fn http(&self) -> &reqwest::Client {
        &self.http
    }

    /// Sends a request.
    pub async fn send(&self, request: reqwest::RequestBuilder) -> Reply {
        let begin = Instant::now();
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body = response.bytes().await.unwrap();
        Reply {
            status,
            headers,
            text: String::from_utf8(body.to_vec()).unwrap(),
            took: begin.elapsed(),
        }
    }

    /// Sends a body as JSON, whatever it is.
    pub async fn send_body(&self, body: impl Into<reqwest::Body>) -> Reply {
        let request = self.post().header("content-type", "application/json");
        self.send(request.body(body)).await
    }

    /// Sends an operation.
    pub async fn ask(&self, query: &str, variables: Value) -> Reply {
        let body = json!({ "query": query, "variables": variables });
        self.send(self.post().json(&body)).await
    }

    /// Sends an operation of whoever has this token.
    pub async fn ask_as(&self, token: &str, query: &str) -> Reply {
        let body = json!({ "query": query });
        self.send(self.post().bearer_auth(token).json(&body)).await
    }

    /// Fails the test unless an ordinary request is answered in time.
    pub async fn healthy(&self) -> Duration {
        let page = "{ shop { name } products(first: 5) { nodes { title } } }";
        let reply = self.ask(page, json!({})).await;
        assert_eq!(
            reply.json()["data"]["shop"]["name"],
            "Lilium",
            "{}",
            reply.text
        );
        reply.took
    }

    /// Does what an attacker does, while somebody else asks now and then and must not have to wait.
    pub async fn stands<T>(&self, attack: impl Future<Output = T>) -> T {
        let mut attack = std::pin::pin!(attack);
        let (mut slowest, mut count) = (Duration::ZERO, 0);
        let result = loop {
            let asked = async {
                tokio::time::sleep(Duration::from_millis(30)).await;
                self.healthy().await
            };
            tokio::select! {
                result = &mut attack => break result,
                took = asked => {
                    slowest = slowest.max(took);
                    count += 1;
                }
            }
        };
        slowest = slowest.max(self.healthy().await);
        println!("{count} answers beside it, the slowest after {slowest:?}");
        assert!(slowest < quick(), "{slowest:?}");
        result
    }

    /// The most memory that it has had, in MB.
    pub fn peak_memory(&self) -> u64 {
        let status = format!("/proc/{}/status", self.serving.process().as_raw_nonzero());
        let status = std::fs::read_to_string(status).unwrap();
        let line = status.lines().find(|line| line.starts_with("VmHWM:"));
        let kilobytes = line.unwrap().split_whitespace().nth(1).unwrap();
        kilobytes.parse::<u64>().unwrap() / 1024
    }

    /// Fails the test when an operation has panicked.
    pub fn is_whole(&self) {
        let log = self.log();
        assert!(!log.contains("panicked"), "{log}");
    }
}
