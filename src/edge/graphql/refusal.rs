//! Why a request is not executed.

use async_graphql::ServerError;
use axum::http::StatusCode;

use super::super::{guard::Violation, limits};
use crate::graphql::error::{ErrorCode, internal_request_error, request_error};

/// A request that is not executed, and what the client is told.
#[derive(Debug)]
pub(super) struct Refusal {
    /// The status of the answer, where the HTTP request or its parameters are at fault. Where the GraphQL request
    /// is, there is none: it depends on the media type of the answer.
    pub status: Option<StatusCode>,
    /// The methods that would do, where the method is at fault.
    pub allow: Option<&'static str>,
    /// The one error in the answer.
    pub error: Box<ServerError>,
}

impl Refusal {
    /// The GraphQL request is at fault.
    pub fn of_request(code: ErrorCode, message: impl Into<String>) -> Self {
        request_error(code, message).into()
    }

    fn http(status: StatusCode, code: ErrorCode, message: impl Into<String>) -> Self {
        Self {
            status: Some(status),
            ..Self::of_request(code, message)
        }
    }

    pub fn bad_request(message: impl Into<String>) -> Self {
        Self::http(StatusCode::BAD_REQUEST, ErrorCode::BadRequest, message)
    }

    fn wrong_method(allow: &'static str, message: &'static str) -> Self {
        let status = StatusCode::METHOD_NOT_ALLOWED;
        Self {
            allow: Some(allow),
            ..Self::http(status, ErrorCode::MethodNotAllowed, message)
        }
    }

    pub fn method_not_allowed() -> Self {
        Self::wrong_method(
            "GET, POST",
            "Send the operation by POST, or a query by GET.",
        )
    }

    pub fn mutation_by_get() -> Self {
        Self::wrong_method("POST", "GET runs queries only: send a mutation by POST.")
    }

    pub fn introspection_disabled() -> Self {
        Self::of_request(
            ErrorCode::IntrospectionDisabled,
            "The schema is not told here: ask for what you know, without `__schema` and `__type`.",
        )
    }

    pub fn too_much_kept(most: usize) -> Self {
        Self::of_request(
            ErrorCode::TooManySubscriptions,
            format!(
                "The messages of a socket's subscriptions have {most} bytes together at the most: end some, or open another socket."
            ),
        )
    }

    pub fn not_acceptable() -> Self {
        Self::http(
            StatusCode::NOT_ACCEPTABLE,
            ErrorCode::NotAcceptable,
            "Answers are application/graphql-response+json or application/json, events text/event-stream: accept one of them.",
        )
    }

    pub fn foreign_origin() -> Self {
        Self::http(
            StatusCode::FORBIDDEN,
            ErrorCode::Forbidden,
            "Pages of this origin may not open a stream here: whoever runs this shop lists them in LILIUM_ORIGINS.",
        )
    }

    pub fn too_many_streams() -> Self {
        Self::http(
            StatusCode::SERVICE_UNAVAILABLE,
            ErrorCode::ServiceUnavailable,
            "As many streams are open as may be: try again in a moment.",
        )
    }

    pub fn too_many_streams_of_one() -> Self {
        let message =
            "As many streams are open from this address as may be: close some, then try again.";
        limits::refused(10, message).into()
    }

    pub fn no_handshake(status: StatusCode, message: impl Into<String>) -> Self {
        Self::http(status, ErrorCode::BadRequest, message)
    }

    pub fn too_many_operations(most: usize) -> Self {
        Self::of_request(
            ErrorCode::TooManySubscriptions,
            format!("This socket has {most} operations already: end one, or open another socket."),
        )
    }

    pub fn headers_too_large() -> Self {
        Self::http(
            StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
            ErrorCode::BadRequest,
            "A request has 100 headers at the most, with 32768 bytes together.",
        )
    }

    /// The fault is ours.
    pub fn failed() -> Self {
        Self {
            status: Some(StatusCode::INTERNAL_SERVER_ERROR),
            ..internal_request_error().into()
        }
    }

    pub fn unsupported_media_type() -> Self {
        Self::http(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            ErrorCode::UnsupportedMediaType,
            "Send the operation as JSON in UTF-8, with the header `Content-Type: application/json`.",
        )
    }

    pub fn body_too_large(limit: usize) -> Self {
        Self::http(
            StatusCode::PAYLOAD_TOO_LARGE,
            ErrorCode::PayloadTooLarge,
            format!("The body is longer than {limit} bytes."),
        )
    }

    pub fn body_too_slow() -> Self {
        Self::http(
            StatusCode::REQUEST_TIMEOUT,
            ErrorCode::RequestTimeout,
            "The body did not arrive in time.",
        )
    }
}

impl From<ServerError> for Refusal {
    /// The GraphQL request is at fault, as `error` says.
    fn from(error: ServerError) -> Self {
        Self {
            status: None,
            allow: None,
            error: Box::new(error),
        }
    }
}

impl From<Violation> for Refusal {
    fn from(violation: Violation) -> Self {
        Self::of_request(violation.code(), violation.to_string())
    }
}
