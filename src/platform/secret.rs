//! Secrets that give access: 128 random bits, shown once as text and kept as a hash.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// Writes `Debug` for types that hold secrets or personal data: their names alone.
macro_rules! unprinted {
    ($($name:ident),+ $(,)?) => {$(
        impl std::fmt::Debug for $name {
            fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                out.write_str(concat!(stringify!($name), "(..)"))
            }
        }
    )+};
}
pub(crate) use unprinted;

/// Bytes of a secret.
const LENGTH: usize = 16;

/// A secret, such as the one in a cart's id. It is not printed by `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret([u8; LENGTH]);

/// The system gave no random bytes.
#[derive(Debug, thiserror::Error)]
#[error("the system gives no random bytes: {0}")]
pub struct NoRandomness(getrandom::Error);

impl Secret {
    /// A new one.
    ///
    /// # Errors
    /// When the system gives no random bytes.
    pub fn new() -> Result<Self, NoRandomness> {
        let mut bytes = [0; LENGTH];
        getrandom::fill(&mut bytes).map_err(NoRandomness)?;
        Ok(Self(bytes))
    }

    /// Reads the text of a secret; only the form that is given out is taken back.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        // 22 letters: longer texts are not decoded at all.
        let bytes = (text.len() == 22).then(|| URL_SAFE_NO_PAD.decode(text).ok())??;
        Some(Self(bytes.try_into().ok()?)).filter(|secret| secret.text() == text)
    }

    /// The text of it: 22 letters that need no escaping in an address.
    #[must_use]
    pub fn text(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    /// What is kept of it.
    #[must_use]
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.0).into()
    }

    /// Whether it is the secret that `kept` is the hash of; takes the same time for every wrong one.
    #[must_use]
    pub fn is_of(&self, kept: &[u8]) -> bool {
        self.hash().ct_eq(kept).into()
    }

    /// Another secret that only who knows this one can tell, the same each time for the same `purpose`.
    #[must_use]
    pub fn derived(&self, purpose: &[u8]) -> Self {
        let mut bytes = [0; LENGTH];
        // HMAC takes keys of any length.
        if let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.0) {
            mac.update(purpose);
            for (to, from) in bytes.iter_mut().zip(mac.finalize().into_bytes()) {
                *to = from;
            }
        }
        Self(bytes)
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Secret")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_comes_back_from_its_text() {
        let secret = Secret::new().unwrap();
        assert_eq!(Secret::read(&secret.text()), Some(secret.clone()));
        assert!(secret.is_of(&secret.hash()));
        assert!(!secret.is_of(&Secret::new().unwrap().hash()));
        assert!(!secret.is_of(b"short"));
        assert_eq!(format!("{secret:?}"), "Secret");
    }

    #[test]
    fn nothing_else_is_read() {
        let text = Secret::new().unwrap().text();
        for other in [
            "",
            "a",
            &text[1..],
            &format!("{text}="),
            &"a".repeat(10_000),
            "!!!!!!!!!!!!!!!!!!!!!!",
        ] {
            assert_eq!(Secret::read(other), None, "{other}");
        }
        // The last letter has four bits that stand for nothing: a text that sets them is another text.
        assert_eq!(Secret::read("AAAAAAAAAAAAAAAAAAAAAB"), None);
    }

    #[test]
    fn a_derived_secret_depends_on_both() {
        let (one, two) = (Secret::new().unwrap(), Secret::new().unwrap());
        assert_eq!(one.derived(b"a"), one.derived(b"a"));
        assert_ne!(one.derived(b"a"), one.derived(b"b"));
        assert_ne!(one.derived(b"a"), two.derived(b"a"));
    }
}
