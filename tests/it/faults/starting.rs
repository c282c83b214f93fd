//! Programs that start at the same moment on an empty database, and clients that come before anything is there.

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
const EARLY: [&str; 3] = ["SHOP_NOT_READY", "SERVICE_UNAVAILABLE", "NOT_FOUND"];

/// How long somebody waits for a program that has begun to listen, and is filling its shop.
const PATIENCE: Duration = Duration::from_secs(60);

/// A port that nobody has.
async fn port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    listener.local_addr().unwrap().port()
}

/// Asks at a port from the first moment on, until it is over; how often what was said.
fn ask_early(port: u16, over: Arc<AtomicBool>) -> JoinHandle<BTreeMap<String, usize>> {
    let queries = [
        "{ shop { name } }",
        "{ products(first: 3) { nodes { title variants(first: 2) { nodes { id } } } } }",
        "mutation { cartCreate { cart { id totalQuantity } userErrors { code } } }",
        "mutation { accountSignIn(email: \"ada@example.com\", password: \"not-hers\") { userErrors { code } } }",
        "{ search(query: \"mug\", first: 3) { nodes { __typename } } }",
    ];
    tokio::spawn(async move {
        let (http, mut said) = (crate::support::http::client(), BTreeMap::new());
        let mut at = 0;
        while !over.load(Ordering::Relaxed) {
            let query = queries[at % queries.len()];
            at += 1;
            let request = http.post(format!("http://127.0.0.1:{port}/graphql"));
            let request = request.json(&json!({ "query": query })).timeout(PATIENCE);
            let came = match request.send().await {
                Ok(answer) => code(&answer.json().await.unwrap()),
                Err(error) => {
                    assert!(!error.is_timeout(), "{error}");
                    "nobody".to_owned()
                }
            };
            *said.entry(came).or_default() += 1;
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        said
    })
}

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
    let asking = ports.map(|port| ask_early(port, Arc::clone(&over)));
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
