//! What any server needs and no domain owns: the database, the cache, the clock.
//!
//! Nothing in here knows a domain.

pub mod cache;
pub mod clock;
pub mod db;
