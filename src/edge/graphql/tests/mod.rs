//! Requests through the whole endpoint: without a connection where one answer is all, by real ones else.

mod answers;
mod closing;
mod documented;
mod events;
mod limits;
mod live;
mod nulls;
mod parameters;
mod persisted;
mod requests;
mod shop;
mod sockets;

use std::time::Duration;

use axum::{
    body::{Body, to_bytes},
    http::{HeaderMap, HeaderValue, Request, StatusCode, header},
};
use serde_json::{Value as Json, json};

use self::shop::Shop;
use super::{Documents, Gate, LiveSettings, Origins, Settings, Streams, Trusted, handle};

const GRAPHQL: &str = "application/graphql-response+json";
const JSON: &str = "application/json";

/// What came back.
struct Reply {
    status: StatusCode,
    headers: HeaderMap,
    length: usize,
    body: Json,
}

impl Reply {
    fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|it| it.to_str().ok())
            .unwrap_or_default()
    }

    /// The code of the first error.
    fn code(&self) -> &str {
        let code = self.body.pointer("/errors/0/extensions/code");
        code.and_then(Json::as_str).unwrap_or_default()
    }

    fn message(&self) -> &str {
        let message = self.body.pointer("/errors/0/message");
        message.and_then(Json::as_str).unwrap_or_default()
    }

    /// The part of the body that a JSON pointer names.
    fn at(&self, pointer: &str) -> &Json {
        self.body.pointer(pointer).unwrap_or(&Json::Null)
    }

    fn has_data(&self) -> bool {
        self.body.get("data").is_some()
    }
}

/// Bounds as they are served, with deadlines that a test can wait for.
fn settings() -> Settings {
    Settings {
        body_deadline: Duration::from_millis(50),
        execution_deadline: Duration::from_millis(50),
        ..Settings::default()
    }
}

fn gate() -> Gate {
    Gate {
        origins: Origins::default(),
        streams: Streams::at_most(10),
        documents: Documents::new(Trusted::default(), false, None, 1),
    }
}

async fn send(request: Request<Body>) -> Reply {
    send_to(&gate(), request).await
}

async fn send_to(gate: &Gate, request: Request<Body>) -> Reply {
    let response = handle(&Shop::with(settings()), gate, request).await;
    let (parts, body) = response.into_parts();
    let bytes = to_bytes(body, usize::MAX).await.unwrap_or_default();
    Reply {
        status: parts.status,
        headers: parts.headers,
        length: bytes.len(),
        body: serde_json::from_slice(&bytes).unwrap_or_default(),
    }
}

/// A request with these headers; one without a value is left out.
fn request(
    method: &str,
    uri: &str,
    headers: &[(header::HeaderName, &str)],
    body: Body,
) -> Request<Body> {
    let mut request = Request::new(body);
    *request.method_mut() = method.parse().unwrap_or_default();
    *request.uri_mut() = uri.parse().unwrap_or_default();
    for (name, value) in headers {
        if let Ok(value) = HeaderValue::from_str(value) {
            request.headers_mut().insert(name, value);
        }
    }
    request
}

async fn post_bytes(accept: &str, body: impl Into<Body>) -> Reply {
    let headers = [(header::ACCEPT, accept), (header::CONTENT_TYPE, JSON)];
    send(request("POST", "/graphql", &headers, body.into())).await
}

async fn post(accept: &str, body: Json) -> Reply {
    post_bytes(accept, body.to_string()).await
}

/// Executes `query` for a client of the newer media type.
async fn query(query: &str) -> Reply {
    post(GRAPHQL, json!({ "query": query })).await
}

async fn get(accept: &str, parameters: &[(&str, &str)]) -> Reply {
    let parameters = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(parameters)
        .finish();
    let uri = format!("/graphql?{parameters}");
    send(request(
        "GET",
        &uri,
        &[(header::ACCEPT, accept)],
        Body::empty(),
    ))
    .await
}
