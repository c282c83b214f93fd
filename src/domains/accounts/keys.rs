//! Access tokens: who signs them, and what is taken for one.

use super::model::{SessionId, UserId};
use crate::config::{Config, TokenKey, TokenKeys};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use uuid::Uuid;

/// How long an access token is good.
pub const LIFETIME: TimeDelta = TimeDelta::minutes(15);
/// Who issues them, and for whom.
const ISSUER: &str = "lilium";
/// The kind of token, as RFC 9068 has it.
const KIND: &str = "at+jwt";
/// How far the clocks of two instances may be apart, in seconds.
const APART: i64 = 5;
/// Longer texts are no tokens of ours.
const LONGEST: usize = 2048;

/// What an access token says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claims {
    /// Who issued it.
    pub iss: String,
    /// For whom.
    pub aud: String,
    /// The user.
    pub sub: Uuid,
    /// The session.
    pub sid: Uuid,
    /// Since when, in seconds since 1970.
    pub iat: i64,
    /// Until when.
    pub exp: i64,
}

/// The keys of access tokens: the first signs, all verify.
#[derive(Clone)]
pub struct AccessKeys(Arc<Vec<Key>>);

struct Key {
    kid: String,
    signs: EncodingKey,
    verifies: DecodingKey,
}

impl std::fmt::Debug for AccessKeys {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("AccessKeys(..)")
    }
}

/// Why there is no key to sign with.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The file of the key cannot be made or read.
    #[error(
        "the key of access tokens cannot be kept in {path}: {source}. Set LILIUM_DATA to a folder that can be written, or LILIUM_TOKEN_KEYS."
    )]
    File {
        /// Where it lies.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Something else stands in the file.
    #[error("{0} holds no key of access tokens: delete it, and a new one is made.")]
    NoKey(PathBuf),
    /// The system gave no random bytes, or the settings have no key.
    #[error("no key of access tokens could be made: {0}")]
    NotMade(String),
}

impl AccessKeys {
    /// These keys.
    #[must_use]
    pub fn new(keys: &[TokenKey]) -> Self {
        let key = |key: &TokenKey| Key {
            kid: key.kid.clone(),
            signs: EncodingKey::from_secret(&key.secret),
            verifies: DecodingKey::from_secret(&key.secret),
        };
        Self(Arc::new(keys.iter().map(key).collect()))
    }

    /// A token of a session, and until when it is good.
    ///
    /// # Errors
    /// A fault of ours.
    pub fn sign(
        &self,
        user: UserId,
        session: SessionId,
        now: DateTime<Utc>,
    ) -> Result<(String, DateTime<Utc>), KeyError> {
        let not_made = |cause: &dyn std::fmt::Display| KeyError::NotMade(cause.to_string());
        let key = self.0.first().ok_or_else(|| not_made(&"there is none"))?;
        let until = now + LIFETIME;
        let header = Header {
            typ: Some(KIND.to_owned()),
            kid: Some(key.kid.clone()),
            ..Header::new(Algorithm::HS256)
        };
        let claims = Claims {
            iss: ISSUER.to_owned(),
            aud: ISSUER.to_owned(),
            sub: user.0,
            sid: session.0,
            iat: now.timestamp(),
            exp: until.timestamp(),
        };
        let token =
            jsonwebtoken::encode(&header, &claims, &key.signs).map_err(|it| not_made(&it))?;
        Ok((token, until))
    }

