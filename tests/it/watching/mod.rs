//! What an operator sees: the numbers at `/metrics`, traces, and logs that hold no secret.

mod logs;
mod names;
mod numbers;
pub mod scrape;
mod traces;

use crate::programs::{Folder, Serving, url_of};
use crate::support::{Contents, database};
use lilium::platform::db::Server;
use serde_json::{Value, json};

/// A program of its own on a demo shop, whose numbers are nobody else's.
struct Watched {
    serving: Serving,
    server: Server,
    http: reqwest::Client,
    _folder: Folder,
}

impl Watched {
    async fn serve(settings: &[(&str, &str)]) -> Self {
        let (folder, server) = (Folder::new(), database(Contents::Demo).await);
        let url = url_of(&server).await;
        let mut all = vec![("DATABASE_URL", url.as_str())];
        all.extend(settings);
        Self {
            serving: Serving::start(&folder, &[], &all),
            server,
            http: crate::support::http::client(),
            _folder: folder,
        }
    }

    async fn ask(&self, query: &str, variables: Value, headers: &[(&str, &str)]) -> Value {
        let mut request = self
            .http
            .post(format!("{}/graphql", self.serving.address))
            .header("accept", "application/json");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let body = json!({ "query": query, "variables": variables });
        let answer = request.json(&body).send().await.unwrap();
        answer.json().await.unwrap()
    }

    async fn get(&self, path: &str) -> reqwest::Response {
        let url = format!("{}{path}", self.serving.address);
        self.http.get(url).send().await.unwrap()
    }
}
