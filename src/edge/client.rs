//! Whom a request comes from, when a proxy passes it on.

use crate::config::Networks;
use crate::domains::accounts::ClientAddress;
use axum::http::HeaderMap;
use std::net::{IpAddr, SocketAddr};

/// Each proxy adds whom it was asked by at the end of this header.
const HEADER: &str = "x-forwarded-for";

/// Entries that are looked at.
const MOST_ENTRIES: usize = 20;

/// The client of a request that `peer` sent: whom a trusted proxy names, else `peer`. Entries to the left of the first that is no
/// trusted proxy's are what a stranger wrote, and are not looked at.
pub fn client(peer: Option<IpAddr>, headers: &HeaderMap, proxies: &Networks) -> ClientAddress {
    let Some(peer) = peer else {
        return ClientAddress::shared(None);
    };
    if !proxies.hold(peer) {
        return if is_local(peer) {
            ClientAddress::shared(Some(peer))
        } else {
            ClientAddress::own(peer)
        };
    }
    // A proxy that does not say for whom it asks is one place for everybody.
    named(headers, proxies).map_or(ClientAddress::shared(Some(peer)), ClientAddress::own)
}

/// Whether connections from `peer` are one client's, and not everybody's.
pub(super) fn is_one(peer: IpAddr, proxies: &Networks) -> bool {
    !proxies.hold(peer) && !is_local(peer)
}

/// The right-most entry that is no trusted proxy's.
fn named(headers: &HeaderMap, proxies: &Networks) -> Option<IpAddr> {
    let lines = headers.get_all(HEADER).iter().rev();
    let entries = lines.flat_map(|line| line.to_str().unwrap_or_default().rsplit(','));
    for entry in entries.take(MOST_ENTRIES) {
        let address = address(entry.trim())?;
        if !proxies.hold(address) {
            return Some(address);
        }
    }
    None
}

/// An entry's address; some proxies write the port, too.
fn address(entry: &str) -> Option<IpAddr> {
    let with_port = || entry.parse::<SocketAddr>().ok().map(|it| it.ip());
    entry.parse().ok().or_else(with_port)
}

/// Whether an address is of this machine or of a private network, where a proxy may stand that nobody told us of.
fn is_local(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => {
            let [a, b, ..] = address.octets();
            let behind_a_carrier = a == 100 && (64..128).contains(&b);
            address.is_loopback()
                || address.is_private()
                || address.is_link_local()
                || behind_a_carrier
        }
        IpAddr::V6(address) => {
            address.is_loopback() || address.is_unique_local() || address.is_unicast_link_local()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Config, Source};
    use proptest::prelude::*;

    fn proxies(text: &str) -> Networks {
        let source = Source::from_pairs([("LILIUM_TRUSTED_PROXIES", text)]);
        Config::load(&source)
            .unwrap()
            .trusted_proxies
            .unwrap_or_default()
    }

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn asked(peer: &str, trusted: &str, lines: &[&str]) -> ClientAddress {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(HEADER, line.parse().unwrap());
        }
        client(Some(ip(peer)), &headers, &proxies(trusted))
    }

    #[test]
    fn a_trusted_proxy_is_believed_and_nobody_else() {
        let own = |text: &str| ClientAddress::own(ip(text));
        let many = format!("198.51.100.1{}", ", 10.0.0.1".repeat(20));
        let trusted = "10.0.0.0/8";
        for (peer, lines, client) in [
            ("203.0.113.9", &["198.51.100.1"][..], own("203.0.113.9")),
            ("10.0.0.1", &["198.51.100.1"], own("198.51.100.1")),
            ("::ffff:10.0.0.1", &["198.51.100.1"], own("198.51.100.1")),
            ("10.0.0.1", &["198.51.100.1:4711"], own("198.51.100.1")),
            ("10.0.0.1", &["2001:db8::1"], own("2001:db8::1")),
            ("10.0.0.1", &["[2001:db8::1]:4711"], own("2001:db8::1")),
            // What the client wrote itself stands to the left.
            (
                "10.0.0.1",
                &["192.0.2.66, 198.51.100.1, 10.0.0.2"],
                own("198.51.100.1"),
            ),
            (
                "10.0.0.1",
                &["192.0.2.66", "198.51.100.1,10.0.0.2"],
                own("198.51.100.1"),
            ),
            ("10.0.0.1", &["nobody, 198.51.100.1"], own("198.51.100.1")),
            // Private, and told apart all the same.
            ("10.0.0.1", &["192.168.1.7"], own("192.168.1.7")),
        ] {
            assert_eq!(asked(peer, trusted, lines), client, "{peer} {lines:?}");
        }
        let peer = ClientAddress::shared(Some(ip("10.0.0.1")));
        for lines in [
            &[][..],
            &[""],
            &["unknown"],
            &["198.51.100.1, unknown"],
            &["198.51.100.1", "\u{e9}"],
            &["10.0.0.2, 10.0.0.3"],
            &[many.as_str()],
        ] {
            assert_eq!(asked("10.0.0.1", trusted, lines), peer, "{lines:?}");
        }
    }

    #[test]
    fn a_local_peer_that_is_no_proxy_may_be_everybody() {
        for (peer, shared) in [
            ("127.0.0.1", true),
            ("::1", true),
            ("192.168.1.1", true),
            ("172.17.0.1", true),
            ("100.64.0.1", true),
            ("fd00::1", true),
            ("fe80::1", true),
            ("203.0.113.9", false),
            ("2001:db8::1", false),
            ("100.128.0.1", false),
        ] {
            let client = asked(peer, "", &["198.51.100.1"]);
            let wanted = if shared {
                ClientAddress::shared(Some(ip(peer)))
            } else {
                ClientAddress::own(ip(peer))
            };
            assert_eq!(client, wanted, "{peer}");
        }
        let nobody = client(None, &HeaderMap::new(), &Networks::default());
        assert_eq!(nobody, ClientAddress::default());
    }

    proptest! {
        #[test]
        fn whatever_a_header_says_is_read(peer: [u8; 4], lines in prop::collection::vec(prop_oneof!["[ -~]{0,40}", "[0-9a-f.:\\[\\], ]{0,40}"], 0..4), trusted: bool) {
            let peer = IpAddr::from(peer);
            let mut headers = HeaderMap::new();
            for line in &lines {
                headers.append(HEADER, line.parse().unwrap());
            }
            let proxies = proxies(if trusted { "0.0.0.0/1,128.0.0.0/1" } else { "" });
            let found = client(Some(peer), &headers, &proxies);
            if !trusted {
                // What a stranger writes changes nothing.
                prop_assert_eq!(found, client(Some(peer), &HeaderMap::new(), &proxies));
            }
            prop_assert_eq!(client(None, &headers, &proxies), ClientAddress::shared(None));
        }

        #[test]
        fn what_stands_left_of_a_stranger_is_not_looked_at(forged in "[ -~]{0,60}", stranger: [u8; 4], port in prop::option::of(any::<u16>())) {
            let stranger = IpAddr::from(stranger);
            let trusted = "10.0.0.0/8";
            prop_assume!(!proxies(trusted).hold(stranger));
            let named = port.map_or_else(|| stranger.to_string(), |port| SocketAddr::new(stranger, port).to_string());
            let line = format!("{forged}, {named}, 10.1.2.3");
            prop_assert_eq!(asked("10.0.0.1", trusted, &[&line]), ClientAddress::own(stranger));
        }
    }
}
