//! What the rooms' services share for as long as the program runs; a request gets services of its own, made from this.

use crate::config::Config;
use crate::platform::outbox::Wake;
use crate::platform::tasks::Tasks;

/// What outlives a request.
#[derive(Clone)]
pub struct Services {
    /// Wakes the relay of the outbox after a commit.
    pub wake: Wake,
    /// Runs changes, so that one that has begun finishes.
    pub tasks: Tasks,
}

impl Services {
    /// From the settings.
    #[must_use]
    pub fn new(_config: &Config) -> Self {
        Self {
            wake: Wake::default(),
            tasks: Tasks::default(),
        }
    }
}
