//! Where the cluster lives: in the data folder, or where PostgreSQL's user can reach it.

use std::fs::{self, Permissions};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use tracing::warn;

use super::account::Account;
use super::blocking;
use super::error::{EmbeddedError, io_error};

/// The cluster's folder within the data folder.
const CLUSTER: &str = "postgres";

/// Clusters live here when PostgreSQL's user cannot reach the data folder.
const ELSEWHERE: &str = "/var/lib/lilium";

/// The longest path of a data folder, in bytes: PostgreSQL builds paths of at most 1,023.
const LONGEST_PATH: usize = 900;

/// The folder that holds a cluster, and the user who runs it.
#[derive(Debug, Clone)]
pub(super) struct Home {
    root: PathBuf,
    /// Who runs the cluster.
    pub(super) account: Account,
}

impl Home {
    /// Makes the data folder where it is missing, and decides where its cluster is or will be.
    ///
    /// A cluster that exists stays where it is, whatever became of the permissions since.
    pub(super) async fn choose(data: &Path) -> Result<Home, EmbeddedError> {
        let data = data.to_path_buf();
        let root = blocking(move || prepare(&data)).await?;
        let account = Account::choose()?;
        if !account.is_another() {
            return Ok(Home { root, account });
        }
        if let Some(home) = Home::existing(&root, &account)? {
            return home.must_be_reached().await;
        }
        let elsewhere = elsewhere(&root);
        if let Some(home) = Home::existing(&elsewhere, &account)? {
            return home.must_be_reached().await;
        }
        if account.reaches(&root).await? {
            return Ok(Home { root, account });
        }
        warn!(
            data = %root.display(), cluster = %elsewhere.display(), user = account.name,
            "the user who runs PostgreSQL cannot reach the data folder: the cluster lives elsewhere"
        );
        make_elsewhere(&elsewhere, &account).map_err(io_error("make", &elsewhere))?;
        Ok(Home {
            root: elsewhere,
            account,
        })
    }

    /// The home in `root`, if there is a cluster in it.
    fn existing(root: &Path, account: &Account) -> Result<Option<Home>, EmbeddedError> {
        let cluster = root.join(CLUSTER);
        if !cluster.join("PG_VERSION").is_file() {
            return Ok(None);
        }
        let metadata = fs::metadata(&cluster).map_err(io_error("look at", &cluster))?;
        Ok(Some(Home {
            root: root.to_path_buf(),
            account: account.clone().for_cluster(&metadata),
        }))
    }

    /// Data that exist are never left for a new, empty cluster elsewhere.
    async fn must_be_reached(self) -> Result<Home, EmbeddedError> {
        if self.account.reaches(&self.root).await? {
            return Ok(self);
        }
        Err(EmbeddedError::OutOfReach {
            path: self.cluster(),
            user: self.account.name,
        })
    }

    /// The cluster: what PostgreSQL calls its data directory.
    pub(super) fn cluster(&self) -> PathBuf {
        self.root.join(CLUSTER)
    }

    /// The folder that holds the cluster and what belongs to it.
    pub(super) fn root(&self) -> &Path {
        &self.root
    }
}

/// Checks the data folder, makes it where it is missing, and gives its full path.
fn prepare(data: &Path) -> Result<PathBuf, EmbeddedError> {
    let full = std::path::absolute(data).map_err(io_error("find", data))?;
    check_path(&full)?;
    make_folder(&full)?;
    let full = fs::canonicalize(&full).map_err(io_error("find", &full))?;
    check_path(&full)?;
    Ok(full)
}

/// PostgreSQL's files have one path to a line, and room for a thousand bytes.
fn check_path(path: &Path) -> Result<(), EmbeddedError> {
    let bytes = path.as_os_str().as_bytes();
    let why = if bytes.len() > LONGEST_PATH {
        "is longer than 900 bytes"
    } else if bytes.iter().any(u8::is_ascii_control) {
        "has a line break or another control character in it"
    } else {
        return Ok(());
    };
    Err(EmbeddedError::UnfitPath {
        path: path.to_path_buf(),
        why,
    })
}

/// Makes a folder and those above it, unless they exist.
fn make_folder(path: &Path) -> Result<(), EmbeddedError> {
    let Err(cause) = fs::create_dir_all(path) else {
        return Ok(());
    };
    let file_in_the_way = path
        .ancestors()
        .find(|part| part.exists())
        .filter(|part| !part.is_dir());
    Err(match file_in_the_way {
        Some(part) => EmbeddedError::NotAFolder {
            path: part.to_path_buf(),
        },
        None => EmbeddedError::NotWritable {
            path: path.to_path_buf(),
            cause,
        },
    })
}

/// The other home for the data folder `root`.
fn elsewhere(root: &Path) -> PathBuf {
    Path::new(ELSEWHERE).join(short_name(root))
}

/// Makes the other home, private to the user, in a parent that everybody may enter.
fn make_elsewhere(folder: &Path, account: &Account) -> io::Result<()> {
    let parent = Path::new(ELSEWHERE);
    if !parent.is_dir() {
        fs::create_dir_all(parent)?;
        // Whatever the umask of root: the user has to get through.
        fs::set_permissions(parent, Permissions::from_mode(0o755))?;
    }
    match account.make_private_folder(folder) {
        Err(cause) if cause.kind() == io::ErrorKind::AlreadyExists => account.give(folder),
        made => made,
    }
}

/// A short name made from a path, the same in every version of the program (FNV-1a, 64 bits).
pub(super) fn short_name(path: &Path) -> String {
    let hash = path
        .as_os_str()
        .as_bytes()
        .iter()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
        });
    format!("{hash:016x}")
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{check_path, short_name};

    #[test]
    fn names_never_change_because_they_find_the_data_again() {
        assert_eq!(short_name(Path::new("")), "cbf29ce484222325");
        assert_eq!(short_name(Path::new("a")), "af63dc4c8601ec8c");
    }

    #[test]
    fn paths_that_postgresql_cannot_handle_are_refused() {
        assert!(check_path(Path::new("/srv/a shop/data")).is_ok());
        assert!(check_path(Path::new("/srv/a\nshop")).is_err());
        assert!(check_path(Path::new(&format!("/{}", "a".repeat(900)))).is_err());
    }
}
