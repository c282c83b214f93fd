//! How far the work has come, told to whoever watches.

/// Hears how far seeding has come.
pub trait Progress: Send + Sync {
    /// A new stage begins, of `total` steps.
    fn stage(&self, name: &str, total: u64);
    /// So many further steps of the present stage are done.
    fn advance(&self, by: u64);
}

/// Nobody watches.
#[derive(Debug, Clone, Copy)]
pub struct Silent;

impl Progress for Silent {
    fn stage(&self, _name: &str, _total: u64) {}

    fn advance(&self, _by: u64) {}
}
