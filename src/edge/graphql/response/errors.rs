//! The errors of an answer: ordered, bounded, counted, each with a code.

use async_graphql::ServerError;

use crate::{
    graphql::error::{ErrorCode, request_error, with_code},
    platform::telemetry::metrics,
};

/// The longest message of an error, in characters: messages quote the document.
const LONGEST_MESSAGE: usize = 500;

/// Errors of validation in the order of the document, each once: the library finds some twice, and in any order.
pub(super) fn in_order(mut errors: Vec<ServerError>) -> Vec<ServerError> {
    if errors.iter().all(|it| it.path.is_empty()) {
        errors.sort_by(|a, b| (&a.locations, &a.message).cmp(&(&b.locations, &b.message)));
        errors.dedup_by(|a, b| a.locations == b.locations && a.message == b.message);
    }
    errors
}

pub(super) fn too_large_error() -> ServerError {
    let message = "This answer would be longer than 16 MB: ask for fewer or smaller things.";
    request_error(ErrorCode::AnswerTooLarge, message)
}

/// Counts an error by its code.
pub(super) fn count(error: &ServerError) {
    if let Some(code) = ErrorCode::of(error) {
        metrics().error(code.as_str());
    }
}

/// `error` with a code and a message of bounded length.
pub(super) fn presentable(mut error: ServerError) -> ServerError {
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
