//! A server that takes documents and then fails at some of them: these are found, and the others are there.

use crate::support::{Shop, config};
use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use lilium::domains::search::Meilisearch;
use lilium::domains::search::meilisearch::{Document, Halted, documents};
use lilium::graphql::codes::LanguageCode;
use lilium::platform::db::Database;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use uuid::Uuid;

/// What a server has been sent.
#[derive(Default)]
struct Server {
    /// At which documents it fails; at all of them when there is none.
    poison: Vec<Uuid>,
    /// Of each task, whether it failed.
    tasks: Vec<bool>,
    /// The documents that it has.
    has: Vec<String>,
}

type Shared = Arc<Mutex<Server>>;

async fn take(State(server): State<Shared>, sent: String) -> (StatusCode, String) {
    let sent: Vec<Value> = serde_json::from_str(&sent).unwrap();
    let mut server = server.lock().unwrap();
    let ids: Vec<String> = sent
        .iter()
        .map(|it| it["id"].as_str().unwrap().to_owned())
        .collect();
    let fails =
        server.poison.is_empty() || server.poison.iter().any(|it| ids.contains(&it.to_string()));
    if !fails {
        server.has.extend(ids);
    }
    server.tasks.push(fails);
    let task = json!({ "taskUid": server.tasks.len() - 1, "indexUid": "it_en", "status": "enqueued",
        "type": "documentAdditionOrUpdate", "enqueuedAt": "2026-01-01T00:00:00Z" });
    (StatusCode::ACCEPTED, task.to_string())
}

async fn task(State(server): State<Shared>, Path(task): Path<usize>) -> String {
    let fails = server.lock().unwrap().tasks[task];
    let error = json!({ "message": "a fault of its own", "code": "internal", "type": "internal", "link": "" });
    let told = json!({ "uid": task, "indexUid": "it_en", "status": if fails { "failed" } else { "succeeded" },
        "type": "documentAdditionOrUpdate", "canceledBy": null, "details": { "receivedDocuments": 1, "indexedDocuments": 0 },
        "error": if fails { error } else { Value::Null }, "duration": "PT0.1S", "enqueuedAt": "2026-01-01T00:00:00Z",
        "startedAt": "2026-01-01T00:00:00Z", "finishedAt": "2026-01-01T00:00:00Z" });
    told.to_string()
}

/// A server that fails at these, how it is asked, and documents for it.
async fn failing(at: &[usize]) -> (Shared, Arc<Meilisearch>, Vec<Document>) {
    let shop = Shop::open().await;
    let rows = "SELECT DISTINCT product_id FROM listings ORDER BY 1 LIMIT 40";
    let rows = shop.sql().await.query(rows, &[]).await.unwrap();
    let products: Vec<Uuid> = rows.iter().map(|row| row.get(0)).collect();
    let database = Database::connect(&shop.server, 1).unwrap();
    let mut conn = database.get().await.unwrap();
    let documents = documents(&mut conn, LanguageCode::En, &products)
        .await
        .unwrap();
    assert_eq!(documents.len(), 40);
    let server = Shared::default();
    server.lock().unwrap().poison = at.iter().map(|place| documents[*place].id).collect();
    let routes = Router::new()
        .route("/indexes/it_en/documents", post(take))
        .route("/tasks/{task}", get(task))
        .with_state(Arc::clone(&server));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async { axum::serve(listener, routes).await.unwrap() });
    let config = config(&[
        ("MEILISEARCH_URL", url.as_str()),
        ("LILIUM_SEARCH_PREFIX", "it"),
    ]);
    (
        server,
        Arc::new(Meilisearch::of(&config).unwrap().unwrap()),
        documents,
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn documents_that_a_server_fails_at_are_found_among_others() {
    let (server, client, documents) = failing(&[3, 20, 21]).await;
    let index = client.index("it_en".to_owned());
    // At first it may be anything: nothing is put aside.
    let halted = index.put(&documents, false).await;
    assert!(matches!(halted, Err(Halted::Failed(why)) if why.contains("a fault of its own")));
    let mut refused: Vec<Uuid> = index
        .put(&documents, true)
        .await
        .unwrap()
        .into_iter()
        .map(|(id, _)| id)
        .collect();
    refused.sort_unstable();
    assert_eq!(
        refused,
        [documents[3].id, documents[20].id, documents[21].id]
    );
    assert_eq!(server.lock().unwrap().has.len(), 37);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_that_a_server_fails_at_may_stand_beside_each_other() {
    let poison: Vec<usize> = (0..12).collect();
    let (server, client, documents) = failing(&poison).await;
    let index = client.index("it_en".to_owned());
    let refused = index.put(&documents, true).await.unwrap();
    assert_eq!(refused.len(), 12);
    assert_eq!(server.lock().unwrap().has.len(), 28);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_fails_at_everything_refuses_nothing() {
    let (server, client, documents) = failing(&[]).await;
    let index = client.index("it_en".to_owned());
    let halted = index.put(&documents, true).await;
    assert!(matches!(halted, Err(Halted::Failed(_))));
    // It is not asked for each of them.
    let asked = server.lock().unwrap().tasks.len();
    assert!(asked < 40, "{asked}");
}
