//! The answer: its status, its headers, and a body of bounded errors.

mod bounded;
mod lasting;
mod told;

pub(super) use self::told::Told;

use std::collections::BTreeMap;

use async_graphql::{Response as Executed, ServerError, Value};
use axum::{
    body::Body,
    http::{
        HeaderMap, HeaderName, HeaderValue, StatusCode,
        header::{
            ALLOW, CACHE_CONTROL, CONNECTION, CONTENT_TYPE, ETAG, REFERRER_POLICY, RETRY_AFTER,
            WWW_AUTHENTICATE, X_CONTENT_TYPE_OPTIONS,
        },
    },
    response::Response,
};
use bytes::Bytes;
use serde::Serialize;
use sha2::{Digest, Sha256};

use self::bounded::written;
use super::{RequestFacts, negotiation::MediaType, refusal::Refusal};
use crate::{
    edge::{
        conditional::{knows, weak_tag},
        guard::Limits,
        limits,
        request_id::RequestId,
    },
    graphql::error::{ErrorCode, request_error, with_code},
    platform::telemetry::metrics,
};

/// The most errors in one answer. How many more there were stands in `extensions.errorsOmitted`.
const MOST_ERRORS: usize = 20;

/// What public answers vary with.
pub(super) const VARIES: HeaderValue =
    HeaderValue::from_static("Accept, Accept-Encoding, Authorization, Cookie");

/// The longest message of an error, in characters: messages quote the document.
const LONGEST_MESSAGE: usize = 500;

/// An answer that is not written yet.
pub(super) struct Answer {
    media_type: MediaType,
    status: StatusCode,
    headers: HeaderMap,
    /// None for a request that was not executed.
    data: Option<Value>,
    errors: Vec<ServerError>,
    extensions: BTreeMap<String, Value>,
    /// Whether it may be kept by whoever passes it on.
    is_public: bool,
}

/// The body, errors first, so that whoever reads it sees them.
#[derive(Serialize)]
struct ResponseBody<'a> {
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    errors: &'a [ServerError],
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<&'a Value>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    extensions: &'a BTreeMap<String, Value>,
}

impl Answer {
    /// The answer to a request that is not executed.
    pub fn refused(refusal: Refusal, media_type: MediaType) -> Self {
        let Refusal {
            status,
            allow,
            error,
        } = refusal;
        let status = status.unwrap_or_else(|| request_error_status(&error, media_type));
        let mut answer = Self::new(status, media_type, None, vec![*error]);
        if let Some(methods) = allow {
            answer
                .headers
                .insert(ALLOW, HeaderValue::from_static(methods));
        }
        answer.ask_for_patience();
        if matches!(
            status,
            StatusCode::REQUEST_TIMEOUT | StatusCode::PAYLOAD_TOO_LARGE
        ) {
            // The rest of the body is not read, so nothing else can follow on this connection.
            answer
                .headers
                .insert(CONNECTION, HeaderValue::from_static("close"));
        }
        answer
    }

    /// The answer of the engine.
    pub fn executed(
        response: Executed,
        facts: &RequestFacts,
        limits: &Limits,
        media_type: MediaType,
    ) -> Self {
        let refused =
            response.data == Value::Null && response.errors.iter().all(|it| it.path.is_empty());
        let first_error = response.errors.first().filter(|_| refused);
        let status = match first_error {
            Some(error) => request_error_status(error, media_type),
            None if says_nothing(&response) => StatusCode::SERVICE_UNAVAILABLE,
            None => StatusCode::OK,
        };
        let data = first_error.is_none().then_some(response.data);
        let mut answer = Self::new(status, media_type, data, response.errors);
        answer.ask_for_patience();
        if status == StatusCode::UNAUTHORIZED {
            answer.headers.insert(
                WWW_AUTHENTICATE,
                HeaderValue::from_static("Bearer error=\"invalid_token\""),
            );
        }
        answer.headers.extend(response.http_headers);
        answer.extensions.extend(response.extensions);
        answer
            .named(&facts.request_id)
            .costing(Some(facts.measure.cost), limits)
    }

