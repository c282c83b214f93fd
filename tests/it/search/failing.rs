//! A server that fails at one document of one language, seen through a whole feed: all others come through.

use super::engines::remote;
use super::street::{POISON, poison_one};
use crate::support::http::client;
use crate::support::{Contents, Shop};
use axum::Router;
use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use lilium::domains::listing::refresh::refresh;
use lilium::platform::db::Database;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use uuid::Uuid;

/// Tasks from this number on are not the server's: they have failed.
const FAILED: usize = 1_000_000_000;

/// Stands before a server, and takes what it would fail at.
#[derive(Clone)]
struct Before {
    server: Arc<str>,
    failed: Arc<AtomicUsize>,
}

impl Before {
    /// Its address.
    async fn start(server: &str) -> (Self, String) {
        let before = Self {
            server: server.into(),
            failed: Arc::default(),
        };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let routes = Router::new().fallback(pass).with_state(before.clone());
        tokio::spawn(async { axum::serve(listener, routes).await.unwrap() });
        (before, url)
    }
}

fn task(number: usize, failed: bool) -> Value {
    let error = json!({ "message": "a fault of its own", "code": "internal", "type": "internal", "link": "" });
    json!({ "uid": number, "taskUid": number, "indexUid": "it", "status": if failed { "failed" } else { "enqueued" },
        "type": "documentAdditionOrUpdate", "canceledBy": null, "details": { "receivedDocuments": 1, "indexedDocuments": 0 },
        "error": if failed { error } else { Value::Null }, "duration": "PT0.1S", "enqueuedAt": "2026-01-01T00:00:00Z",
        "startedAt": "2026-01-01T00:00:00Z", "finishedAt": "2026-01-01T00:00:00Z" })
}

async fn pass(State(before): State<Before>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let path = head.uri.path_and_query().unwrap().as_str();
    let body: Bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    let number = path.strip_prefix("/tasks/").and_then(|it| it.parse().ok());
    if let Some(number) = number.filter(|number| *number >= FAILED) {
        return task(number, true).to_string().into_response();
    }
    let arabic = path.split('/').nth(2).is_some_and(|it| it.ends_with("_ar"));
    if arabic && String::from_utf8_lossy(&body).contains(POISON) {
        let number = FAILED + before.failed.fetch_add(1, Ordering::Relaxed);
        let enqueued = task(number, false).to_string();
        return (StatusCode::ACCEPTED, enqueued).into_response();
    }
    let url = format!("{}{path}", before.server);
    let mut asked = client().request(head.method, url).body(body);
    for name in ["authorization", "content-type"] {
        if let Some(value) = head.headers.get(name) {
            asked = asked.header(name, value);
        }
    }
    let answer = asked.send().await.unwrap();
    let status = answer.status();
    (status, answer.bytes().await.unwrap()).into_response()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_that_the_server_fails_at_holds_up_no_other() {
    let Some(remote) = remote("a server that fails at a document") else {
        return;
    };
    let (before, url) = Before::start(remote.url()).await;
    let remote = remote.at(url);
    let shop = Shop::with(Contents::Demo, &remote.settings()).await;
    remote.fed(&shop.server).await;
    let sql = shop.sql().await;
    let (products, poisoned) = poison_one(&shop).await;
    remote.fed(&shop.server).await;

    // Three times it may have been anything; then the one was looked for.
    assert!(before.failed.load(Ordering::Relaxed) > 3);
    let letters = "SELECT index_name, product_id, reason FROM search_dead_letters";
    let rows = sql.query(letters, &[]).await.unwrap();
    let [row] = &rows[..] else {
        panic!("{rows:?}");
    };
    assert_eq!(
        row.get::<_, String>(0),
        format!("{}_ar", remote.prefix()),
        "the English document was taken"
    );
    assert_eq!(row.get::<_, Uuid>(1), poisoned);
    assert!(row.get::<_, String>(2).contains("a fault of its own"));
    let client = remote.client();
    for language in ["en", "ar"] {
        let index = client.index(format!("{}_{language}", remote.prefix()));
        let found = index.of_ids(&products).await.unwrap();
        let told = |document: &&serde_json::Map<String, Value>| {
            serde_json::to_string(document)
                .unwrap()
                .contains("A quite usual thing")
        };
        assert_eq!(found.iter().filter(told).count(), 29, "{language}");
    }

    // When the title is another one, it is taken by the next event.
    let begin = Instant::now();
    let mend = "UPDATE products SET title = 'A quite usual thing' WHERE id = $1";
    sql.execute(mend, &[&poisoned]).await.unwrap();
    let database = Database::connect(&shop.server, 1).unwrap();
    let mut conn = database.get().await.unwrap();
    refresh(&mut conn, &[poisoned]).await.unwrap();
    remote.fed(&shop.server).await;
    while !sql.query(letters, &[]).await.unwrap().is_empty() {
        assert!(begin.elapsed() < Duration::from_secs(30));
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}
