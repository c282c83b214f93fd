//! How many connections are open, in all and from one address.

use std::{
    collections::HashMap,
    fmt,
    net::{IpAddr, Ipv6Addr},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// The connections of a program. Copies count together.
#[derive(Debug, Clone)]
pub(super) struct Doors(Arc<Counts>);

#[derive(Debug)]
struct Counts {
    most: usize,
    most_by_address: usize,
    inside: Mutex<Inside>,
}

#[derive(Debug, Default)]
struct Inside {
    all: usize,
    by_address: HashMap<IpAddr, usize>,
}

/// Why somebody does not come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Full {
    /// As many are open as may be.
    All,
    /// As many come from this address as may.
    Address(IpAddr),
}

impl fmt::Display for Full {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => f.write_str("as many are open as LILIUM_CONNECTIONS lets in"),
            Self::Address(address) => write!(f, "as many are open from {address} as may be"),
        }
    }
}

impl Doors {
    /// At most so many at a time, and so many from one address.
    pub fn new(most: usize, most_by_address: usize) -> Self {
        Self(Arc::new(Counts {
            most,
            most_by_address,
            inside: Mutex::default(),
        }))
    }

    /// A place for one more. An address is given where it is one client's: others may be everybody's.
    pub fn enter(&self, address: Option<IpAddr>) -> Result<Place, Full> {
        let address = address.map(house);
        let mut inside = self.inside();
        if inside.all >= self.0.most {
            return Err(Full::All);
        }
        if let Some(address) = address {
            let here = inside.by_address.entry(address).or_default();
            if *here >= self.0.most_by_address {
                return Err(Full::Address(address));
            }
            *here += 1;
        }
        inside.all += 1;
        drop(inside);
        Ok(Place {
            doors: self.clone(),
            address,
        })
    }

    fn leave(&self, address: Option<IpAddr>) {
        let mut inside = self.inside();
        inside.all = inside.all.saturating_sub(1);
        let Some(address) = address else { return };
        if let Some(here) = inside.by_address.get_mut(&address) {
            *here = here.saturating_sub(1);
            if *here == 0 {
                inside.by_address.remove(&address);
            }
        }
    }

    fn inside(&self) -> MutexGuard<'_, Inside> {
        self.0.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is one client's: an address, and with IPv6 the network that a house is given, since its addresses are countless.
fn house(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let network = u128::from(address) & !u128::from(u64::MAX);
            Ipv6Addr::from(network).into()
        }
        address => address,
    }
}

/// One connection's, for as long as this lives.
#[derive(Debug)]
pub(super) struct Place {
    doors: Doors,
    address: Option<IpAddr>,
}

impl Drop for Place {
    fn drop(&mut self) {
        self.doors.leave(self.address);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn there_are_so_many_places_in_all_and_so_many_for_one() {
        let doors = Doors::new(4, 2);
        let one = ip("203.0.113.9");
        let (first, second) = (doors.enter(Some(one)), doors.enter(Some(one)));
        assert!(first.is_ok() && second.is_ok());
        assert_eq!(doors.enter(Some(one)).err(), Some(Full::Address(one)));
        // Those who may be everybody are bound in all only.
        let (third, fourth) = (doors.enter(None), doors.enter(None));
        assert!(third.is_ok() && fourth.is_ok());
        assert_eq!(doors.enter(Some(ip("203.0.113.10"))).err(), Some(Full::All));
        drop((first, third));
        assert!(doors.enter(Some(one)).is_ok());
    }

    #[test]
    fn nothing_is_left_of_those_who_left() {
        let doors = Doors::new(4, 2);
        drop((doors.enter(Some(ip("203.0.113.9"))), doors.enter(None)));
        let inside = doors.inside();
        assert!(inside.all == 0 && inside.by_address.is_empty());
    }

    #[test]
    fn a_network_of_ipv6_is_one_client() {
        let doors = Doors::new(9, 1);
        let _in = doors.enter(Some(ip("2001:db8::1")));
        assert!(doors.enter(Some(ip("2001:db8::ffff:1"))).is_err());
        assert!(doors.enter(Some(ip("2001:db8:0:1::1"))).is_ok());
        let _in = doors.enter(Some(ip("::ffff:203.0.113.9")));
        assert!(doors.enter(Some(ip("203.0.113.9"))).is_err());
    }
}
