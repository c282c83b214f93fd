//! What bytes are called, and whether whoever asks has them already.

use axum::http::{HeaderMap, header::IF_NONE_MATCH};

/// A strong entity tag of bytes with this SHA-256: its beginning in hexadecimal, quoted. The same bytes have the same, whichever instance
/// sends them.
pub(super) fn strong_tag(hash: &[u8]) -> String {
    let beginning = hash.iter().take(16);
    let digits: String = beginning.map(|byte| format!("{byte:02x}")).collect();
    format!("\"{digits}\"")
}

/// The same for bytes that may be packed on the way.
pub(super) fn weak_tag(hash: &[u8]) -> String {
    format!("W/{}", strong_tag(hash))
}

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
    fn a_tag_is_the_beginning_of_the_hash() {
        let hash: Vec<u8> = (0..32).map(|at| at * 8).collect();
        assert_eq!(strong_tag(&hash), "\"00081018202830384048505860687078\"");
        assert_eq!(weak_tag(&hash), "W/\"00081018202830384048505860687078\"");
    }

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
