//! Who runs PostgreSQL: the user who started Lilium, or an unprivileged one when that is root.

use std::fs::{self, DirBuilder, Metadata};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, lchown};
use std::path::Path;
use std::process::Stdio;

use tokio::process::Command;

use super::error::{EmbeddedError, io_error};

/// The list of the machine's users.
const PASSWD: &str = "/etc/passwd";

/// Users to run PostgreSQL as when Lilium is started by root, the best first.
const UNPRIVILEGED: [&str; 2] = ["postgres", "nobody"];

/// The user of the operating system that PostgreSQL runs as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Account {
    /// The user's name, or number where it has no name that matters.
    pub(super) name: String,
    /// The user's number.
    pub(super) uid: u32,
    gid: u32,
    /// Whether this process has to become that user, which only root can.
    switch: bool,
}

impl Account {
    /// The user of this process; for root, who may not run PostgreSQL, an unprivileged one.
    pub(super) fn choose() -> Result<Account, EmbeddedError> {
        let uid = rustix::process::geteuid().as_raw();
        if uid != 0 {
            let gid = rustix::process::getegid().as_raw();
            return Ok(Account {
                name: format!("number {uid}"),
                uid,
                gid,
                switch: false,
            });
        }
        let passwd = fs::read_to_string(PASSWD).map_err(io_error("read", Path::new(PASSWD)))?;
        UNPRIVILEGED
            .iter()
            .find_map(|name| find_user(&passwd, name))
            .ok_or(EmbeddedError::NoAccount)
    }

    /// The user who has to run a cluster that exists: its owner, unless that is root, who copied it here.
    pub(super) fn for_cluster(self, cluster: &Metadata) -> Account {
        if !self.switch || cluster.uid() == 0 || cluster.uid() == self.uid {
            return self;
        }
        let (uid, gid) = (cluster.uid(), cluster.gid());
        Account {
            name: format!("number {uid}"),
            uid,
            gid,
            switch: true,
        }
    }

    /// Whether this is another user than the one of this process.
    pub(super) fn is_another(&self) -> bool {
        self.switch
    }

    /// A command that runs as this user, with English messages and nothing on its standard input.
    ///
    /// It starts in the root folder because the current one may be closed to that user.
    pub(super) fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command
            .current_dir("/")
            .env("LC_ALL", "C")
            .stdin(Stdio::null());
        if self.switch {
            command.uid(self.uid).gid(self.gid);
        }
        command
    }

    /// Whether this user can enter `folder`: found out by trying, so that every rule of the system counts.
    pub(super) async fn reaches(&self, folder: &Path) -> Result<bool, EmbeddedError> {
        let shell = Path::new("/bin/sh");
        match self
            .command(shell)
            .args(["-c", ":"])
            .current_dir(folder)
            .status()
            .await
        {
            Ok(_) => Ok(true),
            Err(cause) if is_out_of_reach(&cause) => Ok(false),
            Err(cause) => Err(EmbeddedError::Spawn {
                program: shell.to_path_buf(),
                cause,
            }),
        }
    }

    /// Makes a folder that only this user (and root) can look into.
    pub(super) fn make_private_folder(&self, path: &Path) -> io::Result<()> {
        DirBuilder::new().mode(0o700).create(path)?;
        self.give(path)
    }

    /// Makes this user the owner of `path` itself, not of what a link points to.
    pub(super) fn give(&self, path: &Path) -> io::Result<()> {
        if !self.switch {
            return Ok(());
        }
        lchown(path, Some(self.uid), Some(self.gid))
    }

    /// Makes this user the owner of `path` and of all that is in it.
    pub(super) fn give_all(&self, path: &Path) -> io::Result<()> {
        self.give(path)?;
        if !fs::symlink_metadata(path)?.is_dir() {
            return Ok(());
        }
        for entry in fs::read_dir(path)? {
            self.give_all(&entry?.path())?;
        }
        Ok(())
    }
}

/// Whether a program or folder is closed to the user who tried it (not: the change of user itself failed).
pub(super) fn is_out_of_reach(cause: &io::Error) -> bool {
    rustix::io::Errno::from_io_error(cause) == Some(rustix::io::Errno::ACCESS)
}

/// Finds a user by name in the text of the machine's list of users (`name:x:uid:gid:...`).
fn find_user(passwd: &str, name: &str) -> Option<Account> {
    passwd.lines().find_map(|line| {
        let mut fields = line.split(':');
        if fields.next() != Some(name) {
            return None;
        }
        let uid = fields.nth(1)?.parse().ok().filter(|uid| *uid != 0)?;
        let gid = fields.next()?.parse().ok()?;
        Some(Account {
            name: name.to_owned(),
            uid,
            gid,
            switch: true,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::find_user;

    const PASSWD: &str = "root:x:0:0:root:/root:/bin/bash\nbroken\nadmin:x:0:0::/:\n\
                          postgres:x:101:104:PostgreSQL,,,:/var/lib/postgresql:/bin/bash\n";

    #[test]
    fn a_user_is_found_by_name() {
        let found = find_user(PASSWD, "postgres");
        assert_eq!(found.map(|user| (user.uid, user.gid)), Some((101, 104)));
    }

    #[test]
    fn nobody_is_found_for_other_names_nor_for_root_under_another_name() {
        assert_eq!(find_user(PASSWD, "post"), None);
        assert_eq!(find_user(PASSWD, "broken"), None);
        assert_eq!(find_user(PASSWD, "admin"), None);
    }
}
