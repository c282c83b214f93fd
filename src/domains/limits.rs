//! Bounds that several rooms share.

/// The largest total of an order, minor units: what the database takes. A cart that comes to more is not let grow.
pub const LARGEST_TOTAL: i64 = 1_000_000_000_000;
