//! Many times, told by a few.

/// Times in microseconds, sorted.
#[derive(Debug, Clone)]
pub struct Spread(Vec<i64>);

impl Spread {
    /// Of these times; there must be some.
    pub fn of(mut micros: Vec<i64>) -> Self {
        assert!(!micros.is_empty(), "nothing was measured");
        micros.sort_unstable();
        Self(micros)
    }

    /// The time in milliseconds that so many of a hundred do not exceed.
    pub fn percentile(&self, percent: usize) -> f64 {
        let rank = (self.0.len() * percent).div_ceil(100).max(1);
        self.0[rank - 1] as f64 / 1000.0
    }

    /// Half of them take no longer.
    pub fn p50(&self) -> f64 {
        self.percentile(50)
    }

    /// One of a hundred takes longer.
    pub fn p99(&self) -> f64 {
        self.percentile(99)
    }

    /// The longest.
    pub fn longest(&self) -> f64 {
        self.percentile(100)
    }

    /// The mean in milliseconds.
    pub fn mean(&self) -> f64 {
        self.0.iter().sum::<i64>() as f64 / self.0.len() as f64 / 1000.0
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }
}
