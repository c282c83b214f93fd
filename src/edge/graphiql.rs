//! GraphiQL, served from the binary itself so that it works with the network off.
//!
//! The page is ours (`web/graphiql/page`); the program behind it comes from npm when `make` builds
//! (`web/graphiql/dist`, not committed). A build without the latter serves a page that says what brings it.
//! Release builds carry the files; debug builds read them from the checkout, so an edit shows on reload.

use super::conditional::{knows, strong_tag};
use axum::{
    Router,
    body::Body,
    extract::Path,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use rust_embed::{Embed, EmbeddedFile};

/// What the page may load: this origin only. GraphiQL's editor writes style attributes, and its style sheet carries
/// fonts and images as `data:`; an answer's pictures are shown on hover when they are of this origin.
const CONTENT_SECURITY_POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
     font-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
);

/// The page around GraphiQL: our own files.
#[derive(Embed)]
#[folder = "web/graphiql/page"]
struct Page;

/// GraphiQL and React as npm carries them; absent when npm could not be had at the build.
#[derive(Embed)]
#[folder = "web/graphiql/dist"]
#[allow_missing = true]
struct Dist;

/// The routes of GraphiQL: `/graphiql` and the files below it.
pub fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new()
        .route("/graphiql", get(page))
        .route("/graphiql/{file}", get(file))
}

/// Whether GraphiQL's own files are in this build.
pub fn is_built_in() -> bool {
    Dist::get("graphiql.min.js").is_some()
}

async fn page(headers: HeaderMap) -> Response {
    if is_built_in() {
        serve("index.html", &headers)
    } else {
        (
            StatusCode::SERVICE_UNAVAILABLE,
            serve("missing.html", &HeaderMap::new()),
        )
            .into_response()
    }
}

async fn file(Path(name): Path<String>, headers: HeaderMap) -> Response {
    serve(&name, &headers)
}

/// The file with its headers; 304 without a body when the browser has it already.
fn serve(name: &str, request: &HeaderMap) -> Response {
    let (Some(file), Some(content_type)) = (find(name), content_type(name)) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let tag = strong_tag(&file.metadata.sha256_hash());
    let (status, body) = if knows(request, &tag) {
        (StatusCode::NOT_MODIFIED, Body::empty())
    } else {
        (StatusCode::OK, Body::from(file.data))
    };
    (status, response_headers(content_type, &tag), body).into_response()
}

fn find(name: &str) -> Option<EmbeddedFile> {
    Page::get(name).or_else(|| Dist::get(name))
}

/// The media type by the name's ending; none for what has no business here.
fn content_type(name: &str) -> Option<&'static str> {
    let (_, ending) = name.rsplit_once('.')?;
    match ending {
        "html" => Some("text/html; charset=utf-8"),
        "js" => Some("text/javascript; charset=utf-8"),
        "css" => Some("text/css; charset=utf-8"),
        "svg" => Some("image/svg+xml"),
        "graphql" => Some("text/plain; charset=utf-8"),
        _ => None,
    }
}

fn response_headers(content_type: &'static str, tag: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY);
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    headers.insert(
        header::REFERRER_POLICY,
        HeaderValue::from_static("no-referrer"),
    );
    if let Ok(tag) = HeaderValue::from_str(tag) {
        headers.insert(header::ETAG, tag);
    }
    headers
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_loads_only_what_is_served_beside_it() {
        let page = Page::get("index.html")
            .map(|file| file.data)
            .unwrap_or_default();
        let page = String::from_utf8_lossy(&page);
        assert!(page.contains("graphiql/page.js"));
        assert!(
            !page.contains("//"),
            "an address of another origin in index.html"
        );
    }

    #[test]
    fn a_file_that_the_browser_has_is_not_sent_again() {
        let first = serve("page.js", &HeaderMap::new());
        assert_eq!(first.status(), StatusCode::OK);
        let mut request = HeaderMap::new();
        if let Some(tag) = first.headers().get(header::ETAG) {
            request.insert(header::IF_NONE_MATCH, tag.clone());
        }
        assert_eq!(
            serve("page.js", &request).status(),
            StatusCode::NOT_MODIFIED
        );
    }

    #[test]
    fn nothing_outside_the_folders_is_served() {
        for name in [
            "../package.json",
            "../build.mjs",
            "..%2fbuild.mjs",
            "nothing.js",
            "page",
            "",
        ] {
            assert_eq!(
                serve(name, &HeaderMap::new()).status(),
                StatusCode::NOT_FOUND,
                "{name}"
            );
        }
    }
}
