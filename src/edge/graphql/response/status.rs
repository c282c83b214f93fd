//! The status of an answer.

use async_graphql::{Response as Executed, ServerError, Value};
use axum::http::StatusCode;

use super::MediaType;
use crate::graphql::error::ErrorCode;

/// Whether nothing at all could be answered because something could not be reached, which passes by itself. A client that asked for
/// several things and got one is answered; one that got none is better sent again, and whoever stands in front of this program has
/// to see it.
pub(super) fn says_nothing(response: &Executed) -> bool {
    let passes = |it: &ServerError| ErrorCode::ServiceUnavailable.is_of(it);
    let is_empty = match &response.data {
        Value::Object(fields) => fields.values().all(|field| *field == Value::Null),
        data => *data == Value::Null,
    };
    is_empty && !response.errors.is_empty() && response.errors.iter().all(passes)
}

/// Under `application/json` a GraphQL request that could be read is 200; the newer type tells whose fault it is.
pub(super) fn request_error_status(error: &ServerError, media_type: MediaType) -> StatusCode {
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
