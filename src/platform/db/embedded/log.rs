//! The server's own log, `postgres.log` in the cluster.

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use rustix::fs::OFlags;

use super::error::{EmbeddedError, io_error};
use super::files::open_private;
use super::folder::Home;

/// The size from which a log is put aside at the next start, in bytes.
const LARGEST: u64 = 10 * 1024 * 1024;

/// How much of a log's end goes into an error message.
const TAIL_BYTES: u64 = 4096;
const TAIL_LINES: usize = 8;

/// The path of a cluster's log.
pub(super) fn path(cluster: &Path) -> PathBuf {
    cluster.join("postgres.log")
}

/// A log from the beginning of one start on.
#[derive(Debug)]
pub(super) struct Log {
    file: File,
    path: PathBuf,
    begin: u64,
}

impl Log {
    /// Opens the log of a cluster for one more start; one that has grown large becomes `postgres.log.1`.
    pub(super) fn open(home: &Home) -> Result<Log, EmbeddedError> {
        let path = path(&home.cluster());
        let size = fs::symlink_metadata(&path).map_or(0, |metadata| metadata.len());
        if size > LARGEST {
            fs::rename(&path, path.with_extension("log.1")).map_err(io_error("rename", &path))?;
        }
        let file = open_private(&path, OFlags::WRONLY | OFlags::APPEND)
            .map_err(io_error("write", &path))?;
        home.account
            .give(&path)
            .map_err(io_error("change the owner of", &path))?;
        let begin = file.metadata().map_err(io_error("look at", &path))?.len();
        Ok(Log { file, path, begin })
    }

    /// The log as the output of a program.
    pub(super) fn output(&self) -> Result<Stdio, EmbeddedError> {
        self.file
            .try_clone()
            .map(Stdio::from)
            .map_err(io_error("write", &self.path))
    }

    /// The last lines that this start has written.
    pub(super) fn tail(&self) -> String {
        let text = read_end(&self.path, self.begin).unwrap_or_default();
        last_lines(&text, TAIL_LINES)
    }

    /// Where the log is.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}

/// Reads the end of a file, from `begin` at the earliest.
fn read_end(path: &Path, begin: u64) -> io::Result<String> {
    let mut file = File::open(path)?;
    let size = file.metadata()?.len();
    file.seek(SeekFrom::Start(begin.max(size.saturating_sub(TAIL_BYTES))))?;
    let mut bytes = Vec::new();
    file.take(TAIL_BYTES).read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// The last `count` lines of a text that say something.
pub(super) fn last_lines(text: &str, count: usize) -> String {
    let mut lines: Vec<&str> = text
        .lines()
        .rev()
        .filter(|line| !line.trim().is_empty())
        .take(count)
        .collect();
    lines.reverse();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::last_lines;

    #[test]
    fn the_last_lines_are_given_in_their_order() {
        assert_eq!(last_lines("one\ntwo\n\nthree\n", 2), "two\nthree");
        assert_eq!(last_lines("", 2), "");
    }
}
