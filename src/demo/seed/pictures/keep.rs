//! One picture and its file.

use std::fmt::Write as _;
use std::fs;
use std::io::{self, Cursor};
use std::path::Path;

use image::{ImageFormat, ImageReader};
use sha2::{Digest, Sha256};

use super::Drawing;
use super::album::File;
use crate::demo::seed::SeedError;

/// The last two bytes of every JPEG.
const END: [u8; 2] = [0xff, 0xd9];

/// Draws the picture below `media` unless it is there already, and tells what the file is.
///
/// # Errors
/// [`SeedError::Draw`] and [`SeedError::Media`].
pub(super) fn keep(
    media: &Path,
    drawing: Drawing,
    side: u32,
) -> Result<(Drawing, File), SeedError> {
    let key = drawing.storage_key();
    let path = media.join(&key);
    let failed = |source| SeedError::Media {
        path: path.clone(),
        source,
    };
    if let Some(file) = existing(&key, &path).map_err(failed)? {
        return Ok((drawing, file));
    }
    let bytes = drawing.draw(side)?;
    write(&path, &bytes).map_err(failed)?;
    let file =
        describe(key, &bytes, true).ok_or_else(|| failed(io::ErrorKind::InvalidData.into()))?;
    Ok((drawing, file))
}

/// The file that lies there, when it is a whole picture.
fn existing(key: &str, path: &Path) -> io::Result<Option<File>> {
    match fs::read(path) {
        Ok(bytes) => Ok(describe(key.to_owned(), &bytes, false)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Writes under another name first, so that no reader ever finds half a picture.
fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let unfinished = path.with_extension(format!("{}.part", std::process::id()));
    fs::write(&unfinished, bytes)?;
    fs::rename(&unfinished, path)
}

/// What the bytes are; `None` when they are no whole JPEG.
fn describe(storage_key: String, bytes: &[u8], new: bool) -> Option<File> {
    let reader = ImageReader::with_format(Cursor::new(bytes), ImageFormat::Jpeg);
    let (width, height) = reader.into_dimensions().ok()?;
    let file = File {
        storage_key,
        width: i32::try_from(width).ok()?,
        height: i32::try_from(height).ok()?,
        byte_size: i64::try_from(bytes.len()).ok()?,
        sha256: hexadecimal(&Sha256::digest(bytes)),
        new,
    };
    bytes.ends_with(&END).then_some(file)
}

fn hexadecimal(hash: &[u8]) -> String {
    hash.iter().fold(String::new(), |mut text, byte| {
        // Writing into a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
