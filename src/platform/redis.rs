//! How Redis is reached, for all that use it.

use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{Client, Cmd, IntoConnectionInfo, RedisResult};
use std::time::Duration;

/// How long a host may leave what was sent to it unacknowledged before the connection counts as dead.
#[cfg(target_os = "linux")]
const SILENCE: Duration = Duration::from_secs(5);

/// The Redis at `url`, as `redis://host:port` or `redis+unix:///path`. It is not asked yet.
///
/// # Errors
/// When the address cannot be read.
pub fn client(url: &str) -> RedisResult<Client> {
    let info = url.into_connection_info()?;
    #[cfg(target_os = "linux")]
    let info =
        info.set_tcp_settings(redis::io::tcp::TcpSettings::default().set_user_timeout(SILENCE));
    Client::open(info)
}

/// How long a new connection may take; who waits for it waits no longer than they would for an answer.
const CONNECTING: Duration = Duration::from_secs(2);

/// The Redis at `url` for those who wait for an answer no longer than `patience`: connected on first use, and anew after each failure,
/// when somebody asks. To be called within the runtime.
///
/// # Errors
/// When the address cannot be read.
pub fn impatient(url: &str, patience: Duration) -> RedisResult<ConnectionManager> {
    let config = ConnectionManagerConfig::new()
        .set_connection_timeout(Some(CONNECTING))
        .set_response_timeout(Some(patience))
        // Whoever asks next tries again; waiting in between is what `Health` does.
        .set_number_of_retries(0);
    ConnectionManager::new_lazy_with_config(client(url)?, config)
}

/// Says something on a channel.
#[must_use]
pub fn publish(channel: &str, said: &str) -> Cmd {
    Cmd::publish(channel, said)
}
