//! The integration tests: the real server, real PostgreSQL, real clients. One binary, a module for each subject.
// The futures of tests hold those of the whole schema within one another.
#![recursion_limit = "256"]
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::as_conversions,
    reason = "in tests a panic is the way to fail"
)]

mod programs;
mod support;

mod access;
mod accounts;
mod answers;
mod attacks;
mod buying;
mod carts;
mod clients;
mod command_line;
mod demo;
mod embedded;
mod faults;
mod housekeeping;
mod http;
mod live;
mod loans;
mod orders;
mod outbox;
mod promises;
mod rates;
mod reading;
mod schema;
mod search;
mod seed;
mod strangers;
mod tables;
mod watching;
