//! The server process of a cluster: found, launched, stopped.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use tokio::process::{Child, Command};
use tokio::time::{Instant, sleep};

use super::binaries::Binaries;
use super::error::{EmbeddedError, io_error};
use super::folder::Home;
use super::log::{self, Log};
use super::pidfile::{self, PidFile, Status};
use super::socket;

/// How long a server may take to become ready.
const START_BOUND: Duration = Duration::from_secs(60);

/// How long a server may take to stop.
const STOP_BOUND: Duration = Duration::from_secs(30);

/// How often to look at the server.
const POLL: Duration = Duration::from_millis(10);

/// Enough for the pools of a few servers and tests at once; the rest is for a small machine, quiet,
/// without the compiler of queries, which costs more than it brings for short ones, and in English:
/// some faults are told apart by what the server says.
const SETTINGS: [&str; 7] = [
    "listen_addresses=",
    "max_connections=200",
    "shared_buffers=128MB",
    "jit=off",
    "lc_messages=C",
    "log_min_messages=warning",
    "unix_socket_permissions=0700",
];

/// Faster, and a power cut destroys the data.
const NOT_DURABLE: [&str; 3] = [
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
];

/// A server that takes connections.
#[derive(Debug, Clone)]
pub(super) struct Server {
    /// The process.
    pub(super) pid: Pid,
    /// The folder of its socket.
    pub(super) socket_folder: PathBuf,
    /// The number in the socket's name.
    pub(super) port: u16,
}

impl Server {
    /// A ready server from what its file tells.
    fn from_file(file: PidFile) -> Result<Server, EmbeddedError> {
        let socket_folder = file.socket_folder.ok_or(EmbeddedError::NoSocket {
            pid: number(file.pid),
        })?;
        Ok(Server {
            pid: file.pid,
            socket_folder,
            port: file.port.unwrap_or(socket::PORT),
        })
    }
}

/// Finds the server that runs already. One that is starting or stopping is waited for.
pub(super) async fn running(cluster: &Path) -> Result<Option<Server>, EmbeddedError> {
    let begin = Instant::now();
    while let Some(file) = pidfile::living(cluster)? {
        match file.status {
            Status::Ready => return Server::from_file(file).map(Some),
            Status::Starting if begin.elapsed() > START_BOUND => {
                return Err(not_ready(number(file.pid), cluster));
            }
            Status::Stopping if begin.elapsed() > STOP_BOUND => return Err(not_stopped(file.pid)),
            Status::Starting | Status::Stopping => sleep(POLL).await,
        }
    }
    Ok(None)
}

/// Launches the server of a cluster and waits until it takes connections.
///
/// From then on it is on its own: it lives on when this process dies.
pub(super) async fn launch(
    home: &Home,
    binaries: &Binaries,
    durable: bool,
) -> Result<Server, EmbeddedError> {
    let cluster = home.cluster();
    pidfile::remove_stale(&cluster)?;
    let socket_folder = socket::make_folder(&cluster, &home.account)?;
    let log = Log::open(home)?;
    let program = binaries.postgres();
    let mut command = home.account.command(&program);
    command
        .arg("-D")
        .arg(&cluster)
        .stdout(log.output()?)
        .stderr(log.output()?);
    add_settings(&mut command, &socket_folder, durable);
    // A group of its own: Ctrl-C in the terminal reaches Lilium only, which then stops it in good order.
    let child = command
        .process_group(0)
        .spawn()
        .map_err(|cause| EmbeddedError::Spawn { program, cause })?;
    until_ready(child, &cluster, &log).await
}

/// Gives the settings on the command line, where they win over the cluster's own file.
fn add_settings(command: &mut Command, socket_folder: &Path, durable: bool) {
    let weaker: &[&str] = if durable { &[] } else { &NOT_DURABLE };
    for setting in SETTINGS.iter().chain(weaker) {
        command.args(["-c", setting]);
    }
    command.arg("-c").arg(format!("port={}", socket::PORT));
    let mut sockets = std::ffi::OsString::from("unix_socket_directories=");
    sockets.push(socket_folder);
    command.arg("-c").arg(sockets);
}

/// Waits for a launched server.
async fn until_ready(mut child: Child, cluster: &Path, log: &Log) -> Result<Server, EmbeddedError> {
    let begin = Instant::now();
    // Zero for a child that has ended already, which shows below.
    let own = child
        .id()
        .and_then(|id| i32::try_from(id).ok())
        .unwrap_or_default();
    loop {
        if let Some(status) = child.try_wait().map_err(io_error("watch", cluster))? {
            return Err(EmbeddedError::Exited {
                status,
                log: log.tail(),
                path: log.path().to_path_buf(),
            });
        }
        match pidfile::living(cluster)? {
            Some(file) if file.status == Status::Ready && number(file.pid) == own => {
                return Server::from_file(file);
            }
            _ if begin.elapsed() > START_BOUND => return Err(not_ready(own, cluster)),
            _ => sleep(POLL).await,
        }
    }
}

/// Stops the server of a cluster by PostgreSQL's fast shutdown: open transactions are undone, all data are
/// written. Waits until it has ended. Nothing to do when there is none.
pub(super) async fn stop(cluster: &Path) -> Result<(), EmbeddedError> {
    let Some(server) = pidfile::living(cluster)? else {
        return Ok(());
    };
    // Fails only when the server has ended in the meantime.
    let _ = kill_process(server.pid, Signal::INT);
    let begin = Instant::now();
    while pidfile::is_serving(server.pid, cluster) {
        if begin.elapsed() > STOP_BOUND {
            return Err(not_stopped(server.pid));
        }
        sleep(POLL).await;
    }
    Ok(())
}

fn not_ready(pid: i32, cluster: &Path) -> EmbeddedError {
    EmbeddedError::NotReady {
        pid,
        seconds: START_BOUND.as_secs(),
        log: log::path(cluster),
    }
}

fn not_stopped(pid: Pid) -> EmbeddedError {
    EmbeddedError::NotStopped {
        pid: number(pid),
        seconds: STOP_BOUND.as_secs(),
    }
}

/// A process as a plain number.
fn number(pid: Pid) -> i32 {
    pid.as_raw_nonzero().get()
}