    /// Whose token it is, when it is one of ours and still good, and until when it is. Whether its session is alive is another
    /// question.
    #[must_use]
    pub fn verify(&self, token: &str, now: DateTime<Utc>) -> Option<Verified> {
        if token.len() > LONGEST {
            return None;
        }
        let header = jsonwebtoken::decode_header(token).ok()?;
        let kid = header.kid.as_deref()?;
        // What a header says to heed, and we do not, makes it none of ours.
        if header.typ.as_deref() != Some(KIND) || header.crit.is_some() {
            return None;
        }
        let key = self.0.iter().find(|key| key.kid == kid)?;
        let mut validation = Validation::new(Algorithm::HS256);
        validation.set_issuer(&[ISSUER]);
        validation.set_audience(&[ISSUER]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        // By our own clock, below.
        validation.validate_exp = false;
        let claims = jsonwebtoken::decode::<Claims>(token, &key.verifies, &validation)
            .ok()?
            .claims;
        let now = now.timestamp();
        let lives = claims.iat <= now + APART
            && now < claims.exp
            && claims.exp - claims.iat <= LIFETIME.num_seconds();
        lives.then_some(())?;
        Some(Verified {
            user: UserId(claims.sub),
            session: SessionId(claims.sid),
            until: DateTime::from_timestamp(claims.exp, 0)?,
        })
    }
}

/// What a good token says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verified {
    /// Whose it is.
    pub user: UserId,
    /// The session it belongs to.
    pub session: SessionId,
    /// Until when it is good.
    pub until: DateTime<Utc>,
}

/// Keys that are read, or made, when the first is wanted: most of what the command line does needs none.
#[derive(Debug, Clone)]
pub struct LazyKeys {
    set: Option<TokenKeys>,
    data: PathBuf,
    keys: Arc<OnceLock<AccessKeys>>,
}

impl LazyKeys {
    /// Those of the settings, else one that is made once and kept below the data folder.
    #[must_use]
    pub fn of(config: &Config) -> Self {
        Self {
            set: config.token_keys.clone(),
            data: config.data.clone(),
            keys: Arc::default(),
        }
    }

    /// The keys.
    ///
    /// # Errors
    /// See [`KeyError`].
    pub fn get(&self) -> Result<&AccessKeys, KeyError> {
        if let Some(keys) = self.keys.get() {
            return Ok(keys);
        }
        let keys = match &self.set {
            Some(keys) => AccessKeys::new(&keys.0),
            None => AccessKeys::new(&[kept(&self.data)?]),
        };
        Ok(self.keys.get_or_init(|| keys))
    }
}

/// The file that keeps a key that nobody set.
const FILE: &str = "token.key";

/// Letters of the text in it: an id, a colon, 32 bytes in base64url.
const LENGTH: usize = 32 + 1 + 43;

/// The key of the file; made when there is none. Two programs that start at once agree on the one that was first.
fn kept(data: &Path) -> Result<TokenKey, KeyError> {
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
    fn no_key_is_made_before_one_is_wanted() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        let pairs = [("LILIUM_DATA", data.to_str().unwrap())];
        let config = Config::load(&crate::config::Source::from_pairs(pairs)).unwrap();
        let keys = LazyKeys::of(&config);
        assert!(!data.exists());
        let (now, user, session) = (Utc::now(), UserId::new(), SessionId::new());
        let (token, _) = keys.get().unwrap().sign(user, session, now).unwrap();
        assert!(data.join(FILE).exists());
        let again = LazyKeys::of(&config);
        assert!(again.get().unwrap().verify(&token, now).is_some());
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

    #[test]
    fn a_token_ends_after_a_quarter_of_an_hour() {
        let secret = vec![7; 32];
        let keys = AccessKeys::new(&[TokenKey {
            kid: "one".to_owned(),
            secret,
        }]);
        let (user, session, now) = (
            UserId::new(),
            SessionId::new(),
            crate::platform::clock::now(),
        );
        let (token, until) = keys.sign(user, session, now).unwrap();
        assert_eq!(until, now + TimeDelta::minutes(15));
        let verified = keys.verify(&token, now).unwrap();
        assert_eq!((verified.user, verified.session), (user, session));
        assert_eq!(verified.until.timestamp(), until.timestamp());
        let last = until - TimeDelta::seconds(1);
        assert!(keys.verify(&token, last).is_some());
        assert_eq!(keys.verify(&token, until), None);
        assert_eq!(keys.verify(&token, now - TimeDelta::seconds(10)), None);
        assert_eq!(keys.verify(&"a".repeat(1_000_000), now), None);
        assert_eq!(format!("{keys:?}"), "AccessKeys(..)");
    }
}
