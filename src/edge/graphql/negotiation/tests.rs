//! Which media type wins, and what counts as JSON.

use axum::http::HeaderValue;
use proptest::prelude::*;

use super::*;

fn accepting(accept: &'static str) -> Option<MediaType> {
    let mut headers = HeaderMap::new();
    headers.insert(ACCEPT, HeaderValue::from_static(accept));
    choose(&headers)
}

fn sent_as(content_type: &'static str) -> bool {
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    is_json(&headers)
}

#[test]
fn a_client_that_does_not_say_gets_json() {
    assert_eq!(choose(&HeaderMap::new()), Some(MediaType::Json));
    for accept in ["", " ", "*/*", "application/*", "text/html, */*;q=0.8"] {
        assert_eq!(accepting(accept), Some(MediaType::Json), "{accept}");
    }
}

#[test]
fn a_named_type_is_served() {
    for accept in [
        "application/graphql-response+json",
        "application/graphql-response+json; charset=utf-8",
        "application/graphql-response+json, application/json",
        "application/json, application/graphql-response+json",
        "application/json;q=0.9, application/graphql-response+json;q=0.95",
        "application/graphql-response+json, */*",
        "APPLICATION/GraphQL-Response+JSON",
        "application/graphql-response+json, application/json;q=0",
    ] {
        assert_eq!(
            accepting(accept),
            Some(MediaType::GraphqlResponse),
            "{accept}"
        );
    }
    for accept in [
        "application/json",
        "application/json, application/graphql-response+json;q=0.9",
        "application/graphql-response+json;q=0.5, */*",
        "application/graphql-response+json;q=0, application/*;q=0.1",
        "application/json; charset=\"UTF-8\"",
    ] {
        assert_eq!(accepting(accept), Some(MediaType::Json), "{accept}");
    }
}

#[test]
fn the_closest_range_decides() {
    let accept = "*/*, application/json;q=0, application/graphql-response+json;q=0.1";
    assert_eq!(accepting(accept), Some(MediaType::GraphqlResponse));
    assert_eq!(
        accepting("*/*;q=0, application/json;q=0.001"),
        Some(MediaType::Json)
    );
}

#[test]
fn what_is_not_served_is_refused() {
    for accept in [
        "text/event-stream",
        "text/html",
        "application/json;q=0",
        "*/*;q=0",
        "application/json; charset=utf-16",
        "application/json;q=nonsense",
        "application/json;q=2",
        "garbage",
    ] {
        assert_eq!(accepting(accept), None, "{accept}");
    }
}

#[test]
fn several_headers_are_one_list() {
    let mut headers = HeaderMap::new();
    headers.append(ACCEPT, HeaderValue::from_static("text/html"));
    headers.append(
        ACCEPT,
        HeaderValue::from_static("application/graphql-response+json"),
    );
    assert_eq!(choose(&headers), Some(MediaType::GraphqlResponse));
}

#[test]
fn only_json_in_utf_8_is_json() {
    for content_type in [
        "application/json",
        "Application/JSON; charset=UTF-8",
        "application/json;charset=\"utf-8\"",
    ] {
        assert!(sent_as(content_type), "{content_type}");
    }
    for content_type in [
        "",
        "text/plain",
        "application/json; charset=latin1",
        "application/jsonp",
        "multipart/form-data",
    ] {
        assert!(!sent_as(content_type), "{content_type}");
    }
    assert!(!is_json(&HeaderMap::new()));
}

#[test]
fn events_are_served_where_they_are_named_and_liked_best() {
    let wants = |accept: &'static str| {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static(accept));
        wants_events(&headers)
    };
    for accept in [
        "text/event-stream",
        "Text/Event-Stream; charset=utf-8",
        "text/event-stream, application/json;q=0.9",
        "text/event-stream, */*;q=0.1",
        "text/event-stream;q=0.2, application/json;q=0.1, application/graphql-response+json;q=0",
    ] {
        assert!(wants(accept), "{accept}");
    }
    for accept in [
        "",
        "*/*",
        "text/*",
        "application/json",
        "text/event-stream;q=0",
        "text/event-stream, application/json",
        "text/event-stream, */*",
        "text/event-stream;q=0.5, application/graphql-response+json",
        "application/graphql-response+json, application/json, text/event-stream, multipart/mixed",
    ] {
        assert!(!wants(accept), "{accept}");
    }
    assert!(!wants_events(&HeaderMap::new()));
}

proptest! {
    #[test]
    fn whatever_stands_in_a_header_is_read(accept in prop::collection::vec(any::<u8>(), 0..60), text in "[a-z*/;,=.0-9 \"+q-]{0,60}") {
        for bytes in [accept, text.into_bytes()] {
            if let Ok(value) = HeaderValue::from_bytes(&bytes) {
                let mut headers = HeaderMap::new();
                headers.append(ACCEPT, value.clone());
                headers.append(CONTENT_TYPE, value);
                let events = wants_events(&headers);
                let chosen = choose(&headers);
                let _ = is_json(&headers);
                // Read again, the same comes of it; and events are wanted by whoever named them alone.
                prop_assert_eq!(choose(&headers), chosen);
                prop_assert!(!events || String::from_utf8_lossy(&bytes).to_ascii_lowercase().contains("event-stream"));
            }
        }
    }

    #[test]
    fn the_higher_quality_wins(json in 0..=1000_u32, graphql in 0..=1000_u32) {
        let quality = |it: u32| format!("{}.{:03}", it / 1000, it % 1000);
        let accept = format!("application/json;q={}, application/graphql-response+json;q={}", quality(json), quality(graphql));
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, accept.parse().unwrap());
        let wanted = match (json, graphql) {
            (0, 0) => None,
            (json, graphql) if graphql > json => Some(MediaType::GraphqlResponse),
            (json, graphql) if json > graphql => Some(MediaType::Json),
            _ => choose(&headers),
        };
        prop_assert_eq!(choose(&headers), wanted);
    }
}
