//! The answer: its status, its headers, and a body of bounded errors.

use std::collections::BTreeMap;

use async_graphql::{Response as Executed, ServerError, Value};
use axum::{
    body::Body,
    http::{
        HeaderMap, HeaderName, HeaderValue, StatusCode,
        header::{
            ALLOW, CACHE_CONTROL, CONNECTION, CONTENT_TYPE, REFERRER_POLICY, RETRY_AFTER,
            WWW_AUTHENTICATE, X_CONTENT_TYPE_OPTIONS,
        },
    },
    response::Response,
};
use serde::Serialize;

use super::{RequestFacts, negotiation::MediaType, refusal::Refusal};
use crate::{
    edge::{guard::Limits, request_id::RequestId},
    graphql::error::{ErrorCode, request_error, with_code},
};

/// The most errors in one answer. How many more there were stands in `extensions.errorsOmitted`.
const MOST_ERRORS: usize = 20;

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
        let status = first_error.map_or(StatusCode::OK, |it| request_error_status(it, media_type));
        let data = first_error.is_none().then_some(response.data);
        let mut answer = Self::new(status, media_type, data, response.errors);
        if status == StatusCode::SERVICE_UNAVAILABLE {
            answer
                .headers
                .insert(RETRY_AFTER, HeaderValue::from_static("1"));
        }
        if status == StatusCode::UNAUTHORIZED {
            answer.headers.insert(
                WWW_AUTHENTICATE,
                HeaderValue::from_static("Bearer error=\"invalid_token\""),
            );
        }
        answer.headers.extend(response.http_headers);
        answer.extensions.extend(response.extensions);
        if answer.data.is_some() {
            answer
                .extensions
                .insert("cost".to_owned(), cost(facts, limits));
        }
        answer.name_request(&facts.request_id);
        answer
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
        let errors = errors
            .into_iter()
            .take(MOST_ERRORS)
            .map(presentable)
            .collect();
        Self {
            media_type,
            status,
            headers: headers(media_type),
            data,
            errors,
            extensions,
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
        Written::new(status, headers, body, errors.len())
    }
}

/// An answer as it is sent, with what the log says of it.
pub(super) struct Written {
    /// What is sent.
    pub response: Response,
    /// How many errors it tells.
    pub errors: usize,
}

impl Written {
    fn new(status: StatusCode, headers: HeaderMap, body: Vec<u8>, errors: usize) -> Self {
        let mut response = Response::new(Body::from(body));
        *response.status_mut() = status;
        *response.headers_mut() = headers;
        Self { response, errors }
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

/// The longest body of an answer, in bytes.
const LONGEST_ANSWER: usize = 16 * 1024 * 1024;

/// Bytes up to the longest answer.
struct Bounded(Vec<u8>);

impl std::io::Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        if self.0.len().saturating_add(bytes.len()) > LONGEST_ANSWER {
            return Err(std::io::ErrorKind::FileTooLarge.into());
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn written(body: &ResponseBody<'_>) -> Result<Vec<u8>, serde_json::Error> {
    let mut bytes = Bounded(Vec::with_capacity(4096));
    serde_json::to_writer(&mut bytes, body)?;
    Ok(bytes.0)
}

/// Instead of an answer that is too long to be sent: as if the request had been refused.
fn too_large(
    media_type: MediaType,
    headers: HeaderMap,
    extensions: &BTreeMap<String, Value>,
) -> Written {
    let message = "This answer would be longer than 16 MB: ask for fewer or smaller things.";
    let error = request_error(ErrorCode::AnswerTooLarge, message);
    let status = request_error_status(&error, media_type);
    let body = ResponseBody {
        errors: &[error],
        data: None,
        extensions,
    };
    let body = serde_json::to_vec(&body).unwrap_or_default();
    Written::new(status, headers, body, 1)
}

/// Under `application/json` a GraphQL request that could be read is 200; the newer type tells whose fault it is.
fn request_error_status(error: &ServerError, media_type: MediaType) -> StatusCode {
    let closed = [ErrorCode::ServiceUnavailable, ErrorCode::ShopNotReady];
    match media_type {
        // Whoever stands in front of this program has to see it, whatever the client reads.
        _ if closed.iter().any(|code| code.is_of(error)) => StatusCode::SERVICE_UNAVAILABLE,
        MediaType::Json => StatusCode::OK,
        _ if ErrorCode::InternalServerError.is_of(error) => StatusCode::INTERNAL_SERVER_ERROR,
        _ if ErrorCode::Unauthenticated.is_of(error) => StatusCode::UNAUTHORIZED,
        _ if ErrorCode::Timeout.is_of(error) => StatusCode::SERVICE_UNAVAILABLE,
        MediaType::GraphqlResponse => StatusCode::BAD_REQUEST,
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

fn cost(facts: &RequestFacts, limits: &Limits) -> Value {
    async_graphql::value!({ "requested": facts.measure.cost, "limit": limits.cost })
}

fn headers(media_type: MediaType) -> HeaderMap {
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
