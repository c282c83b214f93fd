//! Addresses and networks of the internet.

use super::value::Value;
use std::net::IpAddr;

/// A network, such as 10.0.0.0/8; one address is a network, too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Network {
    address: IpAddr,
    /// Leading bits that all its addresses share.
    bits: u8,
}

impl Network {
    /// Reads an address, or the first address of a network with how many bits are its own. The network of everybody is none.
    fn read(text: &str) -> Option<Self> {
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().ok()?;
        // An address of IPv4 in the clothes of IPv6 is written as what it is.
        if address.to_canonical() != address {
            return None;
        }
        let width = width(address);
        let bits = match bits {
            None => width,
            Some(bits) => {
                let plain =
                    bits.bytes().all(|byte| byte.is_ascii_digit()) && !bits.starts_with('0');
                plain.then_some(())?;
                bits.parse().ok().filter(|bits| *bits <= width)?
            }
        };
        let network = Self { address, bits };
        (network.prefix(address) == number(address)).then_some(network)
    }

    fn holds(self, address: IpAddr) -> bool {
        self.address.is_ipv4() == address.is_ipv4() && self.prefix(address) == number(self.address)
    }

    /// The bits of an address that are the network's.
    fn prefix(self, address: IpAddr) -> u128 {
        let rest = u32::from(width(address).saturating_sub(self.bits));
        number(address)
            .checked_shr(rest)
            .and_then(|kept| kept.checked_shl(rest))
            .unwrap_or(0)
    }
}

const fn width(address: IpAddr) -> u8 {
    if address.is_ipv4() { 32 } else { 128 }
}

fn number(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => u128::from(u32::from(address)),
        IpAddr::V6(address) => u128::from(address),
    }
}

/// Networks and addresses; none at all by default.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Networks(Vec<Network>);

impl Networks {
    /// Whether an address is in one of them.
    #[must_use]
    pub fn hold(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|network| network.holds(address))
    }
}

impl Value for Networks {
    const MAY_BE: &'static str =
        "a list of addresses or networks joined by commas, such as 10.0.0.0/8,192.0.2.7,fd00::/8";

    fn read(text: &str) -> Option<Self> {
        text.split(',')
            .map(|network| Network::read(network.trim()))
            .collect::<Option<_>>()
            .map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::{Networks, Value};

    #[test]
    fn a_network_holds_what_begins_as_it_does() {
        let networks = Networks::read("10.0.0.0/8, 192.0.2.7,fd00::/8,198.51.100.128/25").unwrap();
        for (address, held) in [
            ("10.255.0.1", true),
            ("::ffff:10.1.2.3", true),
            ("11.0.0.1", false),
            ("192.0.2.7", true),
            ("192.0.2.8", false),
            ("fdff::1", true),
            ("fc00::1", false),
            ("::10.0.0.1", false),
            ("198.51.100.127", false),
            ("198.51.100.255", true),
        ] {
            assert_eq!(networks.hold(address.parse().unwrap()), held, "{address}");
        }
        assert!(!Networks::default().hold("10.0.0.1".parse().unwrap()));
    }

    #[test]
    fn what_is_no_network_is_refused() {
        for text in [
            "",
            ",",
            "10.0.0.0/8,",
            "10.0.0.1/8",
            "10.0.0.0/33",
            "10.0.0.0/+8",
            "10.0.0.0/08",
            "10.0.0.0/",
            "10.0.0.0/8/8",
            "0.0.0.0/0",
            "::/0",
            "fd00::/129",
            "::ffff:10.0.0.1",
            "010.0.0.1",
            "10.0.0",
            "proxy.example.com",
            "10.0.0.1:80",
        ] {
            assert_eq!(Networks::read(text), None, "{text}");
        }
    }
}
