//! Every setting of the program: read from the environment and `.env`, typed, and checked before anything starts.

mod network;
mod origin;
mod paths;
mod settings;
mod source;
#[cfg(test)]
mod tests;
mod value;

pub use network::Networks;
pub use origin::{Origin, OriginList};
pub use paths::Paths;
pub use settings::{Config, SETTINGS, SMALLEST_USUAL_POOL, usual_pool};
pub use source::{ConfigError, Setting, Source, example};
pub use value::{
    CollectorUrl, Flag, HttpUrl, IndexPrefix, LogFormat, MetricsToken, PostgresUrl, Profile,
    RedisUrl, Secret, SignUp, TokenKey, TokenKeys,
};
