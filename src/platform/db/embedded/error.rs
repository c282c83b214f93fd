//! What can keep the embedded PostgreSQL from running, each with what to do about it.

use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitStatus;

/// Why the embedded PostgreSQL could not be started or stopped.
///
/// Every message is complete: it names the path or version in question and the next step.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EmbeddedError {
    /// A file lies where a folder has to be.
    #[error("{} is not a folder: remove it, or set LILIUM_DATA to another folder", .path.display())]
    NotAFolder {
        /// What is in the way.
        path: PathBuf,
    },
    /// The data folder does not exist and cannot be made, or it takes no new files.
    #[error("the data folder {} cannot be written ({cause}): set LILIUM_DATA to a folder that can", .path.display())]
    NotWritable {
        /// The data folder.
        path: PathBuf,
        /// What the operating system said.
        cause: io::Error,
    },
    /// PostgreSQL cannot handle the path of the data folder.
    #[error("the path of the data folder {} {why}: set LILIUM_DATA to another folder", .path.display())]
    UnfitPath {
        /// The data folder.
        path: PathBuf,
        /// What is wrong with it.
        why: &'static str,
    },
    /// The cluster's folder holds files, but no cluster.
    #[error(
        "{} is not empty and holds no PostgreSQL cluster: move it away, or set LILIUM_DATA to another folder",
        .path.display()
    )]
    NotACluster {
        /// The folder.
        path: PathBuf,
    },
    /// The cluster's `PG_VERSION` says nothing that makes sense.
    #[error("{} names no PostgreSQL version: bring the folder back from a backup, or move it away", .path.display())]
    UnknownVersion {
        /// The file that should name it.
        path: PathBuf,
    },
    /// The cluster was made by a PostgreSQL that is not installed.
    #[error(
        "the cluster {} was made by PostgreSQL {cluster}, but what is installed is PostgreSQL {installed}: \
         install that version (apt-get install postgresql-{cluster}), or move the folder away to begin anew",
        .path.display()
    )]
    OtherMajor {
        /// The cluster.
        path: PathBuf,
        /// The major version that made it.
        cluster: u32,
        /// The major versions found on this machine.
        installed: String,
    },
    /// The cluster was made by a PostgreSQL too old or too new for Lilium.
    #[error(
        "the cluster {} was made by PostgreSQL {cluster}, but Lilium works with PostgreSQL 15 to 18: \
         bring it to one of these with pg_upgrade, or move the folder away to begin anew",
        .path.display()
    )]
    UnsupportedCluster {
        /// The cluster.
        path: PathBuf,
        /// The major version that made it.
        cluster: u32,
    },
    /// The cluster belongs to somebody else than the user who starts Lilium.
    #[error(
        "{} belongs to user number {owner}: start Lilium as that user, or set LILIUM_DATA to another folder",
        .path.display()
    )]
    ForeignOwner {
        /// The cluster.
        path: PathBuf,
        /// The user who owns it.
        owner: u32,
    },
    /// PostgreSQL's user cannot reach a cluster that exists.
    #[error(
        "user {user}, who runs PostgreSQL, cannot reach {}: open the folders above it (chmod o+x), \
         or set LILIUM_DATA to another folder",
        .path.display()
    )]
    OutOfReach {
        /// The folder.
        path: PathBuf,
        /// Who has to reach it.
        user: String,
    },
    /// Started by root where no unprivileged user exists to run PostgreSQL.
    #[error(
        "PostgreSQL does not run as root: start Lilium as another user, or add one (useradd --system postgres)"
    )]
    NoAccount,
    /// There is no PostgreSQL on this machine.
    #[error(
        "PostgreSQL is not installed: apt-get install {package}, set LILIUM_PG_BIN to the folder of its programs, \
         or set DATABASE_URL to a server that runs"
    )]
    NoBinaries {
        /// The Debian package that would bring it.
        package: String,
    },
    /// The setting names a folder without working programs.
    #[error(
        "LILIUM_PG_BIN is {}, where no postgres and initdb are that work: \
         set it to a folder like /usr/lib/postgresql/17/bin, or leave it empty",
        .folder.display()
    )]
    WrongSetting {
        /// What the setting says.
        folder: PathBuf,
    },
    /// The programs are there, but not for the user who has to run them.
    #[error(
        "user {user}, who runs PostgreSQL, cannot reach its programs in {}: copy them to a folder \
         open to everybody and set LILIUM_PG_BIN to it, or apt-get install postgresql",
        .folder.display()
    )]
    BinariesOutOfReach {
        /// Where they are.
        folder: PathBuf,
        /// Who has to run them.
        user: String,
    },
    /// Only versions that Lilium does not work with are installed.
    #[error(
        "Lilium works with PostgreSQL 15 to 18, but what is installed is {installed}: apt-get install postgresql"
    )]
    UnsupportedBinaries {
        /// The major versions found on this machine.
        installed: String,
    },
    /// Another Lilium has held the cluster's start lock for too long.
    #[error(
        "another Lilium has been starting or stopping the cluster of {} for {seconds} seconds: \
         wait for it or end it, then start again",
        .path.display()
    )]
    Busy {
        /// The lock file.
        path: PathBuf,
        /// How long this process has waited.
        seconds: u64,
    },
    /// `initdb` failed.
    #[error("the new cluster {} could not be made; initdb said:\n{output}\nRemove the cause and start again", .path.display())]
    Initdb {
        /// Where the cluster was to be.
        path: PathBuf,
        /// The end of its output.
        output: String,
    },
    /// A program of PostgreSQL could not be run.
    #[error("{} cannot be run ({cause}): install PostgreSQL anew, or set LILIUM_PG_BIN to other programs", .program.display())]
    Spawn {
        /// The program.
        program: PathBuf,
        /// What the operating system said.
        cause: io::Error,
    },
    /// The server ended before it was ready.
    #[error("PostgreSQL ended while starting ({status}); the end of its log:\n{log}\nAll of it is in {}", .path.display())]
    Exited {
        /// How it ended.
        status: ExitStatus,
        /// The last lines of this start.
        log: String,
        /// The log file.
        path: PathBuf,
    },
    /// The server runs, but takes its time; it is left alone.
    #[error(
        "PostgreSQL (process {pid}) has not become ready in {seconds} seconds; it may be recovering from a crash \
         and goes on doing so: look into {}, and start again",
        .log.display()
    )]
    NotReady {
        /// The server's process.
        pid: i32,
        /// How long this process has waited.
        seconds: u64,
        /// Where the server says what it does.
        log: PathBuf,
    },
    /// The server was asked to stop and has not yet; it is never killed.
    #[error(
        "PostgreSQL (process {pid}) has not stopped in {seconds} seconds; it goes on writing its data \
         and stops by itself: wait for it before the next start"
    )]
    NotStopped {
        /// The server's process.
        pid: i32,
        /// How long this process has waited.
        seconds: u64,
    },
    /// The short folder for the socket was made by somebody else.
    #[error(
        "{} is to hold PostgreSQL's socket, but is not a private folder of user {user}: remove it and start again, \
         or set LILIUM_DATA to a shorter path",
        .path.display()
    )]
    UnsafeSocketFolder {
        /// The folder.
        path: PathBuf,
        /// Who should own it.
        user: String,
    },
    /// Somebody started the cluster's server by hand without a unix socket.
    #[error(
        "PostgreSQL (process {pid}) runs without a unix socket: stop it (pg_ctl stop), then start Lilium again"
    )]
    NoSocket {
        /// The server's process.
        pid: i32,
    },
    /// The operating system refused something else.
    #[error("cannot {doing} {} ({cause}): {}", .path.display(), advice(.cause))]
    Io {
        /// What was tried.
        doing: &'static str,
        /// On what.
        path: PathBuf,
        /// What the operating system said.
        cause: io::Error,
    },
    /// Work on the disk was broken off because the program is ending.
    #[error("preparing the data folder was broken off: start again")]
    BrokenOff,
}

/// What to do about an error of the disk.
fn advice(cause: &io::Error) -> &'static str {
    match cause.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            "free some space on the disk and start again"
        }
        io::ErrorKind::ReadOnlyFilesystem => {
            "set LILIUM_DATA to a folder on a disk that can be written"
        }
        io::ErrorKind::PermissionDenied => {
            "check who owns it, or set LILIUM_DATA to another folder"
        }
        _ => "check the disk, or set LILIUM_DATA to another folder",
    }
}

/// Turns an error of the operating system into ours, naming what was tried on which path.
pub(super) fn io_error(
    doing: &'static str,
    path: &Path,
) -> impl FnOnce(io::Error) -> EmbeddedError {
    let path = path.to_path_buf();
    move |cause| EmbeddedError::Io { doing, path, cause }
}
