//! What every test stands on: a PostgreSQL of the run's own, a database for each test, a server on a free port.

mod cluster;
pub mod frames;
pub mod http;
mod lent;
pub mod log;
pub mod raw;
mod shop;
mod whole;

pub use cluster::{Contents, database, fill, pictures};
pub use shop::{Answer, Shop, TOKEN_KEYS, config};
pub use whole::{moved, stands_in, whole, whole_in};
