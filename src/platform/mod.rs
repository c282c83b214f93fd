//! What any server needs and no domain owns: the database, the outbox, the hub, the cache, the clock, tasks, rates.
//!
//! Nothing in here knows a domain.

pub mod background;
pub mod cache;
pub mod chance;
pub mod clock;
pub mod db;
pub mod health;
pub mod hub;
pub mod idempotency;
pub mod outbox;
pub mod rate;
pub mod redis;
pub mod secret;
pub mod tasks;
pub mod telemetry;
pub mod tls;
pub mod touched;
