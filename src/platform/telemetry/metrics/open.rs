//! What is open.

use ::metrics::Gauge;

/// Counts something that is open for as long as it lives.
pub struct Open(&'static Gauge);

impl Open {
    /// One more.
    #[must_use]
    pub fn one(gauge: &'static Gauge) -> Self {
        gauge.increment(1.0);
        Self(gauge)
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.decrement(1.0);
    }
}
