//! The cluster's folder: what is in it, and how a new one is made.

use std::fs::{self, File, Permissions};
use std::io;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use tracing::info;

use super::binaries::Binaries;
use super::blocking;
use super::error::{EmbeddedError, io_error};
use super::folder::Home;
use super::log::last_lines;

/// The superuser of every cluster, which needs no password: the folder is closed to others.
pub(super) const SUPERUSER: &str = "lilium";

/// A cluster that is being made has this name and a number until it is complete.
const UNFINISHED: &str = "postgres.new-";

/// The order of letters, the best first: by Unicode's numbers, or by bytes on systems without that.
const LOCALES: [&str; 2] = ["C.UTF-8", "C"];

/// How much of `initdb`'s output goes into an error message.
const OUTPUT_LINES: usize = 8;

/// The major version of the cluster in a home; none when there is none yet.
pub(super) fn version(home: &Home) -> Result<Option<u32>, EmbeddedError> {
    let cluster = home.cluster();
    let file = cluster.join("PG_VERSION");
    match fs::read_to_string(&file) {
        Ok(text) => parse_major(&text)
            .map(Some)
            .ok_or(EmbeddedError::UnknownVersion { path: file }),
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => {
            must_be_empty(&cluster).map(|()| None)
        }
        Err(cause) if cause.kind() == io::ErrorKind::NotADirectory => {
            Err(EmbeddedError::NotAFolder { path: cluster })
        }
        Err(cause) if cause.kind() == io::ErrorKind::PermissionDenied => {
            Err(foreign(&cluster, cause))
        }
        Err(cause) => Err(io_error("read", &file)(cause)),
    }
}

/// The major version in the content of `PG_VERSION`, like `15` (or `9.6`, long ago).
fn parse_major(text: &str) -> Option<u32> {
    text.trim().split('.').next()?.parse().ok()
}

/// A folder for a new cluster may exist, but not hold anything.
fn must_be_empty(cluster: &Path) -> Result<(), EmbeddedError> {
    match fs::read_dir(cluster).map(|mut entries| entries.next().is_none()) {
        Ok(true) => Ok(()),
        Ok(false) => Err(EmbeddedError::NotACluster {
            path: cluster.to_path_buf(),
        }),
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(cause) if cause.kind() == io::ErrorKind::PermissionDenied => {
            Err(foreign(cluster, cause))
        }
        Err(cause) => Err(io_error("read", cluster)(cause)),
    }
}

/// The error for a cluster that this process may not look into.
fn foreign(cluster: &Path, cause: io::Error) -> EmbeddedError {
    match fs::metadata(cluster) {
        Ok(metadata) => EmbeddedError::ForeignOwner {
            path: cluster.to_path_buf(),
            owner: metadata.uid(),
        },
        Err(_) => io_error("read", cluster)(cause),
    }
}

/// Makes sure that a cluster that exists belongs to the user who runs it, and to nobody else.
///
/// Root may have copied it here, and PostgreSQL refuses folders that others can read.
pub(super) fn secure(home: &Home) -> Result<(), EmbeddedError> {
    let cluster = home.cluster();
    let metadata = fs::metadata(&cluster).map_err(io_error("look at", &cluster))?;
    if metadata.uid() != home.account.uid {
        if !home.account.is_another() {
            return Err(EmbeddedError::ForeignOwner {
                path: cluster,
                owner: metadata.uid(),
            });
        }
        home.account
            .give_all(&cluster)
            .map_err(io_error("change the owner of", &cluster))?;
    }
    if metadata.permissions().mode() & 0o077 != 0 {
        fs::set_permissions(&cluster, Permissions::from_mode(0o700))
            .map_err(io_error("close", &cluster))?;
    }
    Ok(())
}

/// Makes a new cluster beside its place and moves it there when it is complete.
pub(super) async fn create(
    home: &Home,
    binaries: &Binaries,
    durable: bool,
) -> Result<(), EmbeddedError> {
    info!(folder = %home.cluster().display(), version = binaries.major(), "making a new PostgreSQL cluster");
    remove_unfinished(home.root());
    let unfinished = unfinished_name(home.root());
    let made = initdb(home, binaries, &unfinished, durable).await;
    let (home, folder) = (home.clone(), unfinished.clone());
    let placed = blocking(move || made.and_then(|()| put_in_place(&home, &folder))).await;
    if placed.is_err() {
        // What is left over does no harm: the next start tries again to remove it.
        let _ = fs::remove_dir_all(&unfinished);
    }
    placed
}

/// A new name for each attempt: the `initdb` of a Lilium that was killed may still be at work.
fn unfinished_name(root: &Path) -> PathBuf {
    let moment = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_nanos());
    root.join(format!("{UNFINISHED}{moment}"))
}

/// Removes what earlier attempts have left; what resists is tried again at the next start.
fn remove_unfinished(root: &Path) {
    let Ok(entries) = fs::read_dir(root) else {
        return;
    };
    for entry in entries.flatten() {
        if entry.file_name().to_string_lossy().starts_with(UNFINISHED) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

/// Runs `initdb`, with the next locale when the system has not the first.
async fn initdb(
    home: &Home,
    binaries: &Binaries,
    folder: &Path,
    durable: bool,
) -> Result<(), EmbeddedError> {
    home.account
        .make_private_folder(folder)
        .map_err(io_error("make", folder))?;
    let mut output = String::new();
    for locale in LOCALES {
        match run_initdb(home, binaries, folder, locale, durable).await? {
            None => return Ok(()),
            Some(said) => output = said,
        }
        if !output.contains("locale") {
            break;
        }
    }
    Err(EmbeddedError::Initdb {
        path: home.cluster(),
        output: last_lines(&output, OUTPUT_LINES),
    })
}

/// Runs `initdb` once; gives what it said when it failed.
async fn run_initdb(
    home: &Home,
    binaries: &Binaries,
    folder: &Path,
    locale: &str,
    durable: bool,
) -> Result<Option<String>, EmbeddedError> {
    let program = binaries.initdb();
    let mut command = home.account.command(&program);
    command
        .arg("--pgdata")
        .arg(folder)
        .arg(format!("--locale={locale}"));
    command.args([
        "--encoding=UTF8",
        "--auth=trust",
        "--no-instructions",
        "--username",
        SUPERUSER,
    ]);
    if !durable {
        command.arg("--no-sync");
    }
    let output = command.kill_on_drop(true).output().await;
    let output = output.map_err(|cause| EmbeddedError::Spawn { program, cause })?;
    let failed = !output.status.success();
    Ok(failed.then(|| String::from_utf8_lossy(&output.stderr).into_owned()))
}

/// Gives a complete cluster its name, so that it is there even after a power cut, or not at all.
fn put_in_place(home: &Home, folder: &Path) -> Result<(), EmbeddedError> {
    let cluster = home.cluster();
    fs::rename(folder, &cluster).map_err(io_error("make", &cluster))?;
    File::open(home.root())
        .and_then(|root| root.sync_all())
        .map_err(io_error("write", home.root()))
}

#[cfg(test)]
mod tests {
    use super::parse_major;

    #[test]
    fn the_major_version_is_the_first_number() {
        assert_eq!(parse_major("15\n"), Some(15));
        assert_eq!(parse_major("9.6"), Some(9));
        assert_eq!(parse_major("rubbish"), None);
        assert_eq!(parse_major(""), None);
    }
}
