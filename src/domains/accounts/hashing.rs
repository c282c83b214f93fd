//! Hashing of passwords: Argon2id, apart from the async threads, and only a few at a time.

use super::password::Password;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use std::sync::Arc;
use tokio::sync::Semaphore;

/// Memory of one hash in KiB, rounds, and lanes: what OWASP asks for.
const MEMORY: u32 = 19_456;
const ROUNDS: u32 = 2;
const LANES: u32 = 1;

/// How many wait for each that is hashed: a second's work, or two.
const WAITING: usize = 40;

/// What an unknown address is checked against, so that it takes as long as a known one. Nobody knows a password for it.
const DUMMY: &str = "$argon2id$v=19$m=19456,t=2,p=1$bGlsaXVtLW5vLXN1Y2gtdXNlcg$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// The right to hash: as many at once as there are processors, and a queue of bounded length.
#[derive(Debug, Clone)]
pub struct Hashing {
    working: Arc<Semaphore>,
    queue: Arc<Semaphore>,
}

/// Why a password was not hashed.
#[derive(Debug, thiserror::Error)]
pub enum HashingError {
    /// Too many wait already.
    #[error("too many passwords are being checked")]
    Busy,
    /// A fault of ours.
    #[error("a password could not be hashed: {0}")]
    Broken(String),
}

/// What came of checking a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Checked {
    /// Another password.
    Wrong,
    /// The password.
    Right,
    /// The password, hashed in a way that is no longer ours: hash it again.
    RightButOld,
}

impl Default for Hashing {
    fn default() -> Self {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        Self::of(processors, processors * WAITING)
    }
}

impl Hashing {
    /// With so many at once, and so many that wait.
    #[must_use]
    pub fn of(at_once: usize, waiting: usize) -> Self {
        Self {
            working: Arc::new(Semaphore::new(at_once)),
            queue: Arc::new(Semaphore::new(at_once + waiting)),
        }
    }

    /// The hash of a password, as it is kept.
    ///
    /// # Errors
    /// `HashingError::Busy` when too many wait.
    pub async fn hash(&self, password: Password) -> Result<String, HashingError> {
        self.work(move || {
            let hash: PasswordHash = argon2()?.hash_password(password.bytes()).map_err(broken)?;
            Ok(hash.to_string())
        })
        .await
    }

    /// Checks a password against the hash that is kept; against a fixed one, in the same time, when there is none.
    ///
    /// # Errors
    /// `HashingError::Busy` when too many wait.
    pub async fn check(
        &self,
        password: Password,
        kept: Option<String>,
    ) -> Result<Checked, HashingError> {
        self.work(move || {
            let known = kept.is_some();
            let kept = kept.unwrap_or_else(|| DUMMY.to_owned());
            let parsed = PasswordHash::new(&kept).map_err(broken)?;
            let right = argon2()?.verify_password(password.bytes(), &parsed).is_ok();
            Ok(match (known && right, is_present(&parsed)) {
                (false, _) => Checked::Wrong,
                (true, true) => Checked::Right,
                (true, false) => Checked::RightButOld,
            })
        })
        .await
    }

    async fn work<T: Send + 'static>(
        &self,
        job: impl FnOnce() -> Result<T, HashingError> + Send + 'static,
    ) -> Result<T, HashingError> {
        let place = Arc::clone(&self.queue)
            .try_acquire_owned()
            .map_err(|_| HashingError::Busy)?;
        let turn = Arc::clone(&self.working)
            .acquire_owned()
            .await
            .map_err(broken)?;
        // A job that was begun is finished though its client went away, and keeps its turn until then.
        tokio::task::spawn_blocking(move || {
            let _held = (place, turn);
            job()
        })
        .await
        .map_err(broken)?
    }
}

fn argon2() -> Result<Argon2<'static>, HashingError> {
    let params = Params::new(MEMORY, ROUNDS, LANES, None).map_err(broken)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// Whether a hash was made the way new ones are.
fn is_present(hash: &PasswordHash) -> bool {
    let ours = |params: Params| {
        (params.m_cost(), params.t_cost(), params.p_cost()) == (MEMORY, ROUNDS, LANES)
    };
    hash.algorithm.as_str() == "argon2id"
        && hash.version == Some(Version::V0x13.into())
        && Params::try_from(hash).is_ok_and(ours)
}

fn broken(cause: impl std::fmt::Display) -> HashingError {
    HashingError::Broken(cause.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn password(text: &str) -> Password {
        Password::new(text.to_owned())
    }

    #[tokio::test]
    async fn a_password_is_known_again_and_no_other() {
        let hashing = Hashing::default();
        let kept = hashing.hash(password("a good password")).await.unwrap();
        assert!(
            kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{kept}"
        );
        let check = |text: &str, kept: Option<String>| hashing.check(password(text), kept);
        let right = check("a good password", Some(kept.clone())).await.unwrap();
        assert_eq!(right, Checked::Right);
        let wrong = check("a good passworD", Some(kept.clone())).await.unwrap();
        assert_eq!(wrong, Checked::Wrong);
        assert_ne!(
            hashing.hash(password("a good password")).await.unwrap(),
            kept
        );
    }

    #[tokio::test]
    async fn what_nobody_has_is_hashed_the_same_way_and_is_never_right() {
        let dummy = PasswordHash::new(DUMMY).unwrap();
        assert!(is_present(&dummy));
        assert_eq!(dummy.hash.unwrap().len(), 32);
        let checked = Hashing::default().check(password(""), None).await.unwrap();
        assert_eq!(checked, Checked::Wrong);
    }

    #[tokio::test]
    async fn a_hash_of_weaker_parameters_is_told() {
        let weak = Argon2::new(
            Algorithm::Argon2id,
            Version::V0x13,
            Params::new(8_192, 1, 1, None).unwrap(),
        );
        let kept: PasswordHash = weak.hash_password(b"a good password").unwrap();
        let checked = Hashing::default()
            .check(password("a good password"), Some(kept.to_string()))
            .await
            .unwrap();
        assert_eq!(checked, Checked::RightButOld);
    }

    #[tokio::test]
    async fn the_queue_has_an_end() {
        let hashing = Hashing::of(1, 1);
        let ask = || hashing.hash(password("a good password"));
        let (one, two, three) = tokio::join!(ask(), ask(), ask());
        assert!(one.is_ok() && two.is_ok());
        assert!(matches!(three, Err(HashingError::Busy)));
        assert!(ask().await.is_ok());
    }
}
