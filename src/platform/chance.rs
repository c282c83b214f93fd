//! Waiting for a time that nobody else waits for: two who met do not meet again.

use std::time::Duration;

/// A duration between nothing and `most`, in steps of a 255th of it.
#[must_use]
pub fn up_to(most: Duration) -> Duration {
    let mut byte = [0_u8; 1];
    // Without randomness everybody waits the same: no fault, only slower.
    getrandom::fill(&mut byte).map_or(Duration::ZERO, |()| most * u32::from(byte[0]) / 255)
}
