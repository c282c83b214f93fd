//! What the demo shop's people have bought, and what became of it.

use crate::graphql::codes::CountryCode;

/// Somebody who buys.
#[derive(Debug)]
pub(super) struct Buyer {
    /// The address.
    pub email: &'static str,
    /// Given and family name.
    pub name: [&'static str; 2],
    /// Street and city.
    pub place: [&'static str; 2],
    /// The country, which decides the market.
    pub country: CountryCode,
    /// Whether they have an account.
    pub signs_in: bool,
}

const fn buyer(
    email: &'static str,
    name: [&'static str; 2],
    place: [&'static str; 2],
    country: CountryCode,
    signs_in: bool,
) -> Buyer {
    Buyer {
        email,
        name,
        place,
        country,
        signs_in,
    }
}

use CountryCode::{Kw, Us};

const ADA: Buyer = buyer(
    "ada@example.com",
    ["Ada", "Marlowe"],
    ["12 Harbour Street", "Portland"],
    Us,
    true,
);
const BILAL: Buyer = buyer(
    "bilal@example.com",
    ["Bilal", "Haddad"],
    ["Block 3, Street 7, House 21", "Kuwait City"],
    Kw,
    true,
);
const CHEN: Buyer = buyer(
    "chen@example.com",
    ["Chen", "Wei"],
    ["480 Orchard Lane", "Springfield"],
    Us,
    true,
);
const DANA: Buyer = buyer(
    "dana@example.com",
    ["Dana", "Sabah"],
    ["Block 1, Street 4, House 9", "Salmiya"],
    Kw,
    false,
);
const ELI: Buyer = buyer(
    "eli@example.com",
    ["Eli", "Stone"],
    ["7 Mill Road", "Burlington"],
    Us,
    false,
);

/// What became of a vendor's part of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// It waits for the vendor's word.
    Waits,
    /// The vendor will deliver it.
    Accepted,
    /// The vendor puts it together.
    Prepared,
    /// It is on the way.
    Sent,
    /// It is with the customer.
    Arrived,
    /// The vendor does not deliver it, and says why.
    Refused(&'static str),
    /// The customer called it off.
    CalledOff,
}

/// An order of the demo shop.
#[derive(Debug)]
pub(super) struct Wish {
    /// Whoever buys.
    pub buyer: &'static Buyer,
    /// The card; cash on delivery without one.
    pub card: Option<&'static str>,
    /// Handles of products with how many of each, the vendors one after the other.
    pub goods: &'static [(&'static str, i32)],
    /// What became of each vendor's part; the last stands for those that follow.
    pub fates: &'static [Fate],
}

/// A card that pays.
const VISA: Option<&str> = Some("4242424242424242");
/// Another one.
const MASTERCARD: Option<&str> = Some("5555555555554444");
/// A card that the gateway declines.
const EMPTY: Option<&str> = Some("4000000000009995");
const CASH: Option<&str> = None;

const fn wish(
    buyer: &'static Buyer,
    card: Option<&'static str>,
    goods: &'static [(&'static str, i32)],
    fates: &'static [Fate],
) -> Wish {
    Wish {
        buyer,
        card,
        goods,
        fates,
    }
}

use Fate::{Accepted, Arrived, CalledOff, Prepared, Refused, Sent, Waits};

/// Every order, in the order in which they are placed. Only what there is plenty of is bought: nothing sells out by it.
#[rustfmt::skip]
pub(super) const WISHES: [Wish; 24] = [
    wish(&ADA, CASH, &[("pinch-salt-bowl", 2)], &[Arrived]),
    wish(&ADA, VISA, &[("apricot-jam", 2), ("seven-spice", 1)], &[Arrived]),
    wish(&BILAL, CASH, &[("cardamom-coffee", 2), ("short-espresso-cup", 2)], &[Arrived]),
    wish(&CHEN, MASTERCARD, &[("pocket-reporter", 2), ("hammam-towel", 1)], &[Arrived, Prepared]),
    wish(&ELI, CASH, &[("paper-clip-jar", 1)], &[Arrived]),
    wish(&DANA, VISA, &[("hibiscus-tea", 2)], &[Sent]),
    wish(&ADA, CASH, &[("hammam-towel", 2)], &[Sent]),
    wish(&CHEN, CASH, &[("pinch-salt-bowl", 1), ("letter-set", 1)], &[Sent]),
    wish(&BILAL, VISA, &[("pomegranate-molasses", 1)], &[Refused("The last batch did not turn out well: the next one comes in autumn.")]),
    wish(&CHEN, CASH, &[("undated-planner", 1)], &[Refused("We do not bring parcels there this week.")]),
    wish(&ADA, MASTERCARD, &[("seven-spice", 2), ("pinch-salt-bowl", 1)], &[Refused("The jars broke on the way to us."), Accepted]),
    wish(&ADA, VISA, &[("pocket-reporter", 1)], &[CalledOff]),
    wish(&BILAL, CASH, &[("short-espresso-cup", 1), ("apricot-jam", 1)], &[CalledOff]),
    wish(&ELI, CASH, &[("hammam-towel", 1)], &[CalledOff]),
    wish(&BILAL, EMPTY, &[("undated-planner", 1)], &[Waits]),
    wish(&BILAL, CASH, &[("hammam-towel", 2)], &[Prepared]),
    wish(&CHEN, VISA, &[("cardamom-coffee", 1), ("paper-clip-jar", 1)], &[Prepared]),
    wish(&ELI, MASTERCARD, &[("apricot-jam", 1)], &[Prepared]),
    wish(&ADA, CASH, &[("letter-set", 1), ("pinch-salt-bowl", 2)], &[Accepted]),
    wish(&DANA, CASH, &[("pocket-reporter", 2)], &[Accepted]),
    wish(&BILAL, MASTERCARD, &[("pinch-salt-bowl", 2), ("hibiscus-tea", 1)], &[Waits]),
    wish(&CHEN, CASH, &[("short-espresso-cup", 2)], &[Waits]),
    wish(&ADA, VISA, &[("hammam-towel", 1), ("pocket-reporter", 2)], &[Waits]),
    wish(&ELI, CASH, &[("seven-spice", 1)], &[Waits]),
];
