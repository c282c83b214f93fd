//! How long to wait: longer after each failure, and for a time that nobody else waits for, so that two who met do not meet again.

use std::time::Duration;

/// How long to wait after so many failures in a row: twice as long after each, but no longer than `longest`.
#[must_use]
pub fn back_off(failures: u32, longest: Duration) -> Duration {
    longest.min(Duration::from_millis(100) * 2_u32.saturating_pow(failures.min(10)))
}

/// A duration between nothing and `most`, in steps of a 255th of it.
#[must_use]
pub fn up_to(most: Duration) -> Duration {
    let mut byte = [0_u8; 1];
    // Without randomness everybody waits the same: no fault, only slower.
    getrandom::fill(&mut byte).map_or(Duration::ZERO, |()| most * u32::from(byte[0]) / 255)
}
