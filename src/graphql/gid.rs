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
