//! Where PostgreSQL's programs are on this machine.

use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};

use tokio::process::Command;
use tracing::{debug, warn};

use super::account::{Account, is_out_of_reach};
use super::error::EmbeddedError;

/// The major versions that Lilium works with.
const SUPPORTED: RangeInclusive<u32> = 15..=18;

/// Where distributions put one version's programs; `{}` stands for the major version.
const VERSIONED: [&str; 5] = [
    "/usr/lib/postgresql/{}/bin",          // Debian, Ubuntu
    "/usr/pgsql-{}/bin",                   // PostgreSQL's own packages for Red Hat's family
    "/usr/libexec/postgresql{}",           // Alpine
    "/opt/homebrew/opt/postgresql@{}/bin", // Homebrew
    "/usr/local/opt/postgresql@{}/bin",    // Homebrew on Intel
];

/// Where they are when only one version is installed, and where `make` puts what it brings itself.
const UNVERSIONED: [&str; 5] = [
    "/usr/bin",
    "/usr/local/bin",
    "/usr/local/pgsql/bin",
    ".tools/postgres/bin",
    "/var/lib/lilium/tools/postgres/bin",
];

/// The programs of one installed PostgreSQL.
#[derive(Debug, Clone)]
pub(super) struct Binaries {
    folder: PathBuf,
    major: u32,
}

impl Binaries {
    /// The program that makes a cluster.
    pub(super) fn initdb(&self) -> PathBuf {
        self.folder.join("initdb")
    }

    /// The server.
    pub(super) fn postgres(&self) -> PathBuf {
        self.folder.join("postgres")
    }

    /// The major version.
    pub(super) fn major(&self) -> u32 {
        self.major
    }
}

/// What a cluster that exists asks of the programs.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanted<'a> {
    /// The cluster's folder.
    pub(super) cluster: &'a Path,
    /// The major version that made it; none when it is still to be made.
    pub(super) major: Option<u32>,
}

/// Finds the programs: those of the setting, else the best ones on the machine that fit the cluster
/// and that `account` can run.
pub(super) async fn find(
    setting: Option<&Path>,
    wanted: Wanted<'_>,
    account: &Account,
) -> Result<Binaries, EmbeddedError> {
    let candidates = match setting {
        Some(folder) => vec![folder.to_path_buf()],
        None => candidates().await,
    };
    let mut survey = Survey::default();
    for folder in candidates {
        match probe(&folder, account).await {
            Probe::Works(found) if fits(found.major, wanted) => {
                debug!(folder = %found.folder.display(), version = found.major, "found PostgreSQL");
                return Ok(found);
            }
            Probe::Works(found) => survey.unfit.push(found.major),
            Probe::OutOfReach => survey.closed = survey.closed.or(Some(folder)),
            Probe::Absent => {}
        }
    }
    Err(survey.into_error(setting, wanted, account))
}

/// Whether programs of this version can run the cluster.
fn fits(major: u32, wanted: Wanted<'_>) -> bool {
    SUPPORTED.contains(&major) && wanted.major.is_none_or(|cluster| cluster == major)
}

/// All folders where the programs may be, the best first, the newest version before older ones.
async fn candidates() -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = asked_of_pg_config().await.into_iter().collect();
    for major in SUPPORTED.rev() {
        folders.extend(
            VERSIONED
                .iter()
                .map(|place| place.replace("{}", &major.to_string()).into()),
        );
    }
    folders.extend(UNVERSIONED.iter().map(PathBuf::from));
    folders
}

/// What `pg_config` says, where it is installed.
async fn asked_of_pg_config() -> Option<PathBuf> {
    let output = Command::new("pg_config")
        .arg("--bindir")
        .stdin(Stdio::null())
        .output()
        .await
        .ok()?;
    let folder = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| folder.trim().into())
}

/// What is in a folder where the programs may be.
enum Probe {
    Works(Binaries),
    OutOfReach,
    Absent,
}

