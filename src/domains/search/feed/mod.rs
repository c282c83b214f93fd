//! Tells the Meilisearch server what has changed.

use crate::platform::outbox::log::{Consumer, Start};

/// Who keeps how far the indexes have come in the log of events.
pub const CONSUMER: Consumer = Consumer {
    name: "search",
    start: Start::Head,
};
