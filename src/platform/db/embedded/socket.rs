//! The folder of the unix socket, which has to have a short path.

use std::fs::{self, Metadata};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use super::account::Account;
use super::error::{EmbeddedError, io_error};
use super::folder::short_name;

/// The number in the socket's name; no TCP port is opened.
pub(super) const PORT: u16 = 5432;

/// The longest path of a unix socket, in bytes.
const LONGEST_SOCKET: usize = 107;

/// The socket's folder within the cluster.
const INSIDE: &str = "run";

/// Holds the sockets' folders of clusters whose own path is too long. Not the `TMPDIR` of the
/// environment, which may be long itself and another one at the next start.
const SHORT: &str = "/tmp";

/// Makes the folder of a cluster's socket: in the cluster, or in a short path.
pub(super) fn make_folder(cluster: &Path, account: &Account) -> Result<PathBuf, EmbeddedError> {
    let inside = cluster.join(INSIDE);
    let folder = if can_hold_socket(&inside) {
        inside
    } else {
        short_folder(cluster)
    };
    match account.make_private_folder(&folder) {
        Ok(()) => Ok(folder),
        Err(cause) if cause.kind() == io::ErrorKind::AlreadyExists => take_over(folder, account),
        Err(cause) => Err(io_error("make", &folder)(cause)),
    }
}

/// Removes the folder of the socket in the short path when it is empty; one in the cluster stays.
pub(super) fn remove_folder(cluster: &Path) {
    // It is missing where the path of the cluster is short: nothing to do then.
    let _ = fs::remove_dir(short_folder(cluster));
}

/// Whether a socket fits, and the path needs no quotes in PostgreSQL's settings and connection strings.
fn can_hold_socket(folder: &Path) -> bool {
    let socket = folder.join(format!(".s.PGSQL.{PORT}"));
    let bytes = socket.as_os_str().as_bytes();
    bytes.len() <= LONGEST_SOCKET
        && bytes
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || b"/._-".contains(byte))
}

/// The folder in the short path.
fn short_folder(cluster: &Path) -> PathBuf {
    Path::new(SHORT).join(format!("lilium-{}", short_name(cluster)))
}

/// Uses a folder of an earlier start, if it really is one: everybody can write into the short path.
fn take_over(folder: PathBuf, account: &Account) -> Result<PathBuf, EmbeddedError> {
    let metadata = fs::symlink_metadata(&folder).map_err(io_error("look at", &folder))?;
    if !is_private(&metadata, account) {
        return Err(EmbeddedError::UnsafeSocketFolder {
            path: folder,
            user: account.name.clone(),
        });
    }
    account
        .give(&folder)
        .map_err(io_error("change the owner of", &folder))?;
    Ok(folder)
}

/// Whether a folder is closed to all but the user (or this process, which may have died before giving it away).
fn is_private(folder: &Metadata, account: &Account) -> bool {
    let ours = [account.uid, rustix::process::geteuid().as_raw()];
    folder.is_dir() && ours.contains(&folder.uid()) && folder.permissions().mode() & 0o077 == 0
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::can_hold_socket;

    #[test]
    fn a_socket_has_a_path_of_at_most_107_bytes() {
        let folder = |length: usize| format!("/{}", "a".repeat(length - 1));
        assert!(can_hold_socket(Path::new(&folder(93))));
        assert!(!can_hold_socket(Path::new(&folder(94))));
    }

    #[test]
    fn paths_that_need_quotes_are_avoided() {
        assert!(can_hold_socket(Path::new(
            "/srv/lilium_1/data-2.0/postgres/run"
        )));
        assert!(!can_hold_socket(Path::new("/srv/a shop/run")));
        assert!(!can_hold_socket(Path::new("/srv/a,b/run")));
    }
}
