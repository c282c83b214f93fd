//! `postmaster.pid`: what PostgreSQL itself tells about the server of a cluster.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rustix::process::{Pid, test_kill_process};
use tracing::warn;

use super::error::{EmbeddedError, io_error};

/// The file's name in the cluster.
const NAME: &str = "postmaster.pid";

/// What the server is about, from the eighth line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Status {
    /// Not yet taking connections.
    Starting,
    /// Taking connections.
    Ready,
    /// Ending.
    Stopping,
}

/// The server that the file tells of, which may be long gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PidFile {
    /// The server's process.
    pub(super) pid: Pid,
    /// The number in the name of its socket.
    pub(super) port: Option<u16>,
    /// The folder of its socket; none when it listens on no socket, or not yet.
    pub(super) socket_folder: Option<PathBuf>,
    /// What it is about.
    pub(super) status: Status,
}

/// What became of a process that a file names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Life {
    /// It is the cluster's server.
    Serving,
    /// The number now belongs to another program.
    Other,
    /// There is no such process, or one that has ended and only waits for its parent to notice.
    Gone,
}

/// The living server of a cluster, if there is one.
pub(super) fn living(cluster: &Path) -> Result<Option<PidFile>, EmbeddedError> {
    Ok(read(cluster)?.filter(|server| is_serving(server.pid, cluster)))
}

/// Whether a process is the server of a cluster and has not ended.
pub(super) fn is_serving(pid: Pid, cluster: &Path) -> bool {
    life(pid, cluster) == Life::Serving
}

/// Removes a file whose process number now belongs to another program.
///
/// PostgreSQL copes with files of processes that are gone, but takes any living one of the same user
/// for its server. In a container, where numbers are low and come again, that is likely.
pub(super) fn remove_stale(cluster: &Path) -> Result<(), EmbeddedError> {
    let Some(server) = read(cluster)? else {
        return Ok(());
    };
    if life(server.pid, cluster) != Life::Other {
        return Ok(());
    }
    warn!(
        pid = server.pid.as_raw_nonzero().get(),
        "removing the process file of a server that is gone"
    );
    let path = cluster.join(NAME);
    fs::remove_file(&path).map_err(io_error("remove", &path))
}

/// Reads the file; none when it is missing or names no process.
pub(super) fn read(cluster: &Path) -> Result<Option<PidFile>, EmbeddedError> {
    let path = cluster.join(NAME);
    match fs::read(&path) {
        Ok(content) => Ok(parse(&String::from_utf8_lossy(&content))),
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(cause) => Err(io_error("read", &path)(cause)),
    }
}

/// Lines: process, data directory, start time, port, socket's folder, address, shared memory, status.
fn parse(content: &str) -> Option<PidFile> {
    let mut lines = content.lines().map(str::trim);
    // PostgreSQL writes a negative number when it runs for a single user, who takes no connections.
    let pid = lines
        .next()?
        .parse()
        .ok()
        .filter(|number| *number > 0)
        .and_then(Pid::from_raw)?;
    let port = lines.nth(2).and_then(|line| line.parse().ok());
    let socket_folder = lines
        .next()
        .filter(|line| !line.is_empty())
        .map(PathBuf::from);
    let status = match lines.nth(2) {
        Some("ready") => Status::Ready,
        Some("stopping") => Status::Stopping,
        _ => Status::Starting,
    };
    Some(PidFile {
        pid,
        port,
        socket_folder,
        status,
    })
}

/// Finds out what a process is.
fn life(pid: Pid, cluster: &Path) -> Life {
    // "Not permitted" counts as gone: the cluster is ours, so its server would be too.
    if test_kill_process(pid).is_err() {
        return Life::Gone;
    }
    let process = Path::new("/proc").join(pid.as_raw_nonzero().to_string());
    match fs::read_link(process.join("cwd")) {
        Ok(folder) if folder == cluster && is_postgres(&process) => Life::Serving,
        Ok(_) => Life::Other,
        Err(cause)
            if cause.kind() == io::ErrorKind::NotFound && Path::new("/proc/self").exists() =>
        {
            Life::Gone
        }
        // No /proc on this system: believe the file, as PostgreSQL does.
        Err(_) => Life::Serving,
    }
}

/// Whether a process, given by its folder in `/proc`, runs PostgreSQL's server.
fn is_postgres(process: &Path) -> bool {
    fs::read_to_string(process.join("comm"))
        .is_ok_and(|name| matches!(name.trim(), "postgres" | "postmaster"))
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use rustix::process::{Pid, getpid};

    use super::{Life, Status, life, parse};

    #[test]
    fn a_ready_server_is_read() {
        let read = parse(
            "4711\n/data/postgres\n1700000000\n5432\n/data/postgres/run\n\n  1234  5678\nready   \n",
        );
        let read = read.map(|file| (file.pid, file.port, file.socket_folder, file.status));
        let pid = Pid::from_raw(4711);
        assert_eq!(
            read,
            pid.map(|pid| (
                pid,
                Some(5432),
                Some(PathBuf::from("/data/postgres/run")),
                Status::Ready
            ))
        );
    }

    #[test]
    fn a_file_that_is_not_yet_complete_is_of_a_starting_server() {
        let read = parse("4711\n/data/postgres\n1700000000\n5432\n");
        assert_eq!(
            read.map(|file| (file.socket_folder, file.status)),
            Some((None, Status::Starting))
        );
        assert_eq!(parse(""), None);
        assert_eq!(parse("-3\n"), None);
    }

    #[test]
    fn another_program_is_not_taken_for_the_server() {
        assert_eq!(
            life(getpid(), &PathBuf::from("/data/postgres")),
            Life::Other
        );
    }
}
