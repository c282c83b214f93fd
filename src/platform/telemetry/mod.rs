//! What an operator sees of the program while it runs: numbers for Prometheus ([`metrics`]) and traces by OpenTelemetry
//! ([`traces`]).
//!
//! Numbers are counted always, by atomic additions: handles are made once and held. Traces cost nothing unless a collector is
//! named. What strangers write never becomes a label, but for a bounded number of operation names.

mod family;
mod metrics;
mod names;
mod operations;
mod process;
mod roots;
pub mod spans;
pub mod traces;

pub use metrics::{Answered, Backlog, Metrics, Open, metrics};
pub use names::{ALL, Kind, Metric};
pub use roots::{RootField, RootFields};
