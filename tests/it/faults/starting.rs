//! Programs that start at the same moment on an empty database, and clients that come before anything is there.

use crate::buying::counter::Counter;
use crate::buying::{cash, key};
use crate::programs::{Folder, Said, Serving, lilium, url_of};
use crate::support::{Contents, TOKEN_KEYS, database, whole_in};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::task::{JoinHandle, block_in_place};

/// What may be said to somebody who comes too early.
const EARLY: [&str; 2] = ["SHOP_NOT_READY", "SERVICE_UNAVAILABLE"];

/// How long somebody waits for a program that has begun to listen, and is filling its shop.
const PATIENCE: Duration = Duration::from_secs(60);

/// A port that nobody has.
async fn port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    listener.local_addr().unwrap().port()
}

/// Somebody who has come too early, and what they were told, how often.
struct Early {
    http: reqwest::Client,
    url: String,
    said: BTreeMap<String, usize>,
}

impl Early {
    /// Asks at a port from the first moment on, until it is over; once there is something to buy, buys it a few times.
    fn come(port: u16, over: Arc<AtomicBool>) -> JoinHandle<BTreeMap<String, usize>> {
        let mut early = Self {
            http: crate::support::http::client(),
            url: format!("http://127.0.0.1:{port}/graphql"),
            said: BTreeMap::new(),
        };
        tokio::spawn(async move {
            let mut bought = 0;
            while !over.load(Ordering::Relaxed) {
                for query in QUERIES {
                    let data = early.ask(query, json!({})).await;
                    let variant = data.pointer("/products/nodes/0/variants/nodes/0/id");
                    if let Some(variant) = variant.filter(|_| bought < 3) {
                        bought += usize::from(early.buy(variant).await);
                    }
                    tokio::time::sleep(Duration::from_millis(25)).await;
                }
            }
            early.said
        })
    }

    /// What was answered; null when nothing was.
    async fn ask(&mut self, query: &str, variables: Value) -> Value {
        let request = self.http.post(&self.url);
        let body = json!({ "query": query, "variables": variables });
        let (came, data) = match request.json(&body).timeout(PATIENCE).send().await {
            Ok(answer) => {
                let mut answer: Value = answer.json().await.unwrap();
                (code(&answer), answer["data"].take())
            }
            Err(error) => {
                assert!(!error.is_timeout(), "{error}");
                ("nobody".to_owned(), Value::Null)
            }
        };
        *self.said.entry(came).or_default() += 1;
        data
    }

    async fn buy(&mut self, variant: &Value) -> bool {
        let query = "mutation($input: CartInput) { cartCreate(input: $input) { cart { id } userErrors { code } } }";
        let input = json!({ "input": { "lines": [{ "merchandiseId": variant, "quantity": 1 }] } });
        let data = self.ask(query, input).await;
        let Some(cart) = data.pointer("/cartCreate/cart/id").and_then(Value::as_str) else {
            return false;
        };
        let variables = json!({ "input": cash(cart) });
        let query = Counter::checkout(Some(&key()));
        let data = self.ask(&query, variables).await;
        data.pointer("/done/order/id").is_some()
    }
}

/// What they ask for.
const QUERIES: [&str; 5] = [
    "{ shop { name } }",
    "{ products(first: 3) { nodes { title variants(first: 2) { nodes { id } } } } }",
    "mutation { cartCreate { cart { id totalQuantity } userErrors { code } } }",
    "{ viewer { email } }",
    "{ search(query: \"mug\", first: 3) { nodes { __typename } } }",
];

fn code(body: &Value) -> String {
    let code = body["errors"][0]["extensions"]["code"].as_str();
    code.unwrap_or("an answer").to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn programs_that_start_at_once_make_one_shop_and_tell_early_clients_to_wait() {
    let server = database(Contents::Bare).await;
    let (folder, url) = (Folder::with_pictures().await, url_of(&server).await);
    let ports = [port().await, port().await, port().await];
    let over = Arc::new(AtomicBool::new(false));
    let asking = ports.map(|port| Early::come(port, Arc::clone(&over)));
    let start = |port: u16, arguments: &[&str]| {
        let port = port.to_string();
        let settings = [
            ("DATABASE_URL", url.as_str()),
            ("LILIUM_TOKEN_KEYS", TOKEN_KEYS),
            ("LILIUM_LOG", "error"),
            ("PORT", port.as_str()),
        ];
        Serving::start(&folder, arguments, &settings)
    };
    // Two fill the shop, or find it filled; the third one serves whatever is there.
    let programs = block_in_place(|| {
        std::thread::scope(|scope| {
            let all = [
                scope.spawn(|| start(ports[0], &["--demo"])),
                scope.spawn(|| start(ports[1], &["--demo"])),
                scope.spawn(|| start(ports[2], &[])),
            ];
            all.map(|one| one.join().unwrap())
        })
    });
    tokio::time::sleep(Duration::from_millis(500)).await;
    over.store(true, Ordering::Relaxed);
    for asked in asking {
        let mut said = asked.await.unwrap();
        println!("{said:?}");
        assert!(said.remove("an answer").unwrap_or_default() > 0);
        said.remove("nobody");
        said.retain(|code, _| !EARLY.contains(&code.as_str()));
        let logs: Vec<String> = programs.iter().map(Serving::log).collect();
        assert_eq!(said, BTreeMap::new(), "{logs:#?}");
    }
    whole_in(&server).await;
    let settings = [
        ("DATABASE_URL", url.as_str()),
        ("LILIUM_TOKEN_KEYS", TOKEN_KEYS),
    ];
    block_in_place(|| Said::by(&mut lilium(&folder, &["doctor"], &settings))).well();
    programs.iter().for_each(super::is_calm);
}
