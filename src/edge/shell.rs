//! What lies around all paths: a request's id, the bounds of its headers, a panic that takes nothing along, and what every answer
//! says about itself.

use std::{any::Any, panic::AssertUnwindSafe};

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header::HOST, uri::Authority},
    middleware::Next,
    response::Response,
};
use futures_util::FutureExt;

use super::{compression, graphql, headers, panics, request_id::RequestId};

/// Headers of a request.
const MOST_HEADERS: usize = 100;

/// What a request's headers may have together, in bytes.
const MOST_HEADER_BYTES: usize = 32 * 1024;

/// What lies around all paths of one program.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shell {
    /// Whether clients come by https.
    pub by_tls: bool,
}

/// Answers a request, whatever happens.
pub(super) async fn wrap(State(shell): State<Shell>, mut request: Request, next: Next) -> Response {
    let id = RequestId::of(request.headers());
    let mut response = if is_bounded(request.headers()) {
        id.write_to(request.headers_mut());
        name_host(&mut request);
        compression::settle(request.headers_mut());
        let work = AssertUnwindSafe(next.run(request)).catch_unwind();
        work.await.unwrap_or_else(|panic| panicked(&*panic, &id))
    } else {
        graphql::headers_too_large(&id)
    };
    if response.status() != StatusCode::SWITCHING_PROTOCOLS {
        headers::complete(response.headers_mut(), shell.by_tls);
    }
    response
}

/// Whether headers are few and short. hyper bounds them, too, together with the address, which may be longer.
fn is_bounded(headers: &HeaderMap) -> bool {
    let bytes = |headers: &HeaderMap| -> usize {
        headers
            .iter()
            .map(|(name, value)| name.as_str().len() + value.len())
            .sum()
    };
    headers.len() <= MOST_HEADERS && bytes(headers) <= MOST_HEADER_BYTES
}

/// HTTP/2 names the host beside the path; what reads it looks for the header of HTTP/1.
fn name_host(request: &mut Request) {
    let authority = request.uri().authority().map(Authority::as_str);
    let host = authority.and_then(|it| HeaderValue::from_str(it).ok());
    if let (Some(host), false) = (host, request.headers().contains_key(HOST)) {
        request.headers_mut().insert(HOST, host);
    }
}

/// Tells the log why, and nobody else.
fn panicked(panic: &(dyn Any + Send), id: &RequestId) -> Response {
    let cause = panics::message(panic);
    tracing::error!(cause, request_id = %id, "a request panicked");
    graphql::failed(id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::{Body, to_bytes};
    use axum::middleware::from_fn_with_state;
    use axum::{Router, routing::get};
    use serde_json::Value;
    use tower::ServiceExt;

    async fn panics() -> &'static str {
        panic!("a secret of ours");
    }

    async fn send(path: &str, id: &str) -> (Response, Value) {
        let shell = Shell { by_tls: false };
        let router: Router = Router::new()
            .route("/", get(|| async { "here" }))
            .route("/panics", get(panics))
            .layer(compression::layer())
            .layer(from_fn_with_state(shell, wrap));
        let request = axum::http::Request::get(path).header("x-request-id", id);
        let request = request.body(Body::empty()).unwrap();
        let (parts, body) = router.oneshot(request).await.unwrap().into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap();
        let json = serde_json::from_slice(&body).unwrap_or_default();
        (Response::from_parts(parts, Body::empty()), json)
    }

    #[tokio::test]
    async fn a_panic_is_one_masked_error_with_the_request_s_id() {
        let (answer, body) = send("/panics", "request-7").await;
        assert_eq!(answer.status(), 500);
        assert_eq!(answer.headers()["x-request-id"], "request-7");
        assert_eq!(answer.headers()["x-content-type-options"], "nosniff");
        let kind = answer.headers()["content-type"].to_str().unwrap();
        assert!(kind.starts_with("application/json"), "{kind}");
        let error = &body["errors"][0];
        assert_eq!(error["extensions"]["code"], "INTERNAL_SERVER_ERROR");
        assert_eq!(error["extensions"]["requestId"], "request-7");
        assert!(!body.to_string().contains("secret"));
        // And the program lives.
        assert_eq!(send("/", "request-8").await.0.status(), 200);
    }

    #[test]
    fn the_host_is_known_by_every_version_of_http() {
        let host = |uri: &str, header: Option<&str>| {
            let mut request = axum::http::Request::get(uri);
            if let Some(header) = header {
                request = request.header(HOST, header);
            }
            let mut request = request.body(Body::empty()).unwrap();
            name_host(&mut request);
            let hosts = request.headers().get_all(HOST).iter();
            hosts.map(|it| it.to_str().unwrap().to_owned()).collect()
        };
        let hosts: [Vec<String>; 3] = [
            host("http://api.example:8000/graphql", None),
            host("http://other.example/", Some("api.example")),
            host("/graphql", None),
        ];
        assert_eq!(hosts[0], ["api.example:8000"]);
        assert_eq!(hosts[1], ["api.example"]);
        assert_eq!(hosts[2], [""; 0]);
    }
}
