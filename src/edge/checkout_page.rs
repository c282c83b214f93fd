//! A plain checkout page, for shops whose storefront has none of its own.
//!
//! The address of the page holds the secret of a cart, so nothing of it may leave: no referrer, no foreign origin, no cache.

use axum::Router;
use axum::http::{HeaderName, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use std::borrow::Cow;

const PAGE: &str = include_str!("../../web/checkout/index.html");
const PROGRAM: &str = include_str!("../../web/checkout/checkout.js");
const STYLE: &str = include_str!("../../web/checkout/checkout.css");

/// What goes with each file.
const HEADERS: [(HeaderName, &str); 4] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'",
    ),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::CACHE_CONTROL, "no-store"),
];

/// Says to the page's program that a test card is taken.
const TEST_CARD: &str = "data-test-card=\"yes\"";

/// The routes of the page: `/checkout` and the two files below it. The test card is offered where no strangers come by.
pub fn routes<S: Clone + Send + Sync + 'static>(with_test_card: bool) -> Router<S> {
    let page = page(with_test_card);
    Router::new()
        .route(
            "/checkout",
            get(move || served("text/html; charset=utf-8", page)),
        )
        .route(
            "/checkout/checkout.js",
            get(|| served("text/javascript; charset=utf-8", PROGRAM)),
        )
        .route(
            "/checkout/checkout.css",
            get(|| served("text/css; charset=utf-8", STYLE)),
        )
}

fn page(with_test_card: bool) -> Cow<'static, str> {
    if with_test_card {
        PAGE.into()
    } else {
        PAGE.replace(TEST_CARD, "").into()
    }
}

async fn served(content_type: &'static str, text: impl Into<Cow<'static, str>>) -> Response {
    let text: Cow<'static, str> = text.into();
    (HEADERS, [(header::CONTENT_TYPE, content_type)], text).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_has_nothing_inline_and_nothing_of_another_origin() {
        for bad in [
            "style=",
            " onclick",
            " onsubmit",
            "<style",
            "//",
            "javascript:",
        ] {
            assert!(!PAGE.contains(bad), "{bad}");
        }
        assert_eq!(PAGE.matches("<script").count(), 1);
        assert!(PAGE.contains("<script src=\"/checkout/checkout.js\" defer></script>"));
    }

    #[test]
    fn a_test_card_is_offered_in_development_only() {
        assert!(page(true).contains(TEST_CARD));
        assert!(!page(false).contains(TEST_CARD));
        assert!(page(false).contains("<body "));
    }

    #[test]
    fn what_the_server_says_is_written_as_text() {
        for bad in [
            "innerHTML",
            "outerHTML",
            "insertAdjacentHTML",
            "document.write",
            "eval(",
            "http:",
            "https:",
        ] {
            assert!(!PROGRAM.contains(bad), "{bad}");
        }
    }
}
