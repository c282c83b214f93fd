//! What a person may write into a cart, checked.

use super::error::{CartErrorCode, Fault};
use super::model::{Attribute, CartLineId};
use crate::domains::reach::{is_email, is_phone};
use crate::graphql::codes::CountryCode;
use std::collections::HashSet;
use uuid::Uuid;

/// The lines of a cart, and of one input.
pub const MOST_LINES: usize = 250;
/// Units of one line.
pub const MOST_UNITS: i32 = 1_000_000;
/// Attributes of a cart or of a line.
const MOST_ATTRIBUTES: usize = 25;
/// Characters of an attribute's key.
const LONGEST_KEY: usize = 255;
/// Characters of an attribute's value.
const LONGEST_VALUE: usize = 1_000;
/// Characters of a note.
const LONGEST_NOTE: usize = 5_000;

/// Something that is put in a cart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewLine {
    /// What is wanted.
    pub variant_id: Uuid,
    /// How many of it.
    pub quantity: i32,
    /// What the storefront wants to remember of it.
    pub attributes: Vec<Attribute>,
}

/// What becomes of a line; what is absent stays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineUpdate {
    /// The line.
    pub id: CartLineId,
    /// What is wanted instead.
    pub variant_id: Option<Uuid>,
    /// How many; none removes the line.
    pub quantity: Option<i32>,
    /// What is to be remembered of it.
    pub attributes: Option<Vec<Attribute>>,
}

/// What becomes known of the buyer; what is absent stays. It cannot be printed.
#[derive(Clone, Default)]
pub struct Identity {
    /// The address; the inner `None` forgets it.
    pub email: Option<Option<String>>,
    /// The number; the inner `None` forgets it.
    pub phone: Option<Option<String>>,
    /// The country; the inner `None` is that of the request.
    pub country: Option<Option<CountryCode>>,
}

/// A cart that is begun. It says who buys: it cannot be printed.
#[derive(Clone, Default)]
pub struct NewCart {
    /// What is put in it.
    pub lines: Vec<NewLine>,
    /// What is known of the buyer.
    pub identity: Identity,
    /// What the buyer wants to say.
    pub note: String,
    /// What the storefront wants to remember.
    pub attributes: Vec<Attribute>,
}

impl NewCart {
    /// What is wrong with it.
    pub(super) fn faults(&self) -> Vec<Fault> {
        let mut faults = new_lines(&self.lines);
        faults.extend(self.identity.faults());
        faults.extend(note(&self.note));
        faults.extend(attributes(&self.attributes));
        faults
            .into_iter()
            .map(|fault| fault.below(&["input"]))
            .collect()
    }
}

impl Identity {
    /// What is wrong with it.
    pub(super) fn faults(&self) -> Vec<Fault> {
        let given = |text: &Option<Option<String>>| text.clone().flatten();
        let mut faults = Vec::new();
        if given(&self.email).is_some_and(|email| !is_email(&email)) {
            faults.push(Fault::new(
                CartErrorCode::Invalid,
                &["buyerIdentity", "email"],
                "This is no e-mail address: write it as name@example.com, in at most 254 characters.",
            ));
        }
        if given(&self.phone).is_some_and(|phone| !is_phone(&phone)) {
            faults.push(Fault::new(
                CartErrorCode::Invalid,
                &["buyerIdentity", "phone"],
                "This is no phone number: write it as +1 555 0100, in at most 32 characters.",
            ));
        }
        faults
    }
}

/// What is wrong with a note.
pub(super) fn note(text: &str) -> Option<Fault> {
    if text.chars().count() > LONGEST_NOTE {
        return Some(Fault::new(
            CartErrorCode::NoteTooLong,
            &["note"],
            format!("A note has at most {LONGEST_NOTE} characters: shorten it."),
        ));
    }
    nul(text, "note")
}

/// What is wrong with lines that are added.
pub(super) fn new_lines(lines: &[NewLine]) -> Vec<Fault> {
    each(lines, "lines", |line| {
        let mut faults = attributes(&line.attributes);
        faults.extend(quantity(line.quantity, 1));
        faults
    })
}

/// What is wrong with changes of lines.
pub(super) fn line_updates(lines: &[LineUpdate]) -> Vec<Fault> {
    each(lines, "lines", |line| {
        let mut faults = line
            .attributes
            .as_deref()
            .map(attributes)
            .unwrap_or_default();
        faults.extend(line.quantity.and_then(|units| quantity(units, 0)));
        faults
    })
}

/// The fault of a list with more items than one input may have.
#[must_use]
pub fn too_many(items: usize, field: &str) -> Option<Fault> {
    (items > MOST_LINES).then(|| {
        Fault::new(
            CartErrorCode::LessThan,
            &[field],
            format!("At most {MOST_LINES} at once: send the rest in another request."),
        )
    })
}

fn each<T>(items: &[T], field: &str, check: impl Fn(&T) -> Vec<Fault>) -> Vec<Fault> {
    if let Some(fault) = too_many(items.len(), field) {
        return vec![fault];
    }
    let below = |(index, item): (usize, &T)| {
        let index = index.to_string();
        let faults = check(item).into_iter();
        faults
            .map(|fault| fault.below(&[field, &index]))
            .collect::<Vec<_>>()
    };
    items.iter().enumerate().flat_map(below).collect()
}

fn quantity(units: i32, least: i32) -> Option<Fault> {
    let (code, message) = match units {
        units if units < least => (
            CartErrorCode::MinimumNotMet,
            format!("The quantity must be {least} or more."),
        ),
        units if units > MOST_UNITS => (
            CartErrorCode::MaximumExceeded,
            format!("The quantity must be {MOST_UNITS} or less."),
        ),
        _ => return None,
    };
    Some(Fault::new(code, &["quantity"], message))
}

/// What is wrong with the attributes of a cart or of a line.
pub(super) fn attributes(list: &[Attribute]) -> Vec<Fault> {
    if list.len() > MOST_ATTRIBUTES {
        return vec![Fault::new(
            CartErrorCode::LessThan,
            &["attributes"],
            format!("At most {MOST_ATTRIBUTES} attributes."),
        )];
    }
    let mut seen = HashSet::new();
    let mut faults = Vec::new();
    for (index, Attribute { key, value }) in list.iter().enumerate() {
        let at = ["attributes", &index.to_string()];
        let mut refuse = |code, field, message: String| {
            faults.push(Fault::new(code, &[field], message).below(&at));
        };
        if !(1..=LONGEST_KEY).contains(&key.chars().count()) {
            let message = format!("A key has 1 to {LONGEST_KEY} characters.");
            refuse(CartErrorCode::Invalid, "key", message);
        } else if !seen.insert(key) {
            let message = "Each key stands once: leave the other out.".to_owned();
            refuse(CartErrorCode::Invalid, "key", message);
        }
        if value.chars().count() > LONGEST_VALUE {
            let message = format!("A value has at most {LONGEST_VALUE} characters.");
            refuse(CartErrorCode::LessThan, "value", message);
        }
        faults.extend(nul(key, "key").map(|fault| fault.below(&at)));
        faults.extend(nul(value, "value").map(|fault| fault.below(&at)));
    }
    faults
}

/// A database cannot hold the character NUL.
fn nul(text: &str, field: &str) -> Option<Fault> {
    text.contains('\0').then(|| {
        Fault::new(
            CartErrorCode::Invalid,
            &[field],
            "This contains a NUL character: leave it out.",
        )
    })
}
