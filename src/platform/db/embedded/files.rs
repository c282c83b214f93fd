//! Files that root may have to open in a folder of another user.

use std::fs::File;
use std::io;
use std::path::Path;

use rustix::fs::{Mode, OFlags};

/// Opens a file, made readable to its owner only where it is missing.
///
/// Links are refused: the folder may belong to PostgreSQL's user, and root must not be led elsewhere.
pub(super) fn open_private(path: &Path, flags: OFlags) -> io::Result<File> {
    let flags = flags | OFlags::CREATE | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    Ok(File::from(rustix::fs::open(
        path,
        flags,
        Mode::RUSR | Mode::WUSR,
    )?))
}
