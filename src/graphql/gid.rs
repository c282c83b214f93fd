//! Global ids: `gid://lilium/Product/<uuid>`.

use super::error::{ErrorCode, client_error};
use crate::platform::secret::Secret;
use async_graphql::{Error, ID};
use uuid::Uuid;

const PREFIX: &str = "gid://lilium/";

/// A parsed global id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gid {
    /// Name of the type, such as `Product`.
    pub kind: String,
    /// Primary key of the row.
    pub id: Uuid,
}

/// The global id of a row.
#[must_use]
pub fn gid(kind: &str, id: Uuid) -> ID {
    ID(format!("{PREFIX}{kind}/{id}"))
}

impl Gid {
    /// Reads a global id of any type.
    ///
    /// # Errors
    /// `INVALID_ID` when the text is none.
    pub fn parse(text: &str) -> Result<Self, Error> {
        Self::read(text).ok_or_else(|| {
            invalid("This is not an id of this shop: pass one that an earlier answer gave.")
        })
    }

    fn read(text: &str) -> Option<Self> {
        let (kind, id) = text.strip_prefix(PREFIX)?.split_once('/')?;
        // Only the form that is given out is taken back, so that an id is the same everywhere it is compared.
        let parsed = Uuid::try_parse(id)
            .ok()
            .filter(|parsed| parsed.to_string() == id)?;
        let plain = !kind.is_empty()
            && kind.len() <= 40
            && kind.bytes().all(|byte| byte.is_ascii_alphanumeric());
        plain.then(|| Self {
            kind: kind.to_owned(),
            id: parsed,
        })
    }
}

/// Reads the global id of a row of one type.
///
/// # Errors
/// `INVALID_ID` when the text is no id, or an id of another type.
pub fn expect(kind: &str, text: &str) -> Result<Uuid, Error> {
    let parsed = Gid::parse(text)?;
    if parsed.kind == kind {
        return Ok(parsed.id);
    }
    Err(invalid(&format!(
        "This id is one of type {}, and {kind} is wanted.",
        parsed.kind
    )))
}

/// Whether a text begins like the global ids of this type, with a secret or without.
#[must_use]
pub fn is_of(kind: &str, text: &str) -> bool {
    let rest = text.strip_prefix(PREFIX);
    let rest = rest.and_then(|rest| rest.strip_prefix(kind));
    rest.is_some_and(|rest| rest.starts_with('/'))
}

/// Marks the secret in an id.
const KEY: &str = "?key=";

/// The global id of a row that whoever knows the id may see: the secret stands in it.
#[must_use]
pub fn keyed(kind: &str, id: Uuid, secret: &Secret) -> ID {
    ID(format!("{PREFIX}{kind}/{id}{KEY}{}", secret.text()))
}

/// Reads the global id of a row of one type, with its secret if there is one.
///
/// # Errors
/// `INVALID_ID` when the text is no id, or an id of another type, or what stands where the secret should is none.
pub fn expect_keyed(kind: &str, text: &str) -> Result<(Uuid, Option<Secret>), Error> {
    match text.split_once(KEY) {
        None => Ok((expect(kind, text)?, None)),
        Some((plain, secret)) => {
            let secret = Secret::read(secret).ok_or_else(|| {
                invalid("What follows `?key=` in this id is no secret of this shop: pass the id as it was given.")
            })?;
            Ok((expect(kind, plain)?, Some(secret)))
        }
    }
}

fn invalid(message: &str) -> Error {
    client_error(ErrorCode::InvalidId, message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn bytes(secret: [u8; 16]) -> Secret {
        use base64::Engine;
        let text = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(secret);
        Secret::read(&text).unwrap()
    }

    /// The one text that names what was read.
    fn written(kind: &str, (id, secret): &(Uuid, Option<Secret>)) -> String {
        match secret {
            Some(secret) => keyed(kind, *id, secret).0,
            None => gid(kind, *id).0,
        }
    }

    proptest! {
        #[test]
        fn an_id_leads_back_to_its_row(kind in "[A-Za-z0-9]{1,40}", id: u128, secret: [u8; 16]) {
            let id = Uuid::from_u128(id);
            let (plain, secret) = (gid(&kind, id).0, bytes(secret));
            prop_assert_eq!(Gid::parse(&plain).unwrap(), Gid { kind: kind.clone(), id });
            prop_assert_eq!(expect(&kind, &plain).unwrap(), id);
            prop_assert_eq!(expect_keyed(&kind, &plain).unwrap(), (id, None));
            let with_key = keyed(&kind, id, &secret).0;
            prop_assert_eq!(expect_keyed(&kind, &with_key).unwrap(), (id, Some(secret)));
            prop_assert!(is_of(&kind, &plain) && is_of(&kind, &with_key));
            // Where no key belongs, there is no id with one; and a type is not another.
            prop_assert!(expect(&kind, &with_key).is_err());
            let other = format!("{kind}s");
            prop_assert!(!is_of(&other, &plain) && expect(&other, &plain).is_err());
        }

        #[test]
        fn an_id_that_was_tampered_with_is_none_or_another_one(id: u128, secret: [u8; 16], with_key: bool, at: prop::sample::Index, bit in 0..8_u32, cut: prop::sample::Index) {
            let whole = (Uuid::from_u128(id), with_key.then(|| bytes(secret)));
            let text = written("Order", &whole);
            let mut changed = text.clone().into_bytes();
            let at = at.index(changed.len());
            changed[at] ^= 1 << bit;
            let changed = String::from_utf8_lossy(&changed).into_owned();
            let cut = text[..cut.index(text.len())].to_owned();
            for text in [changed, cut] {
                if let Ok(read) = expect_keyed("Order", &text) {
                    // Another row, another key, or the row without one: whatever it is, this is its one text.
                    prop_assert_eq!(written("Order", &read), text);
                    prop_assert!(read != whole);
                }
            }
        }

        #[test]
        fn no_other_text_is_an_id(text in prop_oneof![".{0,120}", "gid://lilium/[A-Za-z0-9/?=]{0,10}/[0-9a-fA-F{}:-]{30,40}(\\?key=[A-Za-z0-9_=-]{20,24})?"]) {
            let _ = is_of("Order", &text);
            if let Ok(read) = Gid::parse(&text) {
                prop_assert_eq!(gid(&read.kind, read.id).0, text.clone());
            }
            for kind in ["Order", "Cart", ""] {
                if let Ok(read) = expect_keyed(kind, &text) {
                    prop_assert_eq!(written(kind, &read), text.clone());
                }
            }
        }
    }
}
