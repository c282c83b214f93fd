//! The only place that asks for the time.

use chrono::{DateTime, Utc};

/// The present moment.
#[must_use]
pub fn now() -> DateTime<Utc> {
    Utc::now()
}