    /// An event of a subscription.
    pub fn happening(response: Executed, request_id: &RequestId) -> Self {
        let data = (response.data != Value::Null).then_some(response.data);
        let mut answer = Self::new(
            StatusCode::OK,
            MediaType::GraphqlResponse,
            data,
            response.errors,
        );
        answer.extensions.extend(response.extensions);
        answer.name_request(request_id);
        answer
    }

    /// Says what was asked for in rows, when that was measured, and what may be.
    pub fn costing(mut self, requested: Option<usize>, limits: &Limits) -> Self {
        if let Some(requested) = requested {
            let cost = async_graphql::value!({ "requested": requested, "limit": limits.cost });
            self.extensions.insert("cost".to_owned(), cost);
        }
        self
    }

    /// Its status.
    #[cfg(test)]
    pub const fn status(&self) -> StatusCode {
        self.status
    }

    fn ask_for_patience(&mut self) {
        let seconds = match self.status {
            StatusCode::SERVICE_UNAVAILABLE => 1,
            StatusCode::TOO_MANY_REQUESTS => self.errors.first().map_or(1, limits::seconds_of),
            _ => return,
        };
        self.headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
    }

    fn new(
        status: StatusCode,
        media_type: MediaType,
        data: Option<Value>,
        errors: Vec<ServerError>,
    ) -> Self {
        let errors = in_order(errors);
        let mut extensions = BTreeMap::new();
        let omitted = errors.len().saturating_sub(MOST_ERRORS);
        if omitted > 0 {
            extensions.insert("errorsOmitted".to_owned(), omitted.into());
        }
        let errors: Vec<ServerError> = errors
            .into_iter()
            .take(MOST_ERRORS)
            .map(presentable)
            .collect();
        errors.iter().for_each(count);
        Self {
            media_type,
            status,
            headers: headers(media_type),
            data,
            errors,
            extensions,
            is_public: false,
        }
    }

    /// Gives our own faults the id under which the log has their cause.
    fn name_request(&mut self, request_id: &RequestId) {
        let ours = |it: &&mut ServerError| ErrorCode::InternalServerError.is_of(it);
        for error in self.errors.iter_mut().filter(ours) {
            if let Some(extensions) = &mut error.extensions {
                extensions.set("requestId", request_id.as_str());
            }
        }
    }

    /// Writes the answer.
    pub fn written(self, request_id: &RequestId) -> Written {
        let Self {
            media_type,
            status,
            mut headers,
            data,
            errors,
            extensions,
            is_public,
        } = self;
        request_id.write_to(&mut headers);
        let body = ResponseBody {
            errors: &errors,
            data: data.as_ref(),
            extensions: &extensions,
        };
        let (status, body) = match written(&body) {
            Ok(body) => (status, body),
            Err(cause) if cause.is_io() => return too_large(media_type, headers, &extensions),
            Err(cause) => {
                tracing::error!(%cause, %request_id, "an answer could not be written");
                (StatusCode::INTERNAL_SERVER_ERROR, Vec::new())
            }
        };
        // Its bytes may be packed on the way.
        if is_public && let Ok(tag) = HeaderValue::from_str(&weak_tag(&Sha256::digest(&body))) {
            headers.insert(ETAG, tag);
        }
        Written::new(status, headers, body, errors.len())
    }
}

/// An answer as it is sent, with what the log says of it.
pub(super) struct Written {
    /// What is sent.
    pub response: Response,
    /// Its body.
    pub body: Bytes,
    /// How many errors it tells.
    pub errors: usize,
}

impl Written {
    pub fn new(
        status: StatusCode,
        headers: HeaderMap,
        body: impl Into<Bytes>,
        errors: usize,
    ) -> Self {
        let body = body.into();
        let mut response = Response::new(Body::from(body.clone()));
        *response.status_mut() = status;
        *response.headers_mut() = headers;
        Self {
            response,
            body,
            errors,
        }
    }

    /// Without a body when the client has it already, as its `If-None-Match` says.
    pub fn unless_known(mut self, request: &HeaderMap) -> Self {
        let tag = self.response.headers().get(ETAG);
        let tag = tag.and_then(|tag| tag.to_str().ok());
        if tag.is_some_and(|tag| knows(request, tag)) {
            *self.response.status_mut() = StatusCode::NOT_MODIFIED;
            *self.response.body_mut() = Body::empty();
            self.response.headers_mut().remove(CONTENT_TYPE);
        }
        self
    }
}

