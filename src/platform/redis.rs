//! How Redis is reached, for all that use it.

use redis::{Client, Cmd, IntoConnectionInfo, RedisResult};

/// How long a host may leave what was sent to it unacknowledged before the connection counts as dead.
#[cfg(target_os = "linux")]
const SILENCE: std::time::Duration = std::time::Duration::from_secs(5);

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

/// Says on a channel that something has come, and nothing else.
#[must_use]
pub fn publish(channel: &str) -> Cmd {
    Cmd::publish(channel, "")
}