/// Looks whether a folder has the programs, and runs one of them as the user who will have to.
async fn probe(folder: &Path, account: &Account) -> Probe {
    let Ok(folder) = tokio::fs::canonicalize(folder).await else {
        return Probe::Absent;
    };
    let (server, initdb) = (folder.join("postgres"), folder.join("initdb"));
    if !server.is_file() || !initdb.is_file() {
        return Probe::Absent;
    }
    match account.command(&server).arg("--version").output().await {
        Ok(output) => version_of(&output).map_or_else(
            || broken(&folder, "it does not tell its version"),
            |major| {
                Probe::Works(Binaries {
                    folder: folder.clone(),
                    major,
                })
            },
        ),
        Err(cause) if is_out_of_reach(&cause) => Probe::OutOfReach,
        Err(cause) => broken(&folder, &cause),
    }
}

/// Programs that are there but do not run (made for another machine, or lacking a library) count as absent.
fn broken(folder: &Path, reason: &(impl std::fmt::Display + ?Sized)) -> Probe {
    warn!(folder = %folder.display(), %reason, "passing over a PostgreSQL that does not run");
    Probe::Absent
}

/// The major version in the answer of `postgres --version`.
fn version_of(output: &Output) -> Option<u32> {
    let text = std::str::from_utf8(&output.stdout)
        .ok()
        .filter(|_| output.status.success())?;
    parse_version(text)
}

/// The major version in a line like `postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)`, or `18beta1`.
fn parse_version(line: &str) -> Option<u32> {
    let (_, version) = line.split_once("(PostgreSQL) ")?;
    let end = version
        .find(|letter: char| !letter.is_ascii_digit())
        .unwrap_or(version.len());
    version.get(..end)?.parse().ok()
}

/// What was found that cannot be used.
#[derive(Default)]
struct Survey {
    unfit: Vec<u32>,
    closed: Option<PathBuf>,
}

impl Survey {
    /// The error that helps most.
    fn into_error(
        self,
        setting: Option<&Path>,
        wanted: Wanted<'_>,
        account: &Account,
    ) -> EmbeddedError {
        let path = wanted.cluster.to_path_buf();
        let installed = list(self.unfit);
        match (wanted.major, self.closed, setting) {
            (Some(cluster), _, _) if !SUPPORTED.contains(&cluster) => {
                EmbeddedError::UnsupportedCluster { path, cluster }
            }
            (_, Some(folder), _) => EmbeddedError::BinariesOutOfReach {
                folder,
                user: account.name.clone(),
            },
            (Some(cluster), None, _) if !installed.is_empty() => EmbeddedError::OtherMajor {
                path,
                cluster,
                installed,
            },
            (None, None, _) if !installed.is_empty() => {
                EmbeddedError::UnsupportedBinaries { installed }
            }
            (_, None, Some(folder)) => EmbeddedError::WrongSetting {
                folder: folder.to_path_buf(),
            },
            (Some(cluster), None, None) => EmbeddedError::NoBinaries {
                package: format!("postgresql-{cluster}"),
            },
            (None, None, None) => EmbeddedError::NoBinaries {
                package: "postgresql".to_owned(),
            },
        }
    }
}

/// Version numbers for a message, each once.
fn list(mut majors: Vec<u32>) -> String {
    majors.sort_unstable();
    majors.dedup();
    majors
        .iter()
        .map(u32::to_string)
        .collect::<Vec<_>>()
        .join(" and ")
}

#[cfg(test)]
mod tests {
    use super::{list, parse_version};

    #[test]
    fn the_major_version_is_read_from_what_postgres_says() {
        assert_eq!(
            parse_version("postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)\n"),
            Some(15)
        );
        assert_eq!(parse_version("postgres (PostgreSQL) 18beta1\n"), Some(18));
        assert_eq!(parse_version("postgres (PostgreSQL) 17"), Some(17));
        assert_eq!(parse_version("something else 17.1"), None);
    }

    #[test]
    fn versions_are_listed_once() {
        assert_eq!(list(vec![14, 19, 14]), "14 and 19");
    }
}
