//! The SHA-256 of a document's text.

use std::fmt;

use sha2::{Digest, Sha256};

/// What the GraphQL-over-HTTP specification puts before the id of a document that is its hash.
const PREFIX: &str = "sha256:";

/// 32 bytes, written as 64 hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(in crate::edge::graphql) struct Hash([u8; 32]);

impl Hash {
    /// The hash of a text.
    pub fn of(text: &str) -> Self {
        Self(Sha256::digest(text).into())
    }

    /// Reads 64 hexadecimal digits.
    pub fn read(text: &str) -> Option<Self> {
        let mut bytes = [0; 32];
        let mut digits = text.chars();
        for byte in &mut bytes {
            let (high, low) = (digits.next()?.to_digit(16)?, digits.next()?.to_digit(16)?);
            *byte = u8::try_from(high * 16 + low).ok()?;
        }
        digits.next().is_none().then_some(Self(bytes))
    }

    /// Reads an id that is a hash, with or without `sha256:` before it.
    pub fn of_id(id: &str) -> Option<Self> {
        Self::read(id.strip_prefix(PREFIX).unwrap_or(id))
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_64_hexadecimal_digits() {
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(Hash::of("").to_string(), empty);
        assert_eq!(Hash::read(empty), Some(Hash::of("")));
        assert_eq!(Hash::read(&empty.to_uppercase()), Some(Hash::of("")));
        assert_eq!(Hash::of_id(&format!("sha256:{empty}")), Some(Hash::of("")));
        for none in [
            "",
            "e3",
            &empty[1..],
            &format!("{empty}0"),
            &empty.replace('e', "g"),
            &empty.replace('e', "\u{e9}"),
            &format!("md5:{empty}"),
        ] {
            assert_eq!(Hash::of_id(none), None, "{none}");
        }
    }
}
