//! Answers made smaller.
//!
//! Compression tells the length of what it knows twice (BREACH): who can have a victim's browser ask again and again with
//! words of their own in an answer that holds a secret, and can see how long the answers are, guesses the secret letter by letter.
//! Here nobody's browser can be had to ask that way: an answer is somebody's only when the token stands in a header, or in a cookie beside
//! a header, that a foreign page cannot send without leave (`cors`, `cookies`). What stays open is somebody's by a cookie without such a
//! header, and is never compressed. Tokens that are told in an answer are new in each, so that asking again tells nothing of them.

use axum::http::{
    HeaderMap, HeaderValue,
    header::{ACCEPT_ENCODING, CONTENT_TYPE},
};
use tower_http::{
    CompressionLevel,
    compression::{CompressionLayer, predicate::Predicate},
};

/// Shorter answers go out as they are, in bytes: they fit into one packet.
const SHORTEST: u64 = 1024;

/// What is worth it. Pictures are compressed already, and events must not wait for those that come after.
const TEXTS: [&str; 7] = [
    "application/graphql-response+json",
    "application/json",
    "image/svg+xml",
    "text/css",
    "text/html",
    "text/javascript",
    "text/plain",
];

/// The lowest, of both encodings. A listing of 18 kB is 5.9 kB after 0.13 ms by brotli, and 4.6 kB after 0.24 ms by gzip; at level 4 it
/// is 3.9 kB after ten times and three times as long, while the answer itself takes about a millisecond to make. Whatever it is, it
/// comes in the first packets that a connection may send.
const LEVEL: CompressionLevel = CompressionLevel::Precise(1);

/// Compresses what is worth it, in the encoding that [`settle`] left.
pub(super) fn layer() -> CompressionLayer<WorthIt> {
    CompressionLayer::new()
        .quality(LEVEL)
        .compress_when(WorthIt)
}

/// Leaves at most one encoding in a request's headers: the one that its answer will have. (The layer would run a request first
/// whose wishes it cannot meet, and then answer 406.)
pub(super) fn settle(headers: &mut HeaderMap) {
    let chosen = choose(headers);
    match chosen {
        Some(encoding) => {
            headers.insert(ACCEPT_ENCODING, HeaderValue::from_static(encoding));
        }
        None => {
            headers.remove(ACCEPT_ENCODING);
        }
    }
}

/// The encoding that the client likes best, brotli among equals.
fn choose(headers: &HeaderMap) -> Option<&'static str> {
    let lines = headers.get_all(ACCEPT_ENCODING).iter();
    let wishes: Vec<(&str, f32)> = lines
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(','))
        .map(wish)
        .collect();
    let liked = |encoding: &str| {
        let named = wishes
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(encoding));
        let other = || wishes.iter().find(|(name, _)| *name == "*");
        named.or_else(other).map_or(0.0, |(_, weight)| *weight)
    };
    let (br, gzip) = (liked("br"), liked("gzip"));
    match () {
        () if br > 0.0 && br >= gzip => Some("br"),
        () if gzip > 0.0 => Some("gzip"),
        () => None,
    }
}

/// An entry and its weight; one that cannot be read weighs nothing.
fn wish(entry: &str) -> (&str, f32) {
    let (name, parameters) = entry.split_once(';').unwrap_or((entry, ""));
    let parameters = parameters.trim();
    let weight = match parameters.split_once('=') {
        None if parameters.is_empty() => 1.0,
        Some((q, weight)) if q.trim().eq_ignore_ascii_case("q") => {
            weight.trim().parse().unwrap_or(0.0)
        }
        _ => 0.0,
    };
    (name.trim(), weight)
}

/// Whether an answer is worth it.
#[derive(Debug, Clone, Copy)]
pub(super) struct WorthIt;

impl Predicate for WorthIt {
    fn should_compress<B: hyper::body::Body>(&self, response: &axum::http::Response<B>) -> bool {
        let kind = response.headers().get(CONTENT_TYPE);
        let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let kind = kind.split(';').next().unwrap_or_default().trim();
        let long = response
            .body()
            .size_hint()
            .exact()
            .is_some_and(|bytes| bytes >= SHORTEST);
        long && TEXTS.contains(&kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_client_s_wishes_are_kept() {
        for (lines, encoding) in [
            (&[][..], None),
            (&[""], None),
            (&["identity"], None),
            (&["deflate, zstd"], None),
            (&["gzip"], Some("gzip")),
            (&["GZIP"], Some("gzip")),
            (&["gzip, deflate, br, zstd"], Some("br")),
            (&["gzip", "br"], Some("br")),
            (&["br;q=0.5, gzip;q=0.8"], Some("gzip")),
            (&["br;q=0, gzip;q=0"], None),
            (&["br;q=0, *"], Some("gzip")),
            (&["*"], Some("br")),
            (&["*;q=0"], None),
            (&["identity;q=0"], None),
            (&["br;q=much"], None),
            (&["br;level=1"], None),
        ] {
            let mut headers = HeaderMap::new();
            for line in lines {
                headers.append(ACCEPT_ENCODING, HeaderValue::from_static(line));
            }
            settle(&mut headers);
            let left = headers.get(ACCEPT_ENCODING);
            assert_eq!(left.map(|it| it.to_str().unwrap()), encoding, "{lines:?}");
        }
    }
}
