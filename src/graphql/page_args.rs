//! What a client says about the page it wants, checked.

use super::error::{ErrorCode, client_error};
use crate::platform::clock;
use crate::platform::db::{Key, KeyKind, Slice};
use async_graphql::Error;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::DateTime;
use serde_json::{Value, json};
use uuid::Uuid;

/// The largest page.
pub const LARGEST_PAGE: i32 = 250;

/// A cursor that we gave out is never longer: a sort key of text is cut well below.
const LONGEST_CURSOR: usize = 2048;

/// `first`, `after`, `last`, `before` and `reverse` as they came.
#[derive(Debug, Default, Clone)]
pub struct PageArgs {
    /// How many from the beginning.
    pub first: Option<i32>,
    /// Only what comes after this cursor.
    pub after: Option<String>,
    /// How many from the end.
    pub last: Option<i32>,
    /// Only what comes before this cursor.
    pub before: Option<String>,
    /// The list the other way round.
    pub reverse: Option<bool>,
}

/// How a list is sorted, as far as its cursors must know.
#[derive(Debug, Clone, Copy)]
pub struct Order {
    /// Name of the order; a cursor of one order is refused in another.
    pub name: &'static str,
    /// What the key is.
    pub kind: KeyKind,
    /// Largest first, when nothing is reversed.
    pub descending: bool,
}

impl PageArgs {
    /// Checks the arguments and turns them into the part of the list that is asked for.
    ///
    /// # Errors
    /// `BAD_USER_INPUT` when neither or both of `first` and `last` are given or are outside 1 to 250; `INVALID_CURSOR` when a
    /// cursor is none of this list.
    pub fn slice(&self, order: Order) -> Result<Slice, Error> {
        let (limit, from_end) = match (self.first, self.last) {
            (Some(first), None) => (size("first", first)?, false),
            (None, Some(last)) => (size("last", last)?, true),
            (Some(_), Some(_)) => return Err(bad("Pass either `first` or `last`, not both.")),
            (None, None) => {
                return Err(bad(
                    "Pass `first` or `last`: how many items you want, from 1 to 250.",
                ));
            }
        };
        Ok(Slice {
            descending: order.descending != self.reverse.unwrap_or(false),
            from_end,
            after: self
                .after
                .as_deref()
                .map(|cursor| read(cursor, order))
                .transpose()?,
            before: self
                .before
                .as_deref()
                .map(|cursor| read(cursor, order))
                .transpose()?,
            limit,
        })
    }
}

/// The cursor of a row in a list of this order.
#[must_use]
pub fn cursor(order: Order, key: &Key, id: Uuid) -> String {
    let key = match key {
        Key::None => Value::Null,
        Key::Text(text) => json!(text),
        Key::Int(number) => json!(number),
        Key::Time(time) => json!(time.timestamp_micros()),
        Key::Rank(rank) => json!(rank.to_bits()),
    };
    URL_SAFE_NO_PAD.encode(json!([order.name, key, id]).to_string())
}

fn read(cursor: &str, order: Order) -> Result<(Key, Uuid), Error> {
    decode(cursor, order).ok_or_else(|| {
        client_error(ErrorCode::InvalidCursor, "This cursor is not one of this list: pass one that a page of the same list gave, in the same order.")
    })
}

fn decode(cursor: &str, order: Order) -> Option<(Key, Uuid)> {
    if cursor.len() > LONGEST_CURSOR {
        return None;
    }
    let bytes = URL_SAFE_NO_PAD.decode(cursor).ok()?;
    let (name, key, id): (String, Value, Uuid) = serde_json::from_slice(&bytes).ok()?;
    let key = match order.kind {
        _ if name != order.name => return None,
        KeyKind::None => Key::None,
        KeyKind::Text => Key::Text(key.as_str().filter(|text| !text.contains('\0'))?.to_owned()),
        KeyKind::Int => Key::Int(key.as_i64()?),
        KeyKind::Time => {
            Key::Time(DateTime::from_timestamp_micros(key.as_i64()?).filter(clock::is_storable)?)
        }
        KeyKind::Rank => Key::Rank(
            Some(f32::from_bits(u32::try_from(key.as_u64()?).ok()?))
                .filter(|rank| rank.is_finite())?,
        ),
    };
    // Only the form that is given out is taken back: a place has one cursor.
    let place = (key, id);
    (self::cursor(order, &place.0, place.1) == cursor).then_some(place)
}

fn size(name: &str, value: i32) -> Result<usize, Error> {
    usize::try_from(value)
        .ok()
        .filter(|_| (1..=LARGEST_PAGE).contains(&value))
        .ok_or_else(|| {
            bad(&format!(
                "`{name}` is {value}: it must be from 1 to {LARGEST_PAGE}."
            ))
        })
}

