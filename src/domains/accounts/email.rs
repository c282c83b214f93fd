//! Addresses that accounts go by.

use crate::domains::reach::is_email;

/// The longest address, in characters.
const LONGEST: usize = 254;

/// An address as it is kept, when it is one. Whether mail arrives there is another question, which only mail can answer.
#[must_use]
pub fn clean(text: &str) -> Option<String> {
    // Longer texts are not looked at: spaces around an address are few.
    let text = (text.len() <= 4 * LONGEST).then(|| text.trim())?;
    is_email(text).then(|| text.to_owned())
}

/// The form under which an address is counted and compared outside the database.
#[must_use]
pub fn folded(text: &str) -> String {
    text.trim().to_lowercase()
}
