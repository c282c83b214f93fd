//! Whether the program lives, and whether it can serve.

use super::server::{Hours, Sign};
use crate::domains::shop::Directory;
use crate::platform::cache::Cache;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

/// What readiness is asked of.
#[derive(Clone)]
pub struct Health {
    directory: Directory,
    cache: Arc<Cache>,
    sign: Sign,
}

/// A dependency that does not answer within this time is not ready.
const PATIENCE: Duration = Duration::from_secs(2);

impl Health {
    /// From what the program depends on, and the sign at its door.
    #[must_use]
    pub fn new(directory: Directory, cache: Cache, sign: Sign) -> Self {
        Self {
            directory,
            cache: Arc::new(cache),
            sign,
        }
    }

    /// `/healthz`: the process answers.
    pub(super) async fn live() -> Response {
        answer(StatusCode::OK, &json!({ "status": "ok" }))
    }

    /// `/readyz`: each dependency by name; 503 unless those it cannot do without are there, and as soon as the program was told to
    /// end, so that whoever stands in front of it sends nobody any more.
    pub(super) async fn ready(self) -> Response {
        if self.sign.shows() > Hours::Open {
            return answer(
                StatusCode::SERVICE_UNAVAILABLE,
                &json!({ "status": "leaving" }),
            );
        }
        let (database, cache) = tokio::join!(
            tokio::time::timeout(PATIENCE, self.directory.facts()),
            tokio::time::timeout(PATIENCE, self.cache.ping()),
        );
        let database = match database {
            Ok(Ok(_)) => "ok",
            Ok(Err(error)) => match *error {
                crate::domains::shop::ShopError::NoShop => "no shop yet: run `lilium seed`",
                crate::domains::shop::ShopError::Database(_) => "unreachable",
            },
            Err(_) => "slow",
        };
        let cached = matches!(cache, Ok(Ok(())));
        let status = if database == "ok" {
            StatusCode::OK
        } else {
            StatusCode::SERVICE_UNAVAILABLE
        };
        let body = json!({
            "status": if database != "ok" { "unavailable" } else if cached { "ok" } else { "degraded" },
            "database": database,
            "cache": { "kind": self.cache.kind(), "state": if cached { "ok" } else { "unreachable" } },
        });
        answer(status, &body)
    }
}

fn answer(status: StatusCode, body: &Value) -> Response {
    (
        status,
        [
            (CONTENT_TYPE, "application/json"),
            (CACHE_CONTROL, "no-store"),
        ],
        body.to_string(),
    )
        .into_response()
}
