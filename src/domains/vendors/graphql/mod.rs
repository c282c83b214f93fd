//! Vendors in the schema.

mod query;
mod vendor;

pub use query::{VendorQuery, vendor_by_id};
pub use vendor::Vendor;
