//! Who sells on the marketplace.
//!
//! A vendor's products are seen while the vendor is ACTIVE; every row that is a vendor's names the vendor. Other rooms use
//! [`VendorRow`], and [`graphql::Vendor`] where a product says who sells it.

pub mod graphql;
pub mod loaders;
mod model;
mod store;

pub use model::{VendorRow, VendorState};
