//! What every answer says about itself, where whoever wrote it has not said it otherwise.

use axum::http::{
    HeaderMap, HeaderName, HeaderValue,
    header::{
        CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, ETAG, REFERRER_POLICY,
        STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS,
    },
};

/// Which pages may use an answer as a picture or a script, without reading it.
pub(super) const CROSS_ORIGIN_RESOURCE_POLICY: HeaderName =
    HeaderName::from_static("cross-origin-resource-policy");

/// An answer is data: opened as a page, it may do nothing, and no page may put it into a frame. What is not said to be public is kept
/// by nobody. What others may embed, pictures, says so itself.
const ALWAYS: [(HeaderName, HeaderValue); 6] = [
    (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (
        CONTENT_SECURITY_POLICY,
        HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"),
    ),
    (REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (
        CROSS_ORIGIN_RESOURCE_POLICY,
        HeaderValue::from_static("same-origin"),
    ),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        HeaderValue::from_static("same-origin"),
    ),
    (CACHE_CONTROL, HeaderValue::from_static("no-store")),
];

/// For a year, a browser asks by TLS only. Not for the names below this one: they may be somebody else's.
const BY_TLS: HeaderValue = HeaderValue::from_static("max-age=31536000");

/// Adds what was not said. `by_tls` where clients come by https.
pub(super) fn complete(headers: &mut HeaderMap, by_tls: bool) {
    for (name, value) in ALWAYS {
        headers.entry(name).or_insert(value);
    }
    if by_tls {
        headers.insert(STRICT_TRANSPORT_SECURITY, BY_TLS);
    }
    if headers.contains_key(CONTENT_ENCODING) {
        weaken(headers);
    }
}

/// A strong tag promises the same bytes, and compressed they are others.
fn weaken(headers: &mut HeaderMap) {
    let strong = headers
        .get(ETAG)
        .filter(|tag| tag.as_bytes().starts_with(b"\""));
    let weak =
        strong.and_then(|tag| HeaderValue::from_bytes(&[b"W/", tag.as_bytes()].concat()).ok());
    if let Some(weak) = weak {
        headers.insert(ETAG, weak);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_said_stays_said() {
        let mut headers = HeaderMap::new();
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("public"));
        complete(&mut headers, false);
        assert_eq!(headers[CACHE_CONTROL], "public");
        assert_eq!(headers[X_CONTENT_TYPE_OPTIONS], "nosniff");
        assert_eq!(headers.len(), 6);
        complete(&mut headers, true);
        assert_eq!(headers[STRICT_TRANSPORT_SECURITY], "max-age=31536000");
    }

    #[test]
    fn a_compressed_answer_has_a_weak_tag() {
        for (encoding, tag, wanted) in [
            (None, "\"a\"", "\"a\""),
            (Some("br"), "\"a\"", "W/\"a\""),
            (Some("br"), "W/\"a\"", "W/\"a\""),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(ETAG, HeaderValue::from_static(tag));
            if let Some(encoding) = encoding {
                headers.insert(CONTENT_ENCODING, HeaderValue::from_static(encoding));
            }
            complete(&mut headers, false);
            assert_eq!(headers[ETAG], wanted);
        }
    }
}