/// Errors of validation in the order of the document, each once: the library finds some twice, and in any order.
fn in_order(mut errors: Vec<ServerError>) -> Vec<ServerError> {
    if errors.iter().all(|it| it.path.is_empty()) {
        errors.sort_by(|a, b| (&a.locations, &a.message).cmp(&(&b.locations, &b.message)));
        errors.dedup_by(|a, b| a.locations == b.locations && a.message == b.message);
    }
    errors
}

/// Instead of an answer that is too long to be sent: as if the request had been refused.
fn too_large(
    media_type: MediaType,
    headers: HeaderMap,
    extensions: &BTreeMap<String, Value>,
) -> Written {
    let error = too_large_error();
    count(&error);
    let status = request_error_status(&error, media_type);
    let body = ResponseBody {
        errors: &[error],
        data: None,
        extensions,
    };
    let body = serde_json::to_vec(&body).unwrap_or_default();
    Written::new(status, headers, body, 1)
}

fn too_large_error() -> ServerError {
    let message = "This answer would be longer than 16 MB: ask for fewer or smaller things.";
    request_error(ErrorCode::AnswerTooLarge, message)
}

/// Whether nothing at all could be answered because something could not be reached, which passes by itself. A client that asked for
/// several things and got one is answered; one that got none is better sent again, and whoever stands in front of this program has
/// to see it.
fn says_nothing(response: &Executed) -> bool {
    let passes = |it: &ServerError| ErrorCode::ServiceUnavailable.is_of(it);
    let is_empty = match &response.data {
        Value::Object(fields) => fields.values().all(|field| *field == Value::Null),
        data => *data == Value::Null,
    };
    is_empty && !response.errors.is_empty() && response.errors.iter().all(passes)
}

/// Under `application/json` a GraphQL request that could be read is 200; the newer type tells whose fault it is.
fn request_error_status(error: &ServerError, media_type: MediaType) -> StatusCode {
    let closed = [ErrorCode::ServiceUnavailable, ErrorCode::ShopNotReady];
    match media_type {
        // Whoever stands in front of this program has to see it, whatever the client reads.
        _ if closed.iter().any(|code| code.is_of(error)) => StatusCode::SERVICE_UNAVAILABLE,
        _ if ErrorCode::TooManyRequests.is_of(error) => StatusCode::TOO_MANY_REQUESTS,
        MediaType::Json => StatusCode::OK,
        _ if ErrorCode::InternalServerError.is_of(error) => StatusCode::INTERNAL_SERVER_ERROR,
        _ if ErrorCode::Unauthenticated.is_of(error) => StatusCode::UNAUTHORIZED,
        // Not 503: a mutation may go on, and is not to be sent again as if nothing had been done.
        _ if ErrorCode::Timeout.is_of(error) => StatusCode::GATEWAY_TIMEOUT,
        MediaType::GraphqlResponse => StatusCode::BAD_REQUEST,
    }
}

/// Counts an error by its code.
fn count(error: &ServerError) {
    if let Some(code) = ErrorCode::of(error) {
        metrics().error(code.as_str());
    }
}

/// `error` with a code and a message of bounded length.
fn presentable(mut error: ServerError) -> ServerError {
    if let Some((end, _)) = error.message.char_indices().nth(LONGEST_MESSAGE) {
        error.message.truncate(end);
        error.message.push('…');
    }
    let has_code = error
        .extensions
        .as_ref()
        .is_some_and(|it| it.get("code").is_some());
    match (has_code, error.path.is_empty()) {
        (true, _) => error,
        // The library has no codes: without a path it was validation, with one a value that a scalar did not like.
        (false, true) => with_code(error, ErrorCode::ValidationFailed),
        (false, false) => with_code(error, ErrorCode::BadUserInput),
    }
}

/// The headers that every answer has.
pub(super) fn headers(media_type: MediaType) -> HeaderMap {
    let plain: [(HeaderName, &'static str); 4] = [
        (CONTENT_TYPE, media_type.content_type()),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (REFERRER_POLICY, "no-referrer"),
        (CACHE_CONTROL, "no-store"),
    ];
    plain
        .into_iter()
        .map(|(name, value)| (name, HeaderValue::from_static(value)))
        .collect()
}
