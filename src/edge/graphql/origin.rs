//! Which pages may open a socket or an event stream.
//!
//! A browser lets every page open a socket to anywhere, and sends along what it keeps for that place. So the page's
//! origin is asked for; programs that are no browser have none.

use std::sync::Arc;

use axum::http::{
    HeaderMap,
    header::{HOST, ORIGIN},
};

use crate::config::Origin;

/// The origins that are at home here.
#[derive(Debug, Clone, Default)]
pub struct Origins {
    listed: Arc<[Origin]>,
    loopback: bool,
}

impl Origins {
    /// These, and every page of this machine where `loopback` is set.
    pub fn new(listed: impl IntoIterator<Item = Origin>, loopback: bool) -> Self {
        Self {
            listed: listed.into_iter().collect(),
            loopback,
        }
    }

    /// Whether a request with these headers comes from no page, or from one that is at home here.
    pub(in crate::edge) fn admit(&self, headers: &HeaderMap) -> bool {
        let mut sent = headers.get_all(ORIGIN).iter();
        match (sent.next(), sent.next()) {
            (None, _) => true,
            (Some(origin), None) => origin
                .to_str()
                .ok()
                .and_then(Origin::read)
                .is_some_and(|origin| self.knows(&origin, headers)),
            (Some(_), Some(_)) => false,
        }
    }

    fn knows(&self, origin: &Origin, headers: &HeaderMap) -> bool {
        let host = headers.get(HOST).and_then(|host| host.to_str().ok());
        host.is_some_and(|host| origin.is_of_host(host))
            || self.listed.contains(origin)
            || (self.loopback && origin.is_loopback())
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn admitted(origins: &Origins, sent: &[&'static str]) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(HOST, HeaderValue::from_static("api.example:8000"));
        for origin in sent {
            headers.append(ORIGIN, HeaderValue::from_static(origin));
        }
        origins.admit(&headers)
    }

    fn listed(loopback: bool) -> Origins {
        let listed = ["https://shop.example", "http://admin.example:3000"];
        Origins::new(listed.map(|it| Origin::read(it).unwrap()), loopback)
    }

    #[test]
    fn no_page_the_own_host_and_what_is_listed_are_at_home() {
        for sent in [
            &[][..],
            &["http://api.example:8000"],
            &["https://api.example:8000"],
            &["https://shop.example"],
            &["http://admin.example:3000"],
        ] {
            assert!(admitted(&listed(false), sent), "{sent:?}");
        }
    }

    #[test]
    fn everybody_else_is_foreign() {
        for sent in [
            &["null"][..],
            &[""],
            &["http://api.example"],
            &["http://shop.example"],
            &["https://shop.example.evil"],
            &["https://evil.example"],
            &["https://shop.example", "https://shop.example"],
            &["http://localhost:5173"],
        ] {
            assert!(!admitted(&listed(false), sent), "{sent:?}");
        }
    }

    #[test]
    fn pages_of_this_machine_are_at_home_where_they_are_wanted() {
        for (sent, home) in [
            ("http://localhost:5173", true),
            ("https://127.0.0.1", true),
            ("http://[::1]:3000", true),
            ("http://localhost.evil.example", false),
            ("http://127.0.0.1.evil.example", false),
            ("http://192.168.0.7:3000", false),
            ("null", false),
        ] {
            assert_eq!(admitted(&listed(true), &[sent]), home, "{sent}");
        }
    }
}
