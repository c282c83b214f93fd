//! Origins: where a page of the web comes from.

use super::value::Value;
use axum::http::Uri;

/// A scheme, a host and a port, such as `https://www.example.com`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    scheme: &'static str,
    host: String,
    port: u16,
}

impl Origin {
    /// Reads what a browser sends as `Origin`. `null`, an address with a path and anything else is none.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let authority = text.split_once("://")?.1;
        let plain = |byte: u8| byte.is_ascii_graphic() && !b"/?#@\\*".contains(&byte);
        authority.bytes().all(plain).then_some(())?;
        Self::of_address(text)
    }

    /// The origin of an address.
    #[must_use]
    pub fn of_address(address: &str) -> Option<Self> {
        let uri: Uri = address.parse().ok()?;
        let (scheme, usual) = match uri.scheme_str()? {
            "http" => ("http", 80),
            "https" => ("https", 443),
            _ => return None,
        };
        let authority = uri.authority()?;
        let host = authority.host();
        // What comes after the host is nothing, or a port that is a number.
        let port = match authority.as_str().strip_prefix(host)? {
            "" => usual,
            port => port.strip_prefix(':')?.parse().ok()?,
        };
        (!host.is_empty()).then(|| Self {
            scheme,
            host: host.to_ascii_lowercase(),
            port,
        })
    }

    /// Whether a request with this header `Host` went where the page came from. A proxy may have taken TLS off, so the scheme is
    /// the page's.
    #[must_use]
    pub fn is_of_host(&self, host: &str) -> bool {
        Self::read(&format!("{}://{host}", self.scheme)).is_some_and(|it| it == *self)
    }

    /// Whether the page comes from this machine.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        ["localhost", "127.0.0.1", "[::1]"].contains(&self.host.as_str())
    }
}

/// Some origins.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OriginList(pub Vec<Origin>);

impl Value for OriginList {
    const MAY_BE: &'static str =
        "a list of origins joined by commas, such as https://www.example.com,http://localhost:3000";

    fn read(text: &str) -> Option<Self> {
        text.split(',')
            .map(|origin| Origin::read(origin.trim()))
            .collect::<Option<_>>()
            .map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::{Origin, OriginList, Value};

    #[test]
    fn an_origin_is_a_scheme_a_host_and_a_port() {
        let same =
            |one: &str, other: &str| Origin::read(one).unwrap() == Origin::read(other).unwrap();
        assert!(same("https://Shop.example", "https://shop.example:443"));
        assert!(same("http://shop.example:80", "http://shop.example"));
        assert!(!same("http://shop.example", "https://shop.example"));
        assert!(!same("http://shop.example", "http://shop.example:8080"));
        assert!(same("http://[::1]:3000", "http://[::1]:3000"));
    }

    #[test]
    fn what_is_no_origin_is_none() {
        for text in [
            "",
            "null",
            "shop.example",
            "https://",
            "https://shop.example/",
            "https://shop.example/path",
            "https://shop.example?x",
            "https://user@shop.example",
            "https://shop.example:port",
            "https://shop.example:",
            "https://shop.example:99999",
            "https://a.example https://b.example",
            "ftp://shop.example",
            "file://",
            "https://*",
            "https://*.example",
        ] {
            assert_eq!(Origin::read(text), None, "{text}");
        }
        assert_eq!(OriginList::read("https://a.example,"), None);
        assert_eq!(OriginList::read("*"), None);
    }

    #[test]
    fn an_address_has_an_origin() {
        let origin = Origin::of_address("https://shop.example/path?x=1");
        assert_eq!(origin, Origin::read("https://shop.example"));
    }

    #[test]
    fn a_host_is_compared_with_its_port() {
        let origin = Origin::read("https://shop.example").unwrap();
        assert!(origin.is_of_host("shop.example") && origin.is_of_host("SHOP.example:443"));
        for host in [
            "",
            "shop.example:80",
            "shop.example.evil",
            "example",
            "x@shop.example",
        ] {
            assert!(!origin.is_of_host(host), "{host}");
        }
    }
}
