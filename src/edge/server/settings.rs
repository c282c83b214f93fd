//! The bounds of connections.

use std::time::Duration;

/// What connections may do, and how many there may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ServerSettings {
    /// How many may be open at a time, those that became WebSockets among them.
    pub connections: usize,
    /// How many of them may come from one address that is one client's.
    pub connections_by_address: usize,
    /// The time in which the headers of a request must have come, from their first byte on; those of the first request from the
    /// beginning of the connection.
    pub head_deadline: Duration,
    /// How long a connection may stay open that nothing is asked of.
    pub idle: Duration,
    /// The time in which an answer must have been taken; an event stream has its own.
    pub answer_deadline: Duration,
    /// The longest headers of a request, its address among them, in bytes.
    pub head_bytes: usize,
    /// How many requests may run on one connection of HTTP/2.
    pub streams: u32,
    /// How often a connection of HTTP/2 is asked whether anybody is there, and how long that may take to be answered.
    pub ping: Duration,
}

impl Default for ServerSettings {
    fn default() -> Self {
        Self {
            connections: 24_000,
            connections_by_address: 1_000,
            head_deadline: Duration::from_secs(10),
            idle: Duration::from_secs(75),
            answer_deadline: Duration::from_secs(120),
            // Documents of queries by GET are as long as they may be, in the encoding of addresses.
            head_bytes: 96 * 1024,
            streams: 100,
            ping: Duration::from_secs(20),
        }
    }
}
