//! Fields that find one thing by its id or by its handle.

use super::error::{ErrorCode, client_error};
use super::gid;
use async_graphql::{Error, ID};
use uuid::Uuid;

/// How one thing is looked up.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum By {
    /// By primary key.
    Id(Uuid),
    /// By its name in addresses.
    Handle(String),
}

/// Handles are never longer, in characters.
const LONGEST_HANDLE: usize = 255;

/// Reads the two arguments of such a field.
///
/// # Errors
/// `BAD_USER_INPUT` unless exactly one of both is given, or when the handle can be none; `INVALID_ID` for a bad id.
pub fn by(kind: &str, id: Option<ID>, handle: Option<String>) -> Result<By, Error> {
    match (id, handle) {
        (Some(id), None) => Ok(By::Id(gid::expect(kind, &id)?)),
        (None, Some(handle)) => Ok(By::Handle(bounded("handle", handle, LONGEST_HANDLE)?)),
        _ => Err(client_error(
            ErrorCode::BadUserInput,
            "Pass either `id` or `handle`.",
        )),
    }
}

/// A text of at most `most` characters that a database can hold.
///
/// # Errors
/// `BAD_USER_INPUT` with the argument's name.
pub fn bounded(name: &str, text: String, most: usize) -> Result<String, Error> {
    if text.contains('\0') {
        return Err(client_error(
            ErrorCode::BadUserInput,
            format!("`{name}` contains a NUL character: leave it out."),
        ));
    }
    if text.chars().count() > most {
        return Err(client_error(
            ErrorCode::BadUserInput,
            format!("`{name}` is longer than {most} characters."),
        ));
    }
    Ok(text)
}
