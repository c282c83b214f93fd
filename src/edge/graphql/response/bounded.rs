//! The body of an answer, bounded while it is written.

use serde::Serialize;

/// The longest body of an answer, in bytes.
const LONGEST_ANSWER: usize = 16 * 1024 * 1024;

/// Bytes up to the longest answer.
struct Bounded(Vec<u8>);

impl std::io::Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        if self.0.len().saturating_add(bytes.len()) > LONGEST_ANSWER {
            return Err(std::io::ErrorKind::FileTooLarge.into());
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Writes a body; fails for one that is too long.
pub(super) fn written(body: &impl Serialize) -> Result<Vec<u8>, serde_json::Error> {
    let mut bytes = Bounded(Vec::with_capacity(4096));
    serde_json::to_writer(&mut bytes, body)?;
    Ok(bytes.0)
}
