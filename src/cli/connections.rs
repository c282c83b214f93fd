//! What the operating system is asked for, so that many connections can be held.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Open files beside connections: the database, pictures.
const OTHERS: u64 = 1_000;

/// Has as many files open at a time as the system allows to this user, and says so in the log when that is too few.
pub(super) fn raise_limit(connections: u32) {
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit {
        current: limit.maximum,
        ..limit
    };
    let current = match setrlimit(Resource::Nofile, raised) {
        Ok(()) => limit.maximum,
        Err(_) => limit.current,
    };
    let wanted = u64::from(connections).saturating_add(OTHERS);
    if let Some(current) = current.filter(|current| *current < wanted) {
        tracing::warn!(
            files = current,
            connections,
            "fewer files may be open than LILIUM_CONNECTIONS needs"
        );
    }
}
