//! What a buyer has chosen and not bought yet.

pub mod graphql;
