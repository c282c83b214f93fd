//! Parameters that tell from which search a page was reached.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What needs no escape in an address.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.');

/// Where something that is followed was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Found {
    /// In a search.
    Search,
    /// Among what is suggested while somebody types.
    Suggested,
}

/// The parameters of what stands at `position`, from 1, among what was found by `text`.
pub(super) fn parameters(found: Found, text: &str, position: u64) -> Option<String> {
    if text.is_empty() {
        return None;
    }
    let text = utf8_percent_encode(text, PLAIN);
    let kind = match found {
        Found::Search => "r",
        Found::Suggested => "e",
    };
    Some(format!("_pos={position}&_psq={text}&_ss={kind}&_v=1.0"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_cannot_leave_its_parameter() {
        assert_eq!(
            parameters(Found::Search, "a b&_pos=9#\u{e9}", 1).unwrap(),
            "_pos=1&_psq=a%20b%26_pos%3D9%23%C3%A9&_ss=r&_v=1.0"
        );
        assert_eq!(parameters(Found::Suggested, "", 1), None);
    }
}
