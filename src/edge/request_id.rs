//! The name of a request, the same in the answer's header, in a masked error, and in every line of the log.

use std::{fmt, sync::Arc};

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use uuid::Uuid;

/// The header that carries the id, in the request and in the answer.
pub const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// The longest id that is taken from a client, in bytes.
const LONGEST: usize = 64;

/// The id of one request: 1 to 64 characters of `A-Z a-z 0-9 _ . -`, so that it can stand anywhere as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestId(Arc<str>);

impl RequestId {
    /// The id that the request brought, when it is fit to be printed, or else a new one.
    #[must_use]
    pub fn of(headers: &HeaderMap) -> Self {
        headers
            .get(HEADER)
            .and_then(|value| value.to_str().ok())
            .filter(|id| is_printable(id))
            .map_or_else(Self::generate, |id| Self(id.into()))
    }

    /// A new id (UUID version 7, so that ids sort by time).
    #[must_use]
    pub fn generate() -> Self {
        Self(Uuid::now_v7().to_string().into())
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Puts the id into an answer's headers.
    pub fn write_to(&self, headers: &mut HeaderMap) {
        if let Ok(value) = HeaderValue::from_str(&self.0) {
            headers.insert(HEADER, value);
        }
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn is_printable(id: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte);
    (1..=LONGEST).contains(&id.len()) && id.bytes().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn brought(id: &str) -> RequestId {
        let mut headers = HeaderMap::new();
        headers.insert(
            HEADER,
            HeaderValue::from_str(id).unwrap_or(HeaderValue::from_static("")),
        );
        RequestId::of(&headers)
    }

    #[test]
    fn a_printable_id_is_kept() {
        assert_eq!(brought("trace_7.a-B").as_str(), "trace_7.a-B");
        assert_eq!(brought(&"x".repeat(64)).as_str(), "x".repeat(64));
    }

    #[test]
    fn anything_else_is_replaced() {
        for id in ["", "a b", "a\"b", "<script>", "\u{e9}", &"x".repeat(65)] {
            let id_given = brought(id);
            assert!(Uuid::parse_str(id_given.as_str()).is_ok(), "{id} was kept");
        }
    }
}
