//! Cursors of searches: a place in the list that they are of, and in no other.

use super::ask::Mark;
use crate::graphql::error::{ErrorCode, client_error};
use async_graphql::Error;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// The lists that stand behind one another in what a search finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Segment {
    /// Products that administrators have put in front.
    Pinned,
    /// Products.
    Products,
    /// Pages.
    Pages,
}

/// A place in what a search finds.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    /// In which of the lists.
    pub segment: Segment,
    /// Where in it.
    pub mark: Mark,
}

/// What tells the list of one search from those of others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fingerprint(String);

/// Bytes of a fingerprint: enough that no two lists of a shopper have the same.
const FINGERPRINT: usize = 8;

/// A cursor that we gave out is never longer.
const LONGEST: usize = 2048;

impl Fingerprint {
    /// Of a list that this text, which holds all that defines it, is the only one to define.
    #[must_use]
    pub fn of(definition: &str) -> Self {
        let hash = Sha256::digest(definition.as_bytes());
        Self(URL_SAFE_NO_PAD.encode(hash.get(..FINGERPRINT).unwrap_or_default()))
    }
}

/// The cursor of a place.
#[must_use]
pub fn write(list: &Fingerprint, place: &Place) -> String {
    let segment = match place.segment {
        Segment::Pinned => 0,
        Segment::Products => 1,
        Segment::Pages => 2,
    };
    let Mark { offset, key, id } = &place.mark;
    URL_SAFE_NO_PAD.encode(json!([list.0, segment, offset, key, id]).to_string())
}

/// The place of a cursor.
///
/// # Errors
/// `INVALID_CURSOR` for what is no cursor, and for one of another list.
pub fn read(list: &Fingerprint, cursor: &str) -> Result<Place, Error> {
    decode(list, cursor).ok_or_else(|| {
        client_error(
            ErrorCode::InvalidCursor,
            "This cursor is not one of this search: pass one that a page of the same search gave, with the same words, filters, order, country and language.",
        )
    })
}

fn decode(list: &Fingerprint, cursor: &str) -> Option<Place> {
    if cursor.len() > LONGEST {
        return None;
    }
    let bytes = URL_SAFE_NO_PAD.decode(cursor).ok()?;
    let (of, segment, offset, key, id): (String, u8, u32, Option<Value>, Uuid) =
        serde_json::from_slice(&bytes).ok()?;
    let segment = match segment {
        _ if of != list.0 => return None,
        0 => Segment::Pinned,
        1 => Segment::Products,
        2 => Segment::Pages,
        _ => return None,
    };
    if !key.as_ref().is_none_or(is_key) {
        return None;
    }
    let place = Place {
        segment,
        mark: Mark { offset, key, id },
    };
    // Only the form that is given out is taken back: a place has one cursor.
    (write(list, &place) == cursor).then_some(place)
}

/// Whether an engine can have given this as a key: a number, a text that a database can hold, or a few of them.
fn is_key(key: &Value) -> bool {
    match key {
        Value::Number(_) | Value::Bool(_) | Value::Null => true,
        Value::String(text) => !text.contains('\0'),
        Value::Array(keys) => {
            keys.len() <= 4 && keys.iter().all(|key| !key.is_array() && is_key(key))
        }
        Value::Object(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn place(segment: Segment, key: Option<Value>) -> Place {
        Place {
            segment,
            mark: Mark {
                offset: 7,
                key,
                id: Uuid::from_u128(5),
            },
        }
    }

    #[test]
    fn a_cursor_leads_back_to_its_place() {
        let list = Fingerprint::of("mugs");
        for segment in [Segment::Pinned, Segment::Products, Segment::Pages] {
            for key in [
                None,
                Some(json!(1.5)),
                Some(json!("a")),
                Some(json!([1, "b"])),
            ] {
                let place = place(segment, key);
                assert_eq!(decode(&list, &write(&list, &place)), Some(place));
            }
        }
    }

    #[test]
    fn a_cursor_of_another_list_or_none_at_all_is_refused() {
        let cursor = write(&Fingerprint::of("mugs"), &place(Segment::Products, None));
        let list = Fingerprint::of("bags");
        assert_eq!(decode(&list, &cursor), None);
        for garbage in ["", "abc", "W10", "////", &"A".repeat(5000)] {
            assert_eq!(decode(&list, garbage), None, "{garbage}");
        }
        for key in [
            json!("\0"),
            json!({ "a": 1 }),
            json!([[1]]),
            json!([1, 2, 3, 4, 5]),
        ] {
            let forged = write(&list, &place(Segment::Products, Some(key)));
            assert_eq!(decode(&list, &forged), None);
        }
    }

    proptest! {
        #[test]
        fn no_text_but_a_cursor_is_taken(text in ".{0,80}", bytes in prop::collection::vec(any::<u8>(), 0..80)) {
            let list = Fingerprint::of("mugs");
            for text in [text, URL_SAFE_NO_PAD.encode(bytes)] {
                if let Some(place) = decode(&list, &text) {
                    prop_assert_eq!(write(&list, &place), text);
                }
            }
        }
    }
}
