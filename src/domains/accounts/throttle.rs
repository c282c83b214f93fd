//! Buckets that leak: each attempt is a drop, and a full bucket makes wait.

use super::email;
use super::model::ClientAddress;
use sha2::{Digest, Sha256};
use std::net::IpAddr;

/// What is counted, how many drops a bucket holds, and how long it takes for one to leak away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bucket {
    /// What is counted: SHA-256 of it.
    pub subject: [u8; 32],
    /// Drops it holds.
    pub holds: i64,
    /// Seconds for one to leak away.
    pub leak: i64,
}

impl Bucket {
    /// Failed sign-ins of an account, whoever tries. It need not exist.
    #[must_use]
    pub fn of_account(account: &str) -> Self {
        Self::new("account", &email::folded(account), "", 10, 30)
    }

    /// Failed sign-ins from an address, whatever account is tried. Of one that everybody may come from, nobody's are counted: one who
    /// fails would make all the others wait.
    #[must_use]
    pub fn of_address(address: ClientAddress) -> Option<Self> {
        let bucket = || Self::new("address", "", &place(address), 100, 5);
        address.is_own().then(bucket)
    }

    /// Failed sign-ins of an account from an address.
    #[must_use]
    pub fn of_both(account: &str, address: ClientAddress) -> Self {
        Self::new("both", &email::folded(account), &place(address), 5, 60)
    }

    /// Sign-ups from an address, as [`Bucket::of_address`].
    #[must_use]
    pub fn of_sign_ups(address: ClientAddress) -> Option<Self> {
        let bucket = || Self::new("sign-up", "", &place(address), 20, 30);
        address.is_own().then(bucket)
    }

    fn new(kind: &str, account: &str, place: &str, holds: i64, leak: i64) -> Self {
        // The account stands last: it is the only part that may hold anything.
        let subject = Sha256::digest(format!("{kind}\n{place}\n{account}")).into();
        Self {
            subject,
            holds,
            leak,
        }
    }
}

/// An account at an address, as it is remembered after a sign-in that went well.
#[must_use]
pub fn familiar_place(account: &str, address: ClientAddress) -> [u8; 32] {
    let account = email::folded(account);
    Sha256::digest(format!("place\n{}\n{account}", place(address))).into()
}

/// What counts as one address: of IPv6, the network that one household or server has to itself.
fn place(client: ClientAddress) -> String {
    match client.address().map(|address| address.to_canonical()) {
        None => "unknown".to_owned(),
        Some(IpAddr::V4(address)) => address.to_string(),
        Some(IpAddr::V6(address)) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(address: &str) -> ClientAddress {
        ClientAddress::own(address.parse().unwrap())
    }

    #[test]
    fn an_address_that_everybody_may_come_from_is_not_counted_alone() {
        let everybody = ClientAddress::shared(Some("127.0.0.1".parse().unwrap()));
        assert_eq!(Bucket::of_address(everybody), None);
        assert_eq!(Bucket::of_sign_ups(everybody), None);
        let both = Bucket::of_both("ada@example.com", everybody);
        assert_eq!(both, Bucket::of_both("ada@example.com", at("127.0.0.1")));
        assert!(Bucket::of_address(at("127.0.0.1")).is_some());
    }

    #[test]
    fn an_address_of_ipv6_is_its_network() {
        assert_eq!(
            place(at("2001:db8:1:2:3:4:5:6")),
            place(at("2001:db8:1:2::9"))
        );
        assert_ne!(place(at("2001:db8:1:2::9")), place(at("2001:db8:1:3::9")));
        assert_eq!(place(at("::ffff:192.0.2.7")), place(at("192.0.2.7")));
        assert_ne!(place(at("192.0.2.8")), place(at("192.0.2.7")));
    }

    #[test]
    fn an_account_is_the_same_however_it_is_written() {
        assert_eq!(
            Bucket::of_account(" Ada@Example.com"),
            Bucket::of_account("ada@example.com")
        );
        let both = Bucket::of_both("ada@example.com", at("192.0.2.7"));
        assert_ne!(
            both.subject,
            Bucket::of_both("ada@example.com", at("192.0.2.8")).subject
        );
        assert_ne!(
            both.subject,
            familiar_place("ada@example.com", at("192.0.2.7"))
        );
    }
}
