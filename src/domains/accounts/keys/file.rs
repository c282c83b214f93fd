//! The key that nobody set: made once, and kept in a file of the data folder.

use super::KeyError;
use crate::config::TokenKey;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use uuid::Uuid;

/// The file that keeps a key that nobody set.
pub(super) const FILE: &str = "token.key";

/// Letters of the text in it: an id, a colon, 32 bytes in base64url.
const LENGTH: usize = 32 + 1 + 43;

/// The key of the file; made when there is none. Two programs that start at once agree on the one that was first.
pub(super) fn kept(data: &Path) -> Result<TokenKey, KeyError> {
    let path = data.join(FILE);
    let failed = |source| KeyError::File {
        path: path.clone(),
        source,
    };
    std::fs::create_dir_all(data).map_err(failed)?;
    let text = match read(&path).map_err(failed)? {
        Some(text) if is_cut_off(&text) => replaced(data, &path)?,
        Some(text) => text,
        None => first(data, &path)?,
    };
    TokenKey::read(&text).ok_or(KeyError::NoKey(path))
}

/// What stands in the file, when there is one.
fn read(path: &Path) -> std::io::Result<Option<String>> {
    let blank = |letter: char| letter.is_whitespace() || letter == '\0';
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Some(text.trim_matches(blank).to_owned())),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Whether a text is the beginning of a key, or nothing at all: what is left by a program that was ended while it wrote. Tokens that
/// such a key had signed were never given out.
fn is_cut_off(text: &str) -> bool {
    let (kid, secret) = text.split_once(':').unwrap_or((text, ""));
    let hex = |byte: u8| byte.is_ascii_hexdigit() && !byte.is_ascii_uppercase();
    let base64 = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    text.len() < LENGTH
        && (kid.len() == 32 || (kid.len() < 32 && !text.contains(':')))
        && kid.bytes().all(hex)
        && secret.bytes().all(base64)
}

/// A key in a file that is whole from the moment that it is there; that of another program that was faster.
fn first(data: &Path, path: &Path) -> Result<String, KeyError> {
    let failed = |source| KeyError::File {
        path: path.to_owned(),
        source,
    };
    let (text, unfinished) = written(data, path)?;
    let linked = std::fs::hard_link(&unfinished, path);
    std::fs::remove_file(&unfinished).map_err(failed)?;
    match linked {
        Ok(()) => synced(data).map_err(failed).map(|()| text),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            Ok(read(path).map_err(failed)?.unwrap_or_default())
        }
        // Not every file system has links.
        Err(_) => replaced(data, path),
    }
}

/// A key in the place of one that is cut off. Programs take turns, so that none replaces the key of another.
fn replaced(data: &Path, path: &Path) -> Result<String, KeyError> {
    let failed = |source| KeyError::File {
        path: path.to_owned(),
        source,
    };
    let turn = File::open(data).map_err(failed)?;
    turn.lock().map_err(failed)?;
    match read(path).map_err(failed)? {
        Some(text) if !is_cut_off(&text) => return Ok(text),
        _ => {}
    }
    let (text, unfinished) = written(data, path)?;
    std::fs::rename(&unfinished, path).map_err(failed)?;
    synced(data).map_err(failed).map(|()| text)
}

/// A new key, and the file of another name that it is written to.
fn written(data: &Path, path: &Path) -> Result<(String, PathBuf), KeyError> {
    let failed = |source| KeyError::File {
        path: path.to_owned(),
        source,
    };
    let text = made()?;
    let unfinished = data.join(format!(".{FILE}.{}", Uuid::now_v7().simple()));
    let mut new = OpenOptions::new();
    let mut file = new
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&unfinished)
        .map_err(failed)?;
    file.write_all(text.as_bytes())
        .and_then(|()| file.sync_all())
        .map_err(failed)?;
    Ok((text, unfinished))
}

/// Names in the folder last longer than a power cut.
fn synced(data: &Path) -> std::io::Result<()> {
    File::open(data)?.sync_all()
}

fn made() -> Result<String, KeyError> {
    let mut secret = [0_u8; 32];
    getrandom::fill(&mut secret).map_err(|error| KeyError::NotMade(error.to_string()))?;
    let kid = Uuid::now_v7().simple().to_string();
    Ok(format!("{kid}:{}", URL_SAFE_NO_PAD.encode(secret)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn programs_that_start_at_once_agree_on_one_key() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        let keys: Vec<_> = std::thread::scope(|scope| {
            let starts: Vec<_> = (0..8)
                .map(|_| scope.spawn(|| kept(&data).unwrap()))
                .collect();
            starts.into_iter().map(|it| it.join().unwrap()).collect()
        });
        assert!(keys.iter().all(|key| key == &keys[0]));
        assert_eq!(keys[0].secret.len(), 32);
        let mode = std::fs::metadata(data.join(FILE))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn what_a_program_that_was_ended_left_is_replaced() {
        let whole = made().unwrap();
        assert_eq!(whole.len(), LENGTH);
        let zeros = "\0".repeat(LENGTH);
        for left in [
            "",
            "\n",
            zeros.as_str(),
            &whole[..20],
            &whole[..33],
            &whole[..75],
        ] {
            let folder = tempfile::tempdir().unwrap();
            let file = folder.path().join(FILE);
            std::fs::write(&file, left).unwrap();
            let keys: Vec<_> = std::thread::scope(|scope| {
                let starts: Vec<_> = (0..8)
                    .map(|_| scope.spawn(|| kept(folder.path()).unwrap()))
                    .collect();
                starts.into_iter().map(|it| it.join().unwrap()).collect()
            });
            assert!(keys.iter().all(|key| key == &keys[0]), "{left:?}");
            let mode = std::fs::metadata(&file).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
            // Nothing else is left in the folder.
            assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
        }
        assert!(!is_cut_off(&whole) && !is_cut_off("one:short") && !is_cut_off("nothing"));
    }

    #[test]
    fn a_file_that_holds_no_key_is_named() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(FILE), "nothing").unwrap();
        let said = kept(folder.path()).unwrap_err().to_string();
        assert!(
            said.contains("token.key") && said.contains("delete it"),
            "{said}"
        );
        std::fs::write(folder.path().join("file"), "in the way").unwrap();
        let said = kept(&folder.path().join("file")).unwrap_err().to_string();
        assert!(said.contains("LILIUM_DATA"), "{said}");
    }
}
