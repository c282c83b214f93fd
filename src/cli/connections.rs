//! What the operating system is asked for, so that many connections can be held.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::net::TcpStream;

/// Open files beside sockets: the database, pictures, requests.
const OTHERS: u64 = 1_000;

/// How long a client may leave unacknowledged what it was sent, in milliseconds.
#[cfg(target_os = "linux")]
const UNACKNOWLEDGED: u32 = 30_000;

/// Has as many files open at a time as the system allows to this user, and says so in the log when that is too few.
pub(super) fn raise_limit(sockets: u32) {
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit {
        current: limit.maximum,
        ..limit
    };
    let current = match setrlimit(Resource::Nofile, raised) {
        Ok(()) => limit.maximum,
        Err(_) => limit.current,
    };
    let wanted = u64::from(sockets).saturating_add(OTHERS);
    if let Some(current) = current.filter(|current| *current < wanted) {
        tracing::warn!(
            files = current,
            sockets,
            "fewer files may be open than LILIUM_SOCKETS needs"
        );
    }
}

/// Has messages go out at once, and a connection end whose client takes nothing any more: neither hyper nor the system would end it.
pub(super) fn prepare(stream: &mut TcpStream) {
    // Where it cannot be had, it works without.
    let _ = stream.set_nodelay(true);
    #[cfg(target_os = "linux")]
    let _ = rustix::net::sockopt::set_tcp_user_timeout(&*stream, UNACKNOWLEDGED);
}
