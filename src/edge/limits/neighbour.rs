//! Who is counted as one.

use crate::domains::accounts::ClientAddress;

/// An address whose requests are counted together: of IPv6, the network that one household or server has to itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Neighbour(pub(super) u128);

impl Neighbour {
    /// None for an address that everybody may come from.
    pub(super) fn of(client: ClientAddress) -> Option<Self> {
        client.household().map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own(text: &str) -> Option<Neighbour> {
        Neighbour::of(ClientAddress::own(text.parse().unwrap()))
    }

    #[test]
    fn an_address_of_ipv6_is_its_network_and_others_are_themselves() {
        assert_eq!(own("2001:db8:1:2:3:4:5:6"), own("2001:db8:1:2::9"));
        assert_ne!(own("2001:db8:1:2::9"), own("2001:db8:1:3::9"));
        assert_eq!(own("::ffff:192.0.2.7"), own("192.0.2.7"));
        assert_ne!(own("192.0.2.8"), own("192.0.2.7"));
        assert_ne!(own("::192.0.2.7"), own("192.0.2.7"));
    }

    #[test]
    fn an_address_that_everybody_may_come_from_is_nobodys() {
        let shared = ClientAddress::shared(Some("127.0.0.1".parse().unwrap()));
        assert_eq!(Neighbour::of(shared), None);
        assert_eq!(Neighbour::of(ClientAddress::default()), None);
    }
}
