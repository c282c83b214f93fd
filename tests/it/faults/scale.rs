//! How many people there are, and how long they wait.

use std::time::Duration;

/// How many people there are.
#[derive(Clone, Copy)]
pub struct Scale {
    pub buyers: usize,
    /// Carts that they buy one after the other.
    pub carts: usize,
    /// Orders that were bought before anything happens, each followed by its buyer.
    pub own: usize,
    pub vendors: usize,
    /// Each reads the shop, and has a cart.
    pub readers: usize,
    /// Of vendors' desks.
    pub followers: usize,
    /// The longest pause between two purchases of one buyer, in milliseconds.
    pub pause: usize,
}

/// Beside hundreds of other tests.
pub const SHORT: Scale = Scale {
    buyers: 6,
    carts: 240,
    own: 2,
    vendors: 1,
    readers: 1,
    followers: 3,
    pause: 250,
};

/// Alone on the machine. They buy some forty carts a second, as long as nothing is away.
pub const LONG: Scale = Scale {
    buyers: 20,
    carts: 3_000,
    own: 8,
    vendors: 3,
    readers: 4,
    followers: 12,
    pause: 900,
};

/// The same, where people can buy for more than a minute.
pub const LASTING: Scale = Scale {
    carts: 7_000,
    ..LONG
};

/// The same, without haste: where followers lose their sessions all the time, no desk falls more than a thousand events
/// behind, which would rightly be told to begin anew.
pub const UNHURRIED: Scale = Scale {
    pause: 2_700,
    ..LASTING
};

/// Within this time everything answers again, after whatever was away is back.
pub const HEALS: Duration = Duration::from_secs(25);
