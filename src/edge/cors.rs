//! Pages of other origins: which may read answers, and what they may send (CORS).
//!
//! Origins are exact, and the same that may open sockets ([`Origins`]). To all others nothing is said about CORS, so that their
//! browser keeps the answer from them; the request itself is answered as to any program. That is safe: operations come as
//! `application/json`, which a browser sends for a page of another origin only after a preflight, and what comes by GET changes
//! nothing. What a browser adds by itself, cookies, counts only beside a header that needs a preflight, too.

use axum::{
    extract::{Request, State},
    http::{
        HeaderMap, HeaderName, HeaderValue, Method, StatusCode,
        header::{
            ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS,
            ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
            ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_METHOD,
            CONTENT_LENGTH, ORIGIN, VARY,
        },
    },
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::graphql::Origins;

/// What pages may send: what the endpoint reads, and what GraphQL clients add by themselves.
const SENT: HeaderValue = HeaderValue::from_static(
    "accept, accept-language, apollo-require-preflight, apollographql-client-name, apollographql-client-version, authorization, \
     baggage, cache-control, content-language, content-type, idempotency-key, last-event-id, sentry-trace, traceparent, tracestate, \
     x-apollo-cache-do-not-store, x-apollo-cache-key, x-apollo-operation-id, x-apollo-operation-name, x-graphql-client-name, \
     x-graphql-client-version, x-lilium-csrf, x-lilium-session, x-lilium-storefront-token, x-request-id, x-sdk-variant, \
     x-sdk-variant-source, x-sdk-version, x-shopify-storefront-access-token",
);

/// What pages may read beside what they always may.
const READ: HeaderValue =
    HeaderValue::from_static("etag, ratelimit, ratelimit-policy, retry-after, x-request-id");

const METHODS: HeaderValue = HeaderValue::from_static("GET, POST, OPTIONS");

/// How long a browser remembers what a preflight said, in seconds; none remembers it for longer.
const REMEMBERED: HeaderValue = HeaderValue::from_static("7200");

/// The rules of an endpoint.
#[derive(Debug, Clone)]
pub(super) struct Cors {
    /// Pages that may read answers.
    pub origins: Origins,
    /// Whether their browsers may send cookies along.
    pub credentials: bool,
}

/// Answers preflights, and says on answers which page may read them.
pub(super) async fn apply(State(cors): State<Cors>, request: Request, next: Next) -> Response {
    let page = cors.page(request.headers());
    let preflight = is_preflight(&request);
    let mut response = if preflight {
        preflight_answer(page.is_some())
    } else {
        next.run(request).await
    };
    let headers = response.headers_mut();
    // On all answers: a cache must not give one page what it was given for another.
    headers.append(VARY, HeaderValue::from_static("Origin"));
    if let Some(page) = page {
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, page);
        if cors.credentials {
            headers.insert(
                ACCESS_CONTROL_ALLOW_CREDENTIALS,
                HeaderValue::from_static("true"),
            );
        }
        if !preflight {
            headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, READ);
        }
    }
    response
}

impl Cors {
    /// The page that asks, when it may read the answer.
    fn page(&self, headers: &HeaderMap) -> Option<HeaderValue> {
        let origin = headers.get(ORIGIN)?;
        self.origins.admit(headers).then(|| origin.clone())
    }
}

/// Whether a browser asks what a page may send. Any other OPTIONS is a method as any other.
fn is_preflight(request: &Request) -> bool {
    let has = |name: HeaderName| request.headers().contains_key(name);
    request.method() == Method::OPTIONS && has(ORIGIN) && has(ACCESS_CONTROL_REQUEST_METHOD)
}

fn preflight_answer(admitted: bool) -> Response {
    let nothing = (CONTENT_LENGTH, HeaderValue::from_static("0"));
    if !admitted {
        return (StatusCode::NO_CONTENT, [nothing]).into_response();
    }
    let allowed = [
        (ACCESS_CONTROL_ALLOW_METHODS, METHODS),
        (ACCESS_CONTROL_ALLOW_HEADERS, SENT),
        (ACCESS_CONTROL_MAX_AGE, REMEMBERED),
    ];
    (StatusCode::NO_CONTENT, allowed).into_response()
}
