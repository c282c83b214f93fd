//! The only place that asks for the time.

use chrono::{DateTime, Datelike, Utc};

/// The present moment.
#[must_use]
pub fn now() -> DateTime<Utc> {
    Utc::now()
}

/// Whether the database can hold a moment: none before 4713 BC.
#[must_use]
pub fn is_storable(moment: &DateTime<Utc>) -> bool {
    moment.year() >= -4712
}
