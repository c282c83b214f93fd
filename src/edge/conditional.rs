//! Whether whoever asks has the answer already.

use axum::http::{HeaderMap, header::IF_NONE_MATCH};

/// Whether `If-None-Match` names the tag; compared weakly, as RFC 9110 (13.1.2) asks.
pub(super) fn knows(request: &HeaderMap, tag: &str) -> bool {
    let lines = request.get_all(IF_NONE_MATCH).iter();
    let mut known = lines
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(','))
        .map(str::trim);
    let tag = opaque(tag);
    known.any(|it| it == "*" || opaque(it) == tag)
}

/// A tag without its mark of weakness.
fn opaque(tag: &str) -> &str {
    tag.strip_prefix("W/").unwrap_or(tag)
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn tags_are_compared_weakly_on_every_line() {
        for (lines, known) in [
            (&[][..], false),
            (&["\"a\""], true),
            (&["W/\"a\""], true),
            (&["\"b\", \"a\""], true),
            (&["\"b\"", "W/\"a\""], true),
            (&["*"], true),
            (&["\"b\""], false),
            (&["a"], false),
            (&["W/W/\"a\""], false),
        ] {
            let mut request = HeaderMap::new();
            for line in lines {
                request.append(IF_NONE_MATCH, HeaderValue::from_static(line));
            }
            for tag in ["\"a\"", "W/\"a\""] {
                assert_eq!(knows(&request, tag), known, "{lines:?} {tag}");
            }
        }
    }
}