fn bad(message: &str) -> Error {
    client_error(ErrorCode::BadUserInput, message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const BY_TITLE: Order = Order {
        name: "TITLE",
        kind: KeyKind::Text,
        descending: false,
    };
    const BY_PRICE: Order = Order {
        name: "PRICE",
        kind: KeyKind::Int,
        descending: false,
    };

    fn first(count: i32) -> PageArgs {
        PageArgs {
            first: Some(count),
            ..PageArgs::default()
        }
    }

    #[test]
    fn a_cursor_comes_back_as_it_was() {
        let id = Uuid::now_v7();
        for key in [Key::Text("a \u{627}".to_owned()), Key::Text(String::new())] {
            assert_eq!(
                decode(&cursor(BY_TITLE, &key, id), BY_TITLE),
                Some((key, id))
            );
        }
    }

    #[test]
    fn a_cursor_of_another_order_or_none_at_all_is_refused() {
        let text = cursor(BY_TITLE, &Key::Text("a".to_owned()), Uuid::now_v7());
        assert_eq!(decode(&text, BY_PRICE), None);
        for garbage in ["", "abc", "W10", "////", &"A".repeat(5000)] {
            assert_eq!(decode(garbage, BY_TITLE), None, "{garbage}");
        }
        let with_nul = cursor(BY_TITLE, &Key::Text("a\0".to_owned()), Uuid::now_v7());
        assert_eq!(decode(&with_nul, BY_TITLE), None);
    }

    #[test]
    fn the_size_of_a_page_is_bounded() {
        for count in [i32::MIN, -1, 0, 251, i32::MAX] {
            assert!(first(count).slice(BY_TITLE).is_err(), "{count}");
        }
        assert!(PageArgs::default().slice(BY_TITLE).is_err());
        assert!(
            PageArgs {
                last: Some(1),
                ..first(1)
            }
            .slice(BY_TITLE)
            .is_err()
        );
        assert_eq!(
            first(250).slice(BY_TITLE).map(|slice| slice.limit).ok(),
            Some(250)
        );
    }

    const KINDS: [KeyKind; 5] = [
        KeyKind::None,
        KeyKind::Text,
        KeyKind::Int,
        KeyKind::Time,
        KeyKind::Rank,
    ];

    fn order(kind: KeyKind) -> Order {
        Order {
            name: "ORDER",
            kind,
            descending: false,
        }
    }

    /// Every kind of order with a place in it.
    fn place() -> impl Strategy<Value = (Order, Key, Uuid)> {
        let moment = -62_135_596_800_000_000..253_402_300_799_000_000_i64;
        let time = |micros| DateTime::from_timestamp_micros(micros).unwrap();
        let key = prop_oneof![
            Just((KeyKind::None, Key::None)),
            // Sort keys of text are cut well below what a cursor holds.
            "[^\0]{0,60}".prop_map(|text| (KeyKind::Text, Key::Text(text))),
            any::<i64>().prop_map(|number| (KeyKind::Int, Key::Int(number))),
            moment.prop_map(move |micros| (KeyKind::Time, Key::Time(time(micros)))),
            any::<f32>()
                .prop_filter("finite", |rank| rank.is_finite())
                .prop_map(|rank| (KeyKind::Rank, Key::Rank(rank))),
        ];
        (key, any::<u128>()).prop_map(|((kind, key), id)| (order(kind), key, Uuid::from_u128(id)))
    }

    proptest! {
        #[test]
        fn every_place_has_a_cursor_that_leads_back((order, key, id) in place()) {
            let place = (key, id);
            let known = !matches!(&place.0, Key::Time(time) if !clock::is_storable(time));
            prop_assert_eq!(decode(&cursor(order, &place.0, id), order), known.then_some(place));
        }

        #[test]
        fn a_cursor_that_was_tampered_with_is_refused_or_another_one((order, key, id) in place(), at: prop::sample::Index, bit in 0..8_u32, cut: prop::sample::Index) {
            let whole = cursor(order, &key, id);
            prop_assert_eq!(decode(&whole[..cut.index(whole.len())], order), None);
            let mut bytes = whole.clone().into_bytes();
            let at = at.index(bytes.len());
            bytes[at] ^= 1 << bit;
            let changed = String::from_utf8_lossy(&bytes).into_owned();
            // What is taken stands for itself alone: never for the place whose cursor it was made of.
            if let Some((key, id)) = decode(&changed, order) {
                prop_assert_eq!(cursor(order, &key, id), changed);
            }
        }

        #[test]
        fn no_text_but_a_cursor_is_taken(bytes in prop::collection::vec(any::<u8>(), 0..80), text in ".{0,80}", inner in "\\[\"ORDER\",[ 0-9a-z.e\"+-]{0,20},\"[0-9a-fA-F{}:-]{0,40}\"\\]") {
            let coded = [URL_SAFE_NO_PAD.encode(bytes), URL_SAFE_NO_PAD.encode(inner), text];
            for (kind, text) in KINDS.iter().flat_map(|kind| coded.iter().map(move |text| (*kind, text))) {
                if let Some((key, id)) = decode(text, order(kind)) {
                    prop_assert_eq!(&cursor(order(kind), &key, id), text);
                }
            }
        }

        #[test]
        fn a_place_has_no_other_cursor((order, key, id) in place()) {
            let text = String::from_utf8(URL_SAFE_NO_PAD.decode(cursor(order, &key, id)).unwrap()).unwrap();
            let plain = id.to_string();
            for other in [text.replace(',', ", "), format!("{text} "), text.replace(&plain, &id.simple().to_string()), text.replace(&plain, &id.urn().to_string()), text.replace(&plain, &format!("{{{plain}}}"))] {
                if other != text {
                    prop_assert_eq!(decode(&URL_SAFE_NO_PAD.encode(&other), order), None, "{}", other);
                }
            }
        }
    }
}
