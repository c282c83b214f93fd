//! Access tokens: who signs them, and what is taken for one.

mod file;

use super::model::{SessionId, UserId};
use crate::config::{Config, TokenKey, TokenKeys};
use chrono::{DateTime, TimeDelta, Utc};
use file::kept;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
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

#[cfg(test)]
mod tests {
    use super::file::FILE;
    use super::*;

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
