//! The times of the demo shop, all counted from one fixed day.

use chrono::{DateTime, TimeDelta, Utc};

/// The day the demo shop is seen on: 2026-11-01T00:00:00Z. Nothing but what is yet to come is younger.
pub(super) const TODAY: DateTime<Utc> = moment(1_793_491_200);

/// The day the shop opened: about three years before.
pub(super) const OPENING: DateTime<Utc> = moment(1_793_491_200 - 1_100 * 86_400);

/// A time that is to come, whenever the shop is seeded: 2100-01-01T00:00:00Z.
pub(super) const FAR_AHEAD: DateTime<Utc> = moment(4_102_444_800);

const fn moment(seconds: i64) -> DateTime<Utc> {
    match DateTime::from_timestamp(seconds, 0) {
        Some(moment) => moment,
        None => DateTime::UNIX_EPOCH,
    }
}

/// So many seconds before [`TODAY`].
pub(super) fn seconds_ago(seconds: i64) -> DateTime<Utc> {
    TODAY - TimeDelta::seconds(seconds)
}

/// So many days after the shop opened.
pub(super) fn after_opening(days: i64) -> DateTime<Utc> {
    OPENING + TimeDelta::days(days)
}

/// So many seconds later, [`TODAY`] at the latest.
pub(super) fn later(than: DateTime<Utc>, seconds: u32) -> DateTime<Utc> {
    (than + TimeDelta::seconds(i64::from(seconds))).min(TODAY)
}
