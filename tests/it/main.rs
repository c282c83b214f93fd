//! The integration tests: the real server, real PostgreSQL, real clients. One binary, a module for each subject.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "in tests a panic is the way to fail"
)]

mod support;

mod embedded;
mod smoke;
mod tables;
