//! The bounds that the endpoint keeps.

use std::time::Duration;

use super::super::guard;

/// The bounds of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// What a document may ask for.
    pub limits: guard::Limits,
    /// Whether operations may ask for the schema itself.
    pub introspection: bool,
    /// Whether tokens may be in cookies.
    pub cookies: bool,
    /// The longest body that is read, in bytes.
    pub body_bytes: usize,
    /// The time in which a body must have arrived.
    pub body_deadline: Duration,
    /// The time in which an operation must be done, and a subscription begun.
    pub execution_deadline: Duration,
    /// How long the answer to a public query that was named by GET may be kept by whoever passes it on.
    pub public_age: Duration,
    /// The bounds of what stays open.
    pub live: LiveSettings,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            limits: guard::Limits::default(),
            introspection: true,
            cookies: false,
            body_bytes: 1_048_576,
            body_deadline: Duration::from_secs(10),
            execution_deadline: Duration::from_secs(30),
            public_age: Duration::from_secs(10),
            live: LiveSettings::default(),
        }
    }
}

/// The bounds of sockets and event streams.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LiveSettings {
    /// The longest message that a socket takes, in bytes.
    pub message_bytes: usize,
    /// How many operations one socket may have at a time.
    pub operations: usize,
    /// The time in which a socket must have sent `connection_init`.
    pub init_deadline: Duration,
    /// How often a socket is asked whether anybody is there.
    pub ping_interval: Duration,
    /// How long a socket may be silent.
    pub silence: Duration,
    /// The time in which a message must have been taken.
    pub write_deadline: Duration,
    /// The time in which a closing must be done.
    pub close_deadline: Duration,
    /// How often an event stream that has nothing to say says so.
    pub heartbeat: Duration,
    /// The time over which sockets are closed when the program ends, so that not all clients come again at once.
    pub drain: Duration,
}

impl Default for LiveSettings {
    fn default() -> Self {
        Self {
            message_bytes: 262_144,
            operations: 50,
            init_deadline: Duration::from_secs(10),
            ping_interval: Duration::from_secs(15),
            silence: Duration::from_secs(40),
            write_deadline: Duration::from_secs(10),
            close_deadline: Duration::from_secs(2),
            heartbeat: Duration::from_secs(12),
            drain: Duration::from_secs(1),
        }
    }
}
