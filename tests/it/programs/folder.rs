//! A data folder for one test.

use crate::support::{config, pictures};
use rustix::process::{Pid, Signal, kill_process, test_kill_process};
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// A folder that every user can enter, so that PostgreSQL's user can when the tests run as root. Removed at the end
/// with all that is in it, a PostgreSQL that a failed test left included.
pub struct Folder(tempfile::TempDir);

impl Folder {
    /// An empty folder.
    pub fn new() -> Self {
        let folder = tempfile::Builder::new()
            .prefix("lilium-")
            .tempdir()
            .unwrap();
        fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
        Self(folder)
    }

    /// A folder whose data folder holds the demo shop's pictures, the tests' small ones: seeding draws those that are
    /// missing, which takes minutes without optimisation.
    pub async fn with_pictures() -> Self {
        pictures().await;
        let folder = Self::new();
        copy(
            &config(&[]).data.join("media"),
            &folder.data().join("media"),
        );
        folder
    }

    /// The folder itself: where programs are started.
    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// What `LILIUM_DATA` is set to.
    pub fn data(&self) -> PathBuf {
        self.path().join("data")
    }

    /// The process of the data folder's PostgreSQL, if one runs.
    pub fn postgres(&self) -> Option<Pid> {
        let file = fs::read_to_string(self.data().join("postgres/postmaster.pid")).ok()?;
        let process = Pid::from_raw(file.lines().next()?.parse().ok()?)?;
        test_kill_process(process).ok().map(|()| process)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let Some(process) = self.postgres() else {
            return;
        };
        let _ = kill_process(process, Signal::INT);
        while test_kill_process(process).is_ok() {
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}
